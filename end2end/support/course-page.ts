// The one screen of a course.
import { expect, type Locator } from '@playwright/test';
import type { Visitor } from './visitor.ts';

export class CoursePage {
  private readonly visitor: Visitor;

  constructor(visitor: Visitor) {
    this.visitor = visitor;
  }

  get title(): Locator {
    return this.visitor.page.getByRole('heading', { level: 1 });
  }

  get stops(): Locator {
    return this.visitor.page.locator('.timeline').getByRole('heading', { level: 3 });
  }

  /** Its name ends with how many like the course. */
  get likeButton(): Locator {
    return this.visitor.page.getByRole('button', { name: new RegExp(`^${this.visitor.words.like.like}`) });
  }

  get lost(): Locator {
    return this.visitor.page.getByText(this.visitor.words.live.lost);
  }

  get withdrawn(): Locator {
    return this.visitor.page.getByText(this.visitor.words.live.withdrawn);
  }

  async pressLike(): Promise<void> {
    await this.visitor.press(this.likeButton);
  }

  /** Both places that show the number agree. */
  async expectLikes(likes: number, liked: boolean): Promise<void> {
    await expect(this.likeButton.locator('.like-number')).toHaveText(String(likes));
    await expect(this.visitor.page.locator('.likes .count-number')).toHaveText(String(likes));
    await expect(this.likeButton).toHaveAttribute('aria-pressed', String(liked));
  }

  /** The course's id, from the address. */
  get id(): string {
    return new URL(this.visitor.page.url()).pathname.split('/').at(-1) ?? '';
  }
}
