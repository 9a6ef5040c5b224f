// The server's HTML of every page in every state holds to the standard.
import { FileSystemConfigLoader, HtmlValidate } from 'html-validate';
import { html } from '../../support/pages/visit.ts';
import { STATE_NAMES, stateOf } from '../../support/pages/states.ts';
import { expect, test } from '../../support/pages/visit.ts';

const validator = new HtmlValidate(new FileSystemConfigLoader());

for (const language of ['ko', 'en'] as const) {
  test(`every page is valid HTML, ${language}`, async ({ site, world }) => {
    test.setTimeout(120_000);
    // what script makes of a page is looked at in the browser
    for (const state of STATE_NAMES.map((name) => stateOf(world, name)).filter(({ deed }) => !deed)) {
      const { name } = state;
      const text = await html(site.in(language), world, state);
      const { results } = await validator.validateString(text, `${import.meta.dirname}/${name}.html`);
      const found = results.flatMap(({ messages }) => messages.map(({ ruleId, message, selector, offset }) => `${ruleId}: ${message} ${selector ?? ''} … ${text.slice(offset - 20, offset + 120)}`));
      expect.soft(found, name).toEqual([]);
    }
  });
}
