// The courses that someone keeps.
import { expect, type Locator } from '@playwright/test';
import type { Visitor } from './visitor.ts';
import { phrase } from './words.ts';

export class Bookmarks {
  private readonly visitor: Visitor;

  constructor(visitor: Visitor) {
    this.visitor = visitor;
  }

  get empty(): Locator {
    return this.visitor.page.getByText(this.visitor.words.bookmark.empty, { exact: true });
  }

  card(title: string): Locator {
    const { page } = this.visitor;
    return page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
  }

  /** The course is there and leads to its page. */
  async expectShown(title: string): Promise<void> {
    await expect(this.card(title).getByRole('link', { name: title, exact: true })).toBeVisible();
    await expect(this.card(title)).not.toContainText(this.visitor.words.bookmark.withdrawn);
  }

  /** The course is listed as one that can't be shown, and leads nowhere. */
  async expectWithdrawn(title: string): Promise<void> {
    await expect(this.card(title).getByText(this.visitor.words.bookmark.withdrawn, { exact: true })).toBeVisible();
    await expect(this.card(title).getByText(this.visitor.words.bookmark.withdrawn_hint, { exact: true })).toBeVisible();
    await expect(this.card(title).getByRole('link')).toHaveCount(0);
  }

  async remove(title: string): Promise<void> {
    const { bookmark } = this.visitor.words;
    await this.visitor.press(this.visitor.button(phrase(bookmark.remove_label, { title })));
    await expect(this.visitor.page.getByText(bookmark.done_removed, { exact: true })).toBeVisible();
    await expect(this.card(title)).toHaveCount(0);
  }
}
