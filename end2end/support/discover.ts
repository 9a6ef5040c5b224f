// The list of published courses.
import type { Locator } from '@playwright/test';
import type { Visitor } from './visitor.ts';

export class Discover {
  private readonly visitor: Visitor;

  constructor(visitor: Visitor) {
    this.visitor = visitor;
  }

  link(title: string): Locator {
    return this.visitor.page.getByRole('link', { name: title, exact: true });
  }

  card(title: string): Locator {
    return this.visitor.page.getByRole('listitem').filter({ has: this.link(title) });
  }

  likes(title: string): Locator {
    return this.card(title).locator('.likes .count-number');
  }

  async follow(title: string): Promise<void> {
    await this.visitor.press(this.link(title));
    await this.visitor.page.waitForURL('**/courses/*');
  }
}
