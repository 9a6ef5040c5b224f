// Pages as wholes. By themselves they lay out what is far below the fold only when one comes near it.
import type { Page } from '@playwright/test';

/** Has all of an open page laid out and drawn, so that what looks at it looks at all of it. */
export async function layOutWhole(page: Page): Promise<void> {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { content-visibility: visible !important }');
    document.adoptedStyleSheets.push(sheet);
  });
}
