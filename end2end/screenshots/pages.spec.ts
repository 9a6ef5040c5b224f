// All pages on both screens, in both schemes and languages.
import { mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page, TestInfo } from '@playwright/test';
import { desktop, phone } from '../support/devices.ts';
import { expect, test as base } from '../support/fixtures.ts';
import { ORIGIN } from '../support/global-setup.ts';
import { layOutWhole } from '../support/whole.ts';
import { CHOSEN } from './chosen.ts';
import { setScene, type Scene } from './scene.ts';
import { SHOTS } from './shots.ts';

const DOCS = resolve(import.meta.dirname, '../../docs/screenshots');
/** In bytes: everyone who clones the project carries them. */
const LARGEST = 150 * 1024;

/** Screens as people have them, a bit taller on the desktop: a course's map is on its picture. */
const SCREENS = { desktop: { ...desktop, viewport: { width: 1280, height: 1_000 } }, phone };
const LANGUAGES = { ko: 'ko-KR', en: 'en-US' } as const;

const test = base.extend<object, { scene: Scene }>({
  scene: [async ({}, use) => use(await setScene(process.env[ORIGIN] ?? '')), { scope: 'worker' }],
});

async function take(page: Page, path: string, height?: number): Promise<void> {
  await layOutWhole(page);
  await page.evaluate(() => document.fonts.ready);
  const part = height === undefined ? { fullPage: true } : { clip: { x: 0, y: 0, width: page.viewportSize()?.width ?? 0, height } };
  await page.screenshot({ path, ...part, animations: 'disabled', caret: 'hide', scale: 'css' });
}

/** Where all pictures go: PICTURES, or the folder of what tests leave behind. */
function folder({ project }: TestInfo): string {
  return process.env.PICTURES ?? join(project.outputDir, 'all');
}

test.beforeAll(() => mkdirSync(DOCS, { recursive: true }));

for (const [screen, device] of Object.entries(SCREENS)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [language, locale] of Object.entries(LANGUAGES) as ['ko' | 'en', string][]) {
      test.describe(`${screen}, ${colorScheme}, ${language}`, () => {
        test.use({ ...device, colorScheme, language, locale });
        for (const shot of SHOTS) {
          const name = [shot.name, screen, colorScheme, ...(language === 'en' ? ['en'] : [])].join('-');
          test(name, async ({ visitor, scene, guard }, info) => {
            guard.expectStatus(404, 422);
            if (shot.who) await visitor.shareSession(scene[shot.who]);
            await shot.show(visitor, scene);
            const height = CHOSEN[name];
            if (height !== undefined) {
              const path = join(DOCS, `${name}.png`);
              await take(visitor.page, path, height);
              expect.soft(statSync(path).size, name).toBeLessThan(LARGEST);
            }
            await take(visitor.page, join(folder(info), `${name}.png`));
          });
        }
      });
    }
  }
}
