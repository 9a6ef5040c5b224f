// The list of published courses.
import type { Locator } from '@playwright/test';
import type { Visitor } from './visitor.ts';
import type { Words } from './words.ts';

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

  /** The field for words. */
  get words(): Locator {
    return this.visitor.field(this.visitor.words.discover.words);
  }

  region(code: keyof Words['region'] | ''): Locator {
    return this.visitor.page.locator(`input[name="region"][value="${code}"]`);
  }

  choice(field: 'max_cost' | 'max_minutes' | 'setting' | 'sort'): Locator {
    return this.visitor.page.locator(`select[name="${field}"]`);
  }

  /** How many there are, or that there are none. */
  get heading(): Locator {
    return this.visitor.page.getByRole('heading', { level: 2 }).first();
  }

  get cards(): Locator {
    return this.visitor.page.locator('#cards > li');
  }

  get more(): Locator {
    return this.visitor.page.getByRole('link', { name: this.visitor.words.list.next, exact: true });
  }

  /** What is said of how searching goes. */
  get news(): Locator {
    return this.visitor.page.locator('.found-news');
  }

  /** The address as it is shown, without what stands for the language. */
  get asked(): URLSearchParams {
    return new URL(this.visitor.page.url()).searchParams;
  }

  async follow(title: string): Promise<void> {
    await this.visitor.press(this.link(title));
    await this.visitor.page.waitForURL('**/courses/*');
  }
}
