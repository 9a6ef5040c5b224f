// The settings: four forms on one page.
import { expect, type Locator } from '@playwright/test';
import type { Visitor } from './visitor.ts';
import type { Words } from './words.ts';

type Choice = 'receipts' | 'bookmarks' | 'reviews' | 'replies' | 'comments';

export class Settings {
  private readonly visitor: Visitor;

  constructor(visitor: Visitor) {
    this.visitor = visitor;
  }

  private get words(): Words['settings'] {
    return this.visitor.words.settings;
  }

  part(part: 'messages' | 'password' | 'sessions' | 'close'): Locator {
    return this.visitor.page.getByRole('region', { name: this.words[part], exact: true });
  }

  box(choice: Choice): Locator {
    return this.part('messages').getByLabel(this.words[choice], { exact: true });
  }

  async saveMessages(): Promise<void> {
    await this.press('messages', this.words.save);
    await expect(this.part('messages').getByText(this.words.done_messages, { exact: true })).toBeVisible();
  }

  get currentPassword(): Locator {
    return this.part('password').getByLabel(this.words.current_password, { exact: true });
  }

  get newPassword(): Locator {
    return this.part('password').getByLabel(this.words.new_password, { exact: true });
  }

  async changePassword(current: string, next: string): Promise<void> {
    await this.currentPassword.fill(current);
    await this.newPassword.fill(next);
    await this.press('password', this.words.change_password);
  }

  async signOutEverywhere(): Promise<void> {
    await this.press('sessions', this.words.sign_out_everywhere);
    await expect(this.visitor.page.getByRole('banner').getByRole('link', { name: this.visitor.words.header.sign_in, exact: true })).toBeVisible();
  }

  get closingPassword(): Locator {
    return this.part('close').getByLabel(this.visitor.words.account.password, { exact: true });
  }

  get closingConsent(): Locator {
    return this.part('close').getByLabel(this.words.close_confirm, { exact: true });
  }

  async close(): Promise<void> {
    await this.press('close', this.words.close);
  }

  private async press(part: 'messages' | 'password' | 'sessions' | 'close', word: string): Promise<void> {
    await this.visitor.press(this.part(part).getByRole('button', { name: word, exact: true }));
  }
}
