// What people are told: on the page for it, and by the number that every page shows.
import { expect, type Locator } from '@playwright/test';
import type { Visitor } from './visitor.ts';
import { phrase, type Words } from './words.ts';

type Kind = Exclude<keyof Words['inbox'], 'title' | 'unread' | 'choose' | 'empty' | 'empty_hint' | 'read_all' | 'read' | 'read_label' | 'new' | 'some_course'>;

export interface Told {
  kind: Kind;
  /** Messages have not been read, unless it is said. */
  read?: boolean;
}

export class Inbox {
  private readonly visitor: Visitor;

  constructor(visitor: Visitor) {
    this.visitor = visitor;
  }

  get messages(): Locator {
    return this.visitor.page.getByRole('main').locator('.message');
  }

  get empty(): Locator {
    return this.visitor.page.getByText(this.visitor.words.inbox.empty, { exact: true });
  }

  /** These messages, the newest first. */
  async expectMessages(...told: Told[]): Promise<void> {
    await expect(this.messages.locator('.message-text > p:first-child')).toHaveText(told.map((message) => this.text(message)));
  }

  /** Opens the page until it shows these: what is told of a deed comes a moment after it. */
  async expectDelivered(...told: Told[]): Promise<void> {
    const texts = async () => {
      await this.visitor.open('/inbox');
      return (await this.messages.locator('.message-text > p:first-child').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
    };
    await expect.poll(texts).toEqual(told.map((message) => this.text(message)));
  }

  /** Marks the message about a course as read, if there is just one. */
  async read(title: string): Promise<void> {
    await this.visitor.press(this.visitor.button(phrase(this.visitor.words.inbox.read_label, { title })));
  }

  async readAll(): Promise<void> {
    await this.visitor.press(this.visitor.button(this.visitor.words.inbox.read_all));
  }

  /** The number beside the way to the inbox; none when there is nothing to read. */
  async expectUnread(count: number): Promise<void> {
    const badge = this.visitor.page.getByRole('banner').locator('.badge');
    await expect(badge.locator('[aria-hidden]')).toHaveText(count === 0 ? '' : String(count));
    await expect(badge.locator('.unseen')).toHaveText(count === 0 ? '' : phrase(this.visitor.words.inbox.unread, { count }));
  }

  private text({ kind, read = false }: Told): string {
    const { inbox } = this.visitor.words;
    return read ? inbox[kind] : `${inbox.new} ${inbox[kind]}`;
  }
}
