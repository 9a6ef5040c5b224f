// Someone with a browser: what people do on any page, by the words that they see.
import { expect, type Locator, type Page } from '@playwright/test';
import { Bookmarks } from './bookmarks.ts';
import { CourseForm } from './course-form.ts';
import { CoursePage } from './course-page.ts';
import { Discover } from './discover.ts';
import { HostCourses } from './host-courses.ts';
import { Inbox } from './inbox.ts';
import { newPerson, type Person } from './person.ts';
import { RestAccount } from './rest.ts';
import { Settings } from './settings.ts';
import type { Site } from './site.ts';
import type { Words } from './words.ts';

export class Visitor {
  readonly page: Page;
  readonly site: Site;
  private readonly touches: boolean;

  constructor(page: Page, site: Site, touches: boolean) {
    this.page = page;
    this.site = site;
    this.touches = touches;
  }

  get words(): Words {
    return this.site.words;
  }

  get discover(): Discover {
    return new Discover(this);
  }

  get course(): CoursePage {
    return new CoursePage(this);
  }

  get hostCourses(): HostCourses {
    return new HostCourses(this);
  }

  get form(): CourseForm {
    return new CourseForm(this);
  }

  get bookmarks(): Bookmarks {
    return new Bookmarks(this);
  }

  get inbox(): Inbox {
    return new Inbox(this);
  }

  get settings(): Settings {
    return new Settings(this);
  }

  /** The same person on another page of the same browser. */
  async newTab(): Promise<Visitor> {
    return new Visitor(await this.page.context().newPage(), this.site, this.touches);
  }

  async open(path: string): Promise<number> {
    const response = await this.page.goto(this.site.url(path));
    return response?.status() ?? 0;
  }

  /** Opens a page whose wasm is held back until what this answers is called, also that of the pages that follow. */
  async openWithoutScript(path: string): Promise<() => void> {
    let come = (): void => undefined;
    let waiting = 0;
    const held = new Promise<void>((resolve) => (come = resolve));
    await this.page.route(/\/pkg\/.*\.wasm$/, async (route) => {
      waiting += 1;
      await held;
      // by now the page may be another one
      await route.continue().catch(() => {});
    });
    await this.page.goto(this.site.url(path), { waitUntil: 'commit' });
    return () => {
      expect(waiting, 'how often wasm was asked for and held back').toBeGreaterThan(0);
      come();
    };
  }

  /** Opens a page and waits until it moves by itself: its islands are there, and the server talks to them. */
  async openLive(path: string): Promise<void> {
    await this.becomesLive(() => this.page.goto(this.site.url(path)));
  }

  /** Does something that leads to a page which moves by itself: over a connection of its own, or over that of another tab. */
  async becomesLive(deed: () => Promise<unknown>): Promise<void> {
    // what is here now may be live, too
    await this.page.evaluate(() => document.documentElement.setAttribute('data-left', ''));
    await deed();
    await this.isLive();
  }

  /** The page that is here, and not the one before, moves by itself. The first of its islands is enough for a connection: all are to be there. */
  async isLive(): Promise<void> {
    await expect(this.page.locator('html[data-live="live"][data-hydrated]:not([data-left])'), 'the page moves by itself').toBeAttached();
  }

  /** All islands of the page are there. Who comes from another page has to have seen something of this one. */
  async isHydrated(): Promise<void> {
    await expect(this.page.locator('html[data-hydrated]'), 'all islands are there').toBeAttached();
  }

  /** Presses with a finger or a mouse, whatever this browser has. */
  async press(target: Locator): Promise<void> {
    await (this.touches ? target.tap() : target.click());
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }

  /** Fills in more than the field would let one type: not every client keeps to that. */
  async overfill(field: Locator, text: string): Promise<void> {
    await field.evaluate((element) => element.removeAttribute('maxlength'));
    await field.fill(text);
  }

  get alert(): Locator {
    return this.page.getByRole('alert');
  }

  async signUp(person: Person = newPerson()): Promise<Person> {
    await this.open('/sign-up');
    await this.fillSignUp(person);
    await this.press(this.button(this.words.account.sign_up_action));
    await this.signInAfterSignUp(person);
    await this.expectSignedIn(person);
    return person;
  }

  /** Signing up is answered by the form for signing in, with the address in it. */
  async signInAfterSignUp({ email, password }: Pick<Person, 'email' | 'password'>): Promise<void> {
    await expect(this.page.getByText(this.words.account.signed_up)).toBeVisible();
    await expect(this.field(this.words.account.email)).toHaveValue(email);
    await this.field(this.words.account.password).fill(password);
    await this.press(this.button(this.words.account.sign_in_action));
  }

  async fillSignUp({ displayName, email, password }: Person): Promise<void> {
    await this.overfill(this.field(this.words.account.display_name), displayName);
    await this.field(this.words.account.email).fill(email);
    await this.field(this.words.account.password).fill(password);
  }

  async signIn(person: Person): Promise<void> {
    await this.open('/sign-in');
    await this.sendSignIn(person);
    await this.expectSignedIn(person);
  }

  /** Fills in and sends the sign-in page that is open. */
  async sendSignIn({ email, password }: Pick<Person, 'email' | 'password'>): Promise<void> {
    await this.field(this.words.account.email).fill(email);
    await this.field(this.words.account.password).fill(password);
    await this.press(this.button(this.words.account.sign_in_action));
  }

  async signOut(): Promise<void> {
    await this.press(this.button(this.words.header.sign_out));
    await expect(this.page.getByRole('link', { name: this.words.header.sign_in, exact: true })).toBeVisible();
  }

  /** Signs in without walking through the pages. */
  async getSession(person: Person = newPerson()): Promise<RestAccount> {
    const account = await RestAccount.open(this.site.origin, person);
    await this.shareSession(account);
    return account;
  }

  /** Is whoever that session belongs to. */
  async shareSession({ cookie }: RestAccount): Promise<void> {
    const [name, value] = cookie.split('=') as [string, string];
    await this.page.context().addCookies([{ name, value, url: this.site.origin, httpOnly: true, sameSite: 'Lax' }]);
  }

  async expectSignedIn({ displayName }: Person): Promise<void> {
    await expect(this.page.getByRole('banner')).toContainText(displayName);
    await expect(this.button(this.words.header.sign_out)).toBeVisible();
  }

  /** A field is named as wrong to everyone: marked, and described by what is wrong with it. */
  async expectWrong(field: Locator, what: string): Promise<void> {
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await this.expectDescribed(field, what);
  }

  /** What is described says so to everyone, with a text that can be seen. */
  async expectDescribed(field: Locator, what: string): Promise<void> {
    const describedBy = (await field.getAttribute('aria-describedby')) ?? '';
    const texts = await Promise.all(describedBy.split(' ').map((id) => this.page.locator(`[id="${id}"]:visible`).textContent()));
    expect(texts, `what describes the field: ${describedBy}`).toContain(what);
  }
}
