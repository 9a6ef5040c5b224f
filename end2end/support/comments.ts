// The comments on a course, on its page.
import { Talk } from './talk.ts';
import type { Visitor } from './visitor.ts';

export class Comments extends Talk<'comment'> {
  constructor(visitor: Visitor) {
    super(visitor, 'comment');
  }
}
