// Takes the pictures in docs/screenshots: `playwright test --config screenshots.config.ts`.
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
