// What every journey starts with.
import { join } from 'node:path';
import { test as base, expect, type BrowserContextOptions } from '@playwright/test';
import { ConsoleGuard } from './console-guard.ts';
import { ORIGIN } from './global-setup.ts';
import { DulleServer } from './server.ts';
import { Site } from './site.ts';
import { Visitor } from './visitor.ts';
import type { Language } from './words.ts';

export { expect };

export interface Options {
  /** The language of the pages that are walked through. */
  language: Language;
}

interface Fixtures {
  /** The suite's server. */
  site: Site;
  /** Fails the test for whatever the browser complains about. */
  guard: ConsoleGuard;
  /** Someone with a browser. */
  visitor: Visitor;
  /** Someone else, with a browser of their own. */
  arrive: (options?: BrowserContextOptions, site?: Site) => Promise<Visitor>;
}

interface WorkerFixtures {
  /** A server that may be stopped and killed. */
  ownServer: DulleServer;
}

export const test = base.extend<Options & Fixtures, WorkerFixtures>({
  language: ['ko', { option: true }],

  site: async ({ language }, use) => {
    const origin = process.env[ORIGIN];
    if (origin === undefined) throw new Error('the suite has no server');
    await use(new Site(origin, language));
  },

  guard: [
    async ({}, use) => {
      const guard = new ConsoleGuard();
      await use(guard);
      expect(guard.unexpected(), 'what browsers complained about').toEqual([]);
    },
    { auto: true },
  ],

  context: async ({ context, guard }, use) => {
    guard.watch(context);
    await use(context);
  },

  visitor: async ({ page, site, hasTouch }, use) => use(new Visitor(page, site, hasTouch)),

  arrive: async ({ browser, guard, site: ours, hasTouch }, use) => {
    const contexts: { close: () => Promise<void> }[] = [];
    await use(async (options = {}, site = ours) => {
      const context = await browser.newContext(options);
      contexts.push(context);
      guard.watch(context);
      return new Visitor(await context.newPage(), site, hasTouch);
    });
    await Promise.all(contexts.map((context) => context.close()));
  },

  ownServer: [
    async ({}, use, worker) => {
      const log = join(worker.project.outputDir, `own-server-${worker.workerIndex}.log`);
      const server = await DulleServer.started(log, { demo: false });
      await use(server);
      await server.dispose();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});
