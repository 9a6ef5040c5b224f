// The one screen of a course.
import { expect, type Locator } from '@playwright/test';
import { Comments } from './comments.ts';
import { Reviews } from './reviews.ts';
import type { Visitor } from './visitor.ts';

type Count = 'likes' | 'bookmarks' | 'comments' | 'reviews' | 'rating';

export class CoursePage {
  private readonly visitor: Visitor;

  constructor(visitor: Visitor) {
    this.visitor = visitor;
  }

  get reviews(): Reviews {
    return new Reviews(this.visitor);
  }

  get comments(): Comments {
    return new Comments(this.visitor);
  }

  get title(): Locator {
    return this.visitor.page.getByRole('heading', { level: 1 });
  }

  get stops(): Locator {
    return this.visitor.page.locator('.timeline').getByRole('heading', { level: 3 });
  }

  get likeButton(): Locator {
    return this.toggle(this.visitor.words.like.like);
  }

  get bookmarkButton(): Locator {
    return this.toggle(this.visitor.words.bookmark.bookmark);
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

  async pressBookmark(): Promise<void> {
    await this.visitor.press(this.bookmarkButton);
  }

  /** Both places that show the number agree. */
  async expectLikes(likes: number, liked: boolean): Promise<void> {
    await expect(this.likeButton.locator('.like-number')).toHaveText(String(likes));
    await this.expectCounts({ likes });
    await expect(this.likeButton).toHaveAttribute('aria-pressed', String(liked));
  }

  /** As with likes. */
  async expectBookmarks(bookmarks: number, bookmarked: boolean): Promise<void> {
    await expect(this.bookmarkButton.locator('.bookmark-number')).toHaveText(String(bookmarks));
    await this.expectCounts({ bookmarks });
    await expect(this.bookmarkButton).toHaveAttribute('aria-pressed', String(bookmarked));
  }

  /** Some of the numbers, as they are shown. */
  async expectCounts(counts: Partial<Record<Count, string | number>>): Promise<void> {
    for (const [count, shown] of Object.entries(counts)) {
      await expect(this.visitor.page.locator(`.course-counts .${count} .count-number`), count).toHaveText(String(shown));
    }
  }

  /** The course's id, from the address. */
  get id(): string {
    return new URL(this.visitor.page.url()).pathname.split('/').at(-1) ?? '';
  }

  /** A button whose name is its word and how many pressed it. */
  private toggle(word: string): Locator {
    return this.visitor.page.getByRole('button', { name: new RegExp(`^${word}\\s*[\\d,]+$`) });
  }
}
