// What is said about a course in one way, on its page: reviews and comments have the same parts.
import type { Locator } from '@playwright/test';
import { TalkEntry } from './talk-entry.ts';
import { TalkForm } from './talk-form.ts';
import type { Visitor } from './visitor.ts';
import type { Words } from './words.ts';

export abstract class Talk<Kind extends 'comment' | 'review'> {
  protected readonly visitor: Visitor;
  private readonly kind: Kind;

  constructor(visitor: Visitor, kind: Kind) {
    this.visitor = visitor;
    this.kind = kind;
  }

  protected get words(): Words[Kind] {
    return this.visitor.words[this.kind];
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
    return new TalkForm(this.visitor, this.section.locator(`form#write-${this.kind}`), this.words);
  }

  /** The one with this text. */
  of(text: string): TalkEntry {
    const { page } = this.visitor;
    return new TalkEntry(this.visitor, this.section.locator('.talk-item').filter({ has: page.locator('> .talk-body', { hasText: text }) }));
  }

  /** The form with which it is changed. */
  edit(entry: TalkEntry): TalkForm {
    return new TalkForm(this.visitor, entry.root.locator('form[id^=edit-]'), { body: this.words.body, send: this.visitor.words.talk.save });
  }
}
