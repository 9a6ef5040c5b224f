// Someone who has a keyboard and nothing else.
import { expect, type Locator, type Page } from '@playwright/test';

/** More stops than the longest page has. */
const STOPS = 400;
/** More parts than a field for a time has: from the year to the button that opens a calendar. */
const PARTS = 10;

/** Where the focus is, and what is wrong with how it is shown there. */
interface Stop {
  name: string;
  wrong: string | undefined;
}

export class Keyboard {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Tabs on until `target` has the focus. On every stop of the way it has to be seen where one is. */
  async to(target: Locator): Promise<this> {
    await expect(target).toBeVisible();
    const element = await target.elementHandle();
    let there = await target.evaluate((element) => element === document.activeElement);
    for (let stops = 0; !there; stops += 1) {
      if (stops === STOPS) throw new Error(`the tab key does not lead to ${target}`);
      await this.tab();
      there = await this.page.evaluate((element) => element === document.activeElement, element);
    }
    return this;
  }

  /** On to the next stop. A field for a time is one, and the key stops at each of its parts. */
  async tab(): Promise<Stop> {
    const inTime = await this.isInTime();
    let stop = await this.step();
    for (let parts = 1; inTime && parts < PARTS && (await this.isInTime()); parts += 1) stop = await this.step();
    return stop;
  }

  private isInTime(): Promise<boolean> {
    return this.page.evaluate(() => document.activeElement?.matches('input[type=datetime-local]') ?? false);
  }

  private async step(): Promise<Stop> {
    await this.page.keyboard.press('Tab');
    // past the end come the browser's own controls, and then the page again
    if (await this.page.evaluate(() => document.activeElement === document.body)) await this.page.keyboard.press('Tab');
    const stop = await this.page.evaluate(whereTheFocusIs);
    expect(stop.wrong, stop.name).toBeUndefined();
    return stop;
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.insertText(text);
  }

  /** To a field, to write into it. */
  async write(field: Locator, text: string): Promise<void> {
    await this.to(field);
    await this.type(text);
    await expect(field).toHaveValue(text);
  }

  /** To something, and the key that presses it. */
  async follow(target: Locator, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
    await this.to(target);
    await this.press(key);
  }

  /** Walks through the whole page and around, from wherever the page puts the focus; what it came by, from the page's beginning, each in words. */
  async walk(): Promise<string[]> {
    const names: string[] = [];
    const count = await this.page.evaluate(markStops);
    for (let stop = 0; stop < count; stop += 1) names.push((await this.tab()).name);
    const first = Math.max(0, names.findIndex((name) => name.startsWith('1: ')));
    return [...names.slice(first), ...names.slice(0, first)];
  }

  /** What a walk has to come by, in the order of the document, which is the order that screen readers read in. */
  expected(): Promise<string[]> {
    return this.page.evaluate(() => [...document.querySelectorAll('[data-stop]')].map((element) => element.getAttribute('data-stop') ?? ''));
  }
}

/** Names everything that the tab key has to stop at; answers how many those are. */
function markStops(): number {
  const all = [...document.querySelectorAll<HTMLElement | SVGElement>('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')];
  const groups = new Set<string>();
  const stops = all.filter((element) => {
    // a drawn element that isn't displayed is visible to `checkVisibility`
    if (!element.checkVisibility() || getComputedStyle(element).display === 'none' || element.matches(':disabled, [tabindex="-1"]')) return false;
    if (!(element instanceof HTMLInputElement) || element.type !== 'radio') return true;
    // a group of radio buttons is one stop: its chosen one, or the first
    const group = [...(element.form ?? document).querySelectorAll<HTMLInputElement>(`input[type=radio][name="${element.name}"]`)];
    const stop = group.find((radio) => radio.checked) ?? group[0];
    const name = `${element.form?.id}:${element.name}`;
    if (groups.has(name) || stop !== element) return false;
    groups.add(name);
    return true;
  });
  stops.forEach((element, index) => {
    element.setAttribute('data-stop', `${index + 1}: <${element.localName}> ${element.getAttribute('aria-label') ?? element.getAttribute('name') ?? (element.textContent ?? '').trim().slice(0, 40)}`);
  });
  return stops.length;
}

function whereTheFocusIs(): { name: string; wrong: string | undefined } {
  const element = document.activeElement;
  if (!element || element === document.body) return { name: 'the page', wrong: 'nothing has the focus' };
  const name = element.getAttribute('data-stop') ?? `<${element.localName}> ${element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40) ?? ''}`;
  const outlined = (style: CSSStyleDeclaration) => style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2;
  // a card's link is as large as the card, and a radio button lies in its label: those bear the line then
  const label = element.closest('label');
  const shown = outlined(getComputedStyle(element)) || outlined(getComputedStyle(element, '::after')) || (label !== null && outlined(getComputedStyle(label)));
  const { top, bottom, left, right, width, height } = element.getBoundingClientRect();
  const inView = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth && width > 1 && height > 1;
  const wrong = shown ? (inView ? undefined : 'it has the focus out of sight') : 'nothing shows that it has the focus';
  return { name, wrong };
}
