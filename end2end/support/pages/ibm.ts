// IBM's accessibility checker over what a page shows now.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';

const ENGINE = readFileSync(createRequire(import.meta.url).resolve('accessibility-checker-engine/ace.js'), 'utf8');

/** Its own rules for products and the newest WCAG. */
const RULE_SETS = ['IBM_Accessibility', 'WCAG_2_2'];

/**
 * How a rule's answer counts. What the engine calls a violation and is sure of fails; what it leaves to people to judge (potential
 * ones, things to look at by hand) or only recommends is listed.
 */
type Level = 'VIOLATION' | 'RECOMMENDATION' | 'INFORMATION';
type Answer = 'PASS' | 'FAIL' | 'POTENTIAL' | 'MANUAL';

interface Result {
  ruleId: string;
  value: [Level, Answer];
  message: string;
  snippet: string;
  path: { dom: string };
}

declare const ace: { Checker: new () => { check: (root: Document, ruleSets: string[]) => Promise<{ results: Result[] }> } };

export interface IbmFindings {
  violations: string[];
  /** For people to judge. */
  others: string[];
}

export async function ibmFindings(page: Page): Promise<IbmFindings> {
  // By way of the debugger and not in a script element, which the page's policy forbids.
  await page.evaluate(`${ENGINE}; globalThis.ace = ace;`);
  const results = await page.evaluate(async (sets) => {
    const { results } = await new ace.Checker().check(document, sets);
    return results
      .filter(({ value: [, answer] }) => answer !== 'PASS')
      .map(({ ruleId, value: [level, answer], message, snippet, path }) => ({ sure: level === 'VIOLATION' && answer === 'FAIL', line: `${ruleId} (${level} ${answer}): ${message} ${snippet} ${path.dom}` }));
  }, RULE_SETS);
  const lines = (sure: boolean) => results.filter((result) => result.sure === sure).map(({ line }) => line);
  return { violations: lines(true), others: lines(false) };
}
