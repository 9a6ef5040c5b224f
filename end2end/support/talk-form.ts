// A form in which people write below a course.
import { expect, type Locator } from '@playwright/test';
import type { Visitor } from './visitor.ts';
import { phrase } from './words.ts';

/** What the form calls its text and the button that sends it. */
interface Labels {
  body: string;
  send: string;
}

export class TalkForm {
  readonly root: Locator;
  private readonly visitor: Visitor;
  private readonly labels: Labels;

  constructor(visitor: Visitor, root: Locator, labels: Labels) {
    this.visitor = visitor;
    this.root = root;
    this.labels = labels;
  }

  get body(): Locator {
    return this.root.getByLabel(this.labels.body, { exact: true });
  }

  get alert(): Locator {
    return this.root.getByRole('alert');
  }

  star(count: number): Locator {
    return this.root.getByRole('radio', { name: phrase(this.visitor.words.review.points, { count }), exact: true });
  }

  async fill(text: string, stars?: number): Promise<void> {
    if (stars !== undefined) await this.visitor.press(this.star(stars));
    await this.visitor.overfill(this.body, text);
  }

  async send(): Promise<void> {
    await this.visitor.press(this.root.getByRole('button', { name: this.labels.send, exact: true }));
  }

  /** What was typed is still there. */
  async expectTyped(text: string, stars?: number): Promise<void> {
    await expect(this.body).toHaveValue(text);
    if (stars === undefined) await expect(this.root.getByRole('radio', { checked: true })).toHaveCount(0);
    else await expect(this.star(stars)).toBeChecked();
  }

  /** The choice of stars is named as wrong, where it is chosen. */
  async expectWrongRating(what: string): Promise<void> {
    const choice = this.root.getByRole('group', { name: this.visitor.words.review.rating, exact: true });
    await expect(choice.getByText(what, { exact: true })).toBeVisible();
    await this.visitor.expectDescribed(choice, what);
  }
}
