// Every page in every state, looked at by machines: in both languages, on both screens, light and dark.
import { ariaTree } from '../../support/pages/aria.ts';
import { axeFindings } from '../../support/pages/axe.ts';
import { ibmFindings } from '../../support/pages/ibm.ts';
import { reflowFindings } from '../../support/pages/reflow.ts';
import { STATE_NAMES } from '../../support/pages/states.ts';
import { expect, test } from '../../support/pages/visit.ts';
import { isDebugBuild } from '../../support/server.ts';

test.skip(isDebugBuild, 'the same pages from the same source as those of the release build, which it looks at');

test.use({ contextOptions: { reducedMotion: 'reduce' } });

/** Full of other courses, in an order that others' courses change: its tree says nothing that "discover found" doesn't. */
const WITHOUT_TREE = ['discover'];

for (const name of STATE_NAMES) {
  test(name, async ({ visitor, bring, world, isMobile, language }, info) => {
    const { page } = visitor;
    await test.step('brought about', () => bring(name));

    // The tree has to be the same on both screens and is compared on one.
    if (!isMobile && !WITHOUT_TREE.includes(name)) {
      await test.step('what assistive technology is told', async () => {
        expect.soft(await ariaTree(page, world)).toMatchSnapshot([language, `${name.replaceAll(/[^\w-]+/g, '-')}.yml`]);
      });
    }

    // folded up they would hide what is in them
    await page.locator('details').evaluateAll((all) => all.forEach((one) => one.setAttribute('open', '')));
    await test.step('axe, light', async () => {
      expect.soft(await axeFindings(page, 'all'), 'axe, light').toEqual([]);
    });
    await test.step('axe, dark', async () => {
      await page.emulateMedia({ colorScheme: 'dark' });
      expect.soft(await axeFindings(page, 'colours'), 'axe, dark').toEqual([]);
    });

    // Its rules ask the document and not the screen: each language once, each screen once.
    if (isMobile === (language === 'en')) {
      await test.step("IBM's checker", async () => {
        const { violations, others } = await ibmFindings(page);
        if (others.length > 0) await info.attach('left to people to judge', { body: others.join('\n') });
        expect.soft(violations, "IBM's checker").toEqual([]);
      });
    }

    // It sets its own screens.
    if (!isMobile) {
      await test.step('reflow', async () => {
        expect.soft(await reflowFindings(page), 'what does not fit').toEqual([]);
      });
    }
  });
}
