// What someone wrote below a course, and what may be done with it.
import { expect, type Locator } from '@playwright/test';
import type { Visitor } from './visitor.ts';

export class TalkEntry {
  readonly root: Locator;
  private readonly visitor: Visitor;

  constructor(visitor: Visitor, root: Locator) {
    this.visitor = visitor;
    this.root = root;
  }

  /** Who wrote it, when, and whether it was changed. */
  get byline(): Locator {
    return this.root.locator('> .byline');
  }

  get stars(): Locator {
    return this.root.locator('> .stars .unseen');
  }

  /** The host's answer. */
  get reply(): Locator {
    return this.root.locator('.reply .talk-body');
  }

  /** Exactly this may be done with it. */
  async expectActions(...words: string[]): Promise<void> {
    await expect(this.root).toBeVisible();
    await expect(this.root.locator('summary')).toHaveText(words);
  }

  async unfold(word: string): Promise<void> {
    await this.visitor.press(this.root.locator('summary').getByText(word, { exact: true }));
  }

  async delete(word: string): Promise<void> {
    await this.unfold(word);
    await this.visitor.press(this.root.getByRole('button', { name: this.visitor.words.talk.delete_confirm, exact: true }));
    await expect(this.root).toHaveCount(0);
  }
}
