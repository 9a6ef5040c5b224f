// Every page in every state, looked at by machines: in both languages, on both screens, light and dark.
import { ariaTree } from '../../support/pages/aria.ts';
import { axeFindings } from '../../support/pages/axe.ts';
import { ibmFindings } from '../../support/pages/ibm.ts';
import { reflowFindings } from '../../support/pages/reflow.ts';
import { STATE_NAMES } from '../../support/pages/states.ts';
import { expect, test } from '../../support/pages/visit.ts';
import { isDebugBuild } from '../../support/server.ts';

test.skip(isDebugBuild, 'the same pages from the same source as those of the release build, which it looks at');

/** Full of other courses, in an order that others' courses change: its tree says nothing that "discover found" doesn't. */
const WITHOUT_TREE = ['discover'];

for (const name of STATE_NAMES) {
  test(name, async ({ visitor, bring, world, isMobile, language }, info) => {
    const { page } = visitor;
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await bring(name);

    // The tree has to be the same on both screens and is compared on one.
    if (!isMobile && !WITHOUT_TREE.includes(name)) {
      expect.soft(await ariaTree(page, world)).toMatchSnapshot([language, `${name.replaceAll(/[^\w-]+/g, '-')}.yml`]);
    }

    // folded up they would hide what is in them
    await page.locator('details').evaluateAll((all) => all.forEach((one) => one.setAttribute('open', '')));
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect.soft(await axeFindings(page), `axe, ${colorScheme}`).toEqual([]);
    }

    // Its rules ask the document and not the screen: each language once, each screen once.
    if (isMobile === (language === 'en')) {
      const { violations, others } = await ibmFindings(page);
      if (others.length > 0) await info.attach('left to people to judge', { body: others.join('\n') });
      expect.soft(violations, "IBM's checker").toEqual([]);
    }

    // It sets its own screens.
    if (!isMobile) expect.soft(await reflowFindings(page), 'what does not fit').toEqual([]);
  });
}
