// The reviews of a course, on its page.
import { Talk } from './talk.ts';
import type { Visitor } from './visitor.ts';

export class Reviews extends Talk<'review'> {
  constructor(visitor: Visitor) {
    super(visitor, 'review');
  }
}
