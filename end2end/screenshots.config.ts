// Takes pictures of all pages, by hand: `PICTURES=/some/folder npm run pictures`. Those in screenshots/chosen.ts go into docs/screenshots, too.
import { defineConfig } from '@playwright/test';
import { chromium } from './support/chromium.ts';
import type { Options } from './support/fixtures.ts';

export default defineConfig<Options>({
  testDir: 'screenshots',
  outputDir: 'test-results/screenshots',
  globalSetup: './support/global-setup.ts',
  workers: 1,
  timeout: 90_000,
  reporter: 'list',
  use: { ...chromium, timezoneId: 'Asia/Seoul', contextOptions: { reducedMotion: 'reduce' } },
  projects: [{ name: 'screenshots' }],
});
