// A host's own courses.
import { expect, type Locator } from '@playwright/test';
import type { Visitor } from './visitor.ts';

type Done = 'done_saved' | 'done_published' | 'done_unpublished' | 'done_deleted';

export class HostCourses {
  private readonly visitor: Visitor;

  constructor(visitor: Visitor) {
    this.visitor = visitor;
  }

  row(title: string): Locator {
    const { page } = this.visitor;
    return page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
  }

  async expectState(title: string, state: 'draft' | 'published' | 'unpublished'): Promise<void> {
    await expect(this.row(title).getByText(this.visitor.words.host[state], { exact: true })).toBeVisible();
  }

  async expectDone(what: Done): Promise<void> {
    await expect(this.visitor.page.getByRole('status')).toHaveText(this.visitor.words.host[what]);
  }

  async edit(title: string): Promise<void> {
    await this.visitor.press(this.row(title).getByRole('link', { name: this.visitor.words.host.edit, exact: true }));
    await expect(this.visitor.page.getByRole('heading', { level: 1 })).toHaveText(this.visitor.words.form.edit_title);
  }

  async publish(title: string): Promise<void> {
    await this.visitor.press(this.row(title).getByRole('button', { name: this.visitor.words.host.publish, exact: true }));
    await this.expectDone('done_published');
  }

  async unpublish(title: string): Promise<void> {
    await this.visitor.press(this.row(title).getByRole('button', { name: this.visitor.words.host.unpublish, exact: true }));
    await this.expectDone('done_unpublished');
  }

  /** Deletes a course. With script it is only announced, and done as soon as the page is left. */
  async delete(title: string): Promise<void> {
    const row = this.row(title);
    const confirm = row.getByRole('button', { name: this.visitor.words.host.delete_confirm, exact: true });
    await this.visitor.press(row.locator('summary'));
    await expect(confirm.or(this.undo)).toBeVisible();
    if (await confirm.isVisible()) {
      await this.visitor.press(confirm);
      await this.expectDone('done_deleted');
    } else {
      const list = this.visitor.page.url();
      await this.visitor.page.goto('about:blank');
      await expect(async () => {
        await this.visitor.page.goto(list);
        await expect(row).toHaveCount(0, { timeout: 500 });
      }).toPass();
    }
    await expect(row).toHaveCount(0);
  }

  /** The way back from a deletion that is only announced. */
  get undo(): Locator {
    return this.visitor.button(this.visitor.words.editor.undo);
  }

  /** The id of a course in the list. */
  async idOf(title: string): Promise<string> {
    const address = await this.row(title).getByRole('link', { name: this.visitor.words.host.edit, exact: true }).getAttribute('href');
    return address?.split('/').at(-2) ?? '';
  }
}
