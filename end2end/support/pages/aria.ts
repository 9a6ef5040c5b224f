// A page as assistive technology is told of it.
import type { Page } from '@playwright/test';
import type { World } from './world.ts';

/**
 * The tree of the whole page as text. What differs from run to run is taken out: ids, the world's tag, days, which all are
 * today, and the time that is proposed for a walk. Compared as a whole and not with `toMatchAriaSnapshot`: that passes over
 * what a page has besides what is stored, and could not be told which addresses differ.
 */
export async function ariaTree(page: Page, { tag }: World): Promise<string> {
  const tree = await page.locator('body').ariaSnapshot();
  const day = String.raw`\d{4}\. \d{1,2}\. \d{1,2}\.|\d{1,2} [A-Z][a-z]{2} \d{4}`;
  return `${tree
    .replaceAll(new RegExp(`(${day})( \\d{2}:\\d{2})?`, 'g'), 'DAY')
    .replaceAll(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/g, 'TIME')
    .replaceAll(/\b\d{2}:\d{2}\b/g, 'TIME')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(encodeURIComponent(tag), 'TAG')
    .replaceAll(tag, 'TAG')
    .replaceAll(/\bcursor=[^\s"&#]+/g, 'cursor=CURSOR')
    .replaceAll(/[0-9a-f-]{36}@example\.com/g, 'ID@example.com')}\n`;
}
