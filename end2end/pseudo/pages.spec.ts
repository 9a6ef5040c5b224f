// On every page in every state, each word is either in brackets, and so from the files of texts, or somebody's own; and with
// texts two fifths longer nothing is cut.
import type { Page } from '@playwright/test';
import { reflowFindings } from '../support/pages/reflow.ts';
import { STATE_NAMES } from '../support/pages/states.ts';
import { expect, test } from '../support/pages/visit.ts';

/** Full of demo courses, whose words are somebody's own and many. */
const OTHERS_WORDS = ['discover'];

/** What the world's people wrote in Latin letters, and what isn't language. */
const NOT_OURS = [
  /https?:\/\/\S+/g,
  /\S+@\S+/g,
  /Newcomer|A name that is as long as a name may be|Quiet lanes|Slowly, and early\.|Lanes of Seochon|Tongin Market|a word|길\w{8}/g,
  // what is typed in states that are refused
  /\bcheap\b|\bnorth\b|\bzzz\b|x{20,}|mina at "home"/g,
  // a day, written by the rules of the language and not by a text
  /\b\d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}\b/g,
];

/** All words of the page: shown, read out, or said about it. */
function words(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const texts: string[] = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (!node.parentElement?.closest('script, style, template')) texts.push(node.textContent ?? '');
    }
    for (const element of document.querySelectorAll('*')) {
      for (const name of ['aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'title', 'placeholder', 'alt']) texts.push(element.getAttribute(name) ?? '');
      if (element.matches('meta[name=description], meta[property^="og:title"], meta[property^="og:description"]')) texts.push(element.getAttribute('content') ?? '');
      if (element instanceof HTMLInputElement) texts.push(['submit', 'button', 'text', 'search'].includes(element.type) ? element.value : '');
    }
    return texts.filter((text) => text.trim() !== '');
  });
}

/** What stands outside of all brackets, which can lie in one another. */
function outside(text: string): string {
  let depth = 0;
  let left = '';
  for (const letter of text) {
    if (letter === '⟦') depth += 1;
    if (depth === 0) left += letter;
    if (letter === '⟧') depth -= 1;
  }
  return depth === 0 ? left : `${left} (a bracket has no partner: ${text})`;
}

test('the build under test has the made-up texts', async ({ visitor }) => {
  await visitor.open('/');
  expect(await visitor.page.title()).toContain('⟦');
});

for (const name of STATE_NAMES.filter((name) => !OTHERS_WORDS.includes(name))) {
  test(name, async ({ visitor, bring }) => {
    await bring(name);
    const { page } = visitor;
    await page.locator('details').evaluateAll((all) => all.forEach((one) => one.setAttribute('open', '')));
    const left = (await words(page)).map((text) => NOT_OURS.reduce((rest, theirs) => rest.replaceAll(theirs, ' '), outside(text)));
    expect.soft(left.filter((text) => /\p{Script=Latin}/u.test(text)), 'words that are in no file of texts').toEqual([]);
    expect.soft(await reflowFindings(page), 'what does not fit').toEqual([]);
  });
}
