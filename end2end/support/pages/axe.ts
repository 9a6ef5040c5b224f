// axe-core over what a page shows now.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import axe from 'axe-core';

/** Every rule there is, best practices and experiments too, but those that axe itself has given up. */
const RULES = axe.getRules().filter(({ tags }) => !tags.includes('deprecated')).map(({ ruleId }) => ruleId);

/** What axe finds, a line for each place. */
export async function axeFindings(page: Page): Promise<string[]> {
  // All in one page: without frames of other origins, axe needs no second one to put its results together.
  const { violations } = await new AxeBuilder({ page }).withRules(RULES).setLegacyMode(true).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary, html }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''} ${html}`));
}
