// The reviews of a course, on its page.
import { Talk } from './talk.ts';
import type { TalkEntry } from './talk-entry.ts';
import { TalkForm } from './talk-form.ts';
import type { Visitor } from './visitor.ts';

export class Reviews extends Talk<'review'> {
  constructor(visitor: Visitor) {
    super(visitor, 'review');
  }

  /** The form with which the host answers it. */
  reply(review: TalkEntry): TalkForm {
    return new TalkForm(this.visitor, review.root.locator('form[id^=reply-]'), { body: this.words.reply_body, send: this.words.reply_send });
  }
}
