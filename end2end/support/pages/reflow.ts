// Whether a page still fits: on the narrowest screen, and with text twice as large.
import type { Page } from '@playwright/test';

interface Screen {
  name: string;
  width: number;
  height: number;
  /** Size of the text, where 1 is what browsers begin with; and who makes it larger. */
  text: { factor: 1 | 2; by?: 'setting' | 'page' };
}

/**
 * 320 px is what is left of a 1280 px window at 400 % (WCAG 1.4.10). Text is made larger (1.4.4) by the browser's setting, which
 * media queries in rem follow, and on the page alone, which they don't.
 */
const SCREENS: Screen[] = [
  { name: '320 px', width: 320, height: 640, text: { factor: 1 } },
  { name: '390 px, text set to 200 %', width: 390, height: 844, text: { factor: 2, by: 'setting' } },
  { name: '390 px, text of the page at 200 %', width: 390, height: 844, text: { factor: 2, by: 'page' } },
  { name: '768 px, text set to 200 %', width: 768, height: 1024, text: { factor: 2, by: 'setting' } },
  { name: '1440 px, text set to 200 %', width: 1440, height: 900, text: { factor: 2, by: 'setting' } },
  { name: '1440 px, text of the page at 200 %', width: 1440, height: 900, text: { factor: 2, by: 'page' } },
];

/** What is cut on purpose, and where the whole of it can be read. */
const MEANT_TO_BE_CUT = [
  // two lines of a card's summary: whole on the course's page
  '.card-summary',
  // the name of a stop while it is moved: whole in its field
  '.stop-title',
  // names that hosts and customers chose for themselves: whole on the course's page and in the settings
  '.card-host',
  '.who',
  // a map goes on beyond its frame, and can be moved
  '.tiles',
  // for screen readers alone
  '.unseen',
  '.count-label',
  // on phones alone: there the choices say themselves what they are
  '.search .chips legend',
  '.chips-name',
];

/** What does not fit, a line for each. */
export async function reflowFindings(page: Page): Promise<string[]> {
  const before = page.viewportSize();
  const session = await page.context().newCDPSession(page);
  const findings: string[] = [];
  for (const { name, width, height, text } of SCREENS) {
    await page.setViewportSize({ width, height });
    const standard = text.by === 'setting' ? 16 * text.factor : 16;
    await session.send('Page.setFontSizes', { fontSizes: { standard, fixed: (standard * 13) / 16 } });
    const found = await page.evaluate(measure, { meant: MEANT_TO_BE_CUT, size: text.by === 'page' ? `${text.factor * 100}%` : '' });
    findings.push(...found.map((line) => `${name}: ${line}`));
  }
  await page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
  await session.send('Page.setFontSizes', { fontSizes: { standard: 16, fixed: 13 } });
  await session.detach();
  if (before) await page.setViewportSize(before);
  return findings;
}

function measure({ meant, size }: { meant: string[]; size: string }): string[] {
  const root = document.documentElement;
  root.style.fontSize = size;
  const name = (element: Element) => `<${element.localName} class="${element.getAttribute('class') ?? ''}"> ${(element.textContent ?? '').trim().slice(0, 40)}`;
  const found: string[] = [];
  if (root.scrollWidth > root.clientWidth) {
    const isWide = (element: Element) => element.checkVisibility() && element.getBoundingClientRect().right > root.clientWidth + 0.5;
    const innermost = [...document.body.querySelectorAll('*')].filter((element) => isWide(element) && ![...element.children].some(isWide));
    found.push(`scrolls sideways, ${root.scrollWidth} of ${root.clientWidth} px: ${innermost.slice(0, 4).map(name).join(' | ')}`);
  }
  for (const element of document.body.querySelectorAll<HTMLElement>('*')) {
    // what is typed into a field scrolls in it
    if (element.matches('input, textarea') || meant.some((selector) => element.matches(selector)) || !element.checkVisibility()) continue;
    const { overflowX, overflowY } = getComputedStyle(element);
    const hides = (overflow: string) => overflow === 'hidden' || overflow === 'clip';
    if (hides(overflowX) && element.scrollWidth > element.clientWidth) found.push(`cut at its side, ${element.scrollWidth} of ${element.clientWidth} px: ${name(element)}`);
    if (hides(overflowY) && element.scrollHeight > element.clientHeight) found.push(`cut at its foot, ${element.scrollHeight} of ${element.clientHeight} px: ${name(element)}`);
    // a button or a choice cuts what does not fit into it without any overflow to be seen
    if (element.matches('button, summary, .button') && element.scrollWidth > element.clientWidth + 1) {
      found.push(`does not hold its text, ${element.scrollWidth} of ${element.clientWidth} px: ${name(element)}`);
    }
  }
  return found;
}
