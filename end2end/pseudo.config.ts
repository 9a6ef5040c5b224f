// Looks for texts that were forgotten or are cut, on a build whose English texts are made up: run by `scripts/pseudo`.
import { defineConfig } from '@playwright/test';
import { chromium } from './support/chromium.ts';
import { desktop } from './support/devices.ts';
import type { Options } from './support/fixtures.ts';

export default defineConfig<Options>({
  testDir: 'pseudo',
  outputDir: 'test-results/pseudo',
  globalSetup: './support/global-setup.ts',
  fullyParallel: true,
  workers: 2,
  timeout: 90_000,
  reporter: 'list',
  use: { ...chromium, ...desktop, timezoneId: 'Asia/Seoul', language: 'en', locale: 'en-US', contextOptions: { reducedMotion: 'reduce' } },
  projects: [{ name: 'pseudo' }],
});
