// Links to a place on a page lead there, whatever is laid out above it only when one comes near it.
import { isDebugBuild } from '../../support/server.ts';
import { expect, test } from '../../support/pages/visit.ts';

test.skip(isDebugBuild, 'pages are looked at as they are shipped');

for (const place of ['stop-2', 'reviews', 'comments']) {
  test(`a link to #${place} leads there`, async ({ visitor: { page, site }, world }) => {
    await page.goto(site.url(`/courses/${world.full}#${place}`));
    // At the top, or as near to it as the page's end lets it come.
    const isThere = () =>
      page.evaluate((id) => {
        const top = document.getElementById(id)?.getBoundingClientRect().top ?? Infinity;
        return (top >= 0 && top < 100) || scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
      }, place);
    await expect.poll(isThere).toBe(true);
    // What was above is sized by now, if it wasn't before.
    await page.evaluate(() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then))));
    expect(await isThere()).toBe(true);
  });
}
