// The comments on a course, on its page.
import type { Locator } from '@playwright/test';
import { TalkEntry } from './talk-entry.ts';
import { TalkForm } from './talk-form.ts';
import type { Visitor } from './visitor.ts';
import type { Words } from './words.ts';

export class Comments {
  private readonly visitor: Visitor;

  constructor(visitor: Visitor) {
    this.visitor = visitor;
  }

  private get words(): Words['comment'] {
    return this.visitor.words.comment;
  }

  get section(): Locator {
    return this.visitor.page.getByRole('region', { name: this.words.title, exact: true });
  }

  /** What is said when more were written than the page shows. */
  get news(): Locator {
    return this.section.locator('.news');
  }

  get texts(): Locator {
    return this.section.locator('.talk-item > .talk-body');
  }

  /** The form for a new one. */
  get form(): TalkForm {
    return new TalkForm(this.visitor, this.section.locator('form#write-comment'), this.words);
  }

  /** The comment with this text. */
  of(text: string): TalkEntry {
    const { page } = this.visitor;
    return new TalkEntry(this.visitor, this.section.locator('.talk-item').filter({ has: page.locator('> .talk-body', { hasText: text }) }));
  }

  /** The form with which it is changed. */
  edit(comment: TalkEntry): TalkForm {
    return new TalkForm(this.visitor, comment.root.locator('form[id^=edit-]'), { body: this.words.body, send: this.visitor.words.talk.save });
  }
}
