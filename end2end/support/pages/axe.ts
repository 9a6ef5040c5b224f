// axe-core over what a page shows now.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import axe from 'axe-core';

/** Every rule there is, best practices and experiments too, but those that axe itself has given up. */
const RULES = axe.getRules().filter(({ tags }) => !tags.includes('deprecated'));

/**
 * Which rules: those on colours are all that the other colour scheme of the same page can break, and what has a contrast of 7 : 1
 * has one of 4.5 : 1.
 */
const CHOSEN = {
  all: RULES.map(({ ruleId }) => ruleId),
  colours: RULES.filter(({ ruleId, tags }) => tags.includes('cat.color') && ruleId !== 'color-contrast').map(({ ruleId }) => ruleId),
};

/** What axe finds, a line for each place. */
export async function axeFindings(page: Page, which: keyof typeof CHOSEN): Promise<string[]> {
  // All in one page: without frames of other origins, axe needs no second one to put its results together.
  const { violations } = await new AxeBuilder({ page }).withRules(CHOSEN[which]).setLegacyMode(true).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary, html }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''} ${html}`));
}
