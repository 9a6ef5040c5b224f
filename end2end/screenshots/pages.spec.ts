// Each page as people see it first, on both screens and in both schemes.
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CourseText } from '../support/course.ts';
import { desktop, phone, type Device } from '../support/devices.ts';
import { expect, test } from '../support/fixtures.ts';
import { newPerson } from '../support/person.ts';
import { send } from '../support/http.ts';
import type { Visitor } from '../support/visitor.ts';

const FOLDER = resolve(import.meta.dirname, '../../docs/screenshots');
const LARGEST = 300 * 1024;

/** Tall enough that a course's map is on its picture. */
function tall(device: Device): Device {
  return { ...device, viewport: { ...device.viewport, height: 1_160 } };
}

interface DemoCourse {
  title: string;
  summary: string;
  region: string;
  tags: string[];
  stops: { name: string; category: string; lat: number; lng: number; stay_minutes: number; cost_krw: number; note: string }[];
}

/** A course that is worth looking at in the form. */
function demoCourse(): CourseText {
  const [course] = JSON.parse(readFileSync(new URL('../../server/demo/courses.json', import.meta.url), 'utf8')) as DemoCourse[];
  if (!course) throw new Error('there are no demo courses');
  const stops = course.stops.map(({ lat, lng, stay_minutes, cost_krw, ...stop }) => ({
    ...stop,
    lat: String(lat),
    lng: String(lng),
    stayMinutes: String(stay_minutes),
    costKrw: String(cost_krw),
  }));
  return { ...course, stops };
}

async function mostLiked(origin: string): Promise<string> {
  const { text } = await send(`${origin}/api/v1/viewpages?sort=popular&limit=1`);
  const [course] = (JSON.parse(text) as { items: { course_id: string }[] }).items;
  return course?.course_id ?? '';
}

async function take(visitor: Visitor, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `${name}.png`);
  await visitor.page.evaluate(() => document.fonts.ready);
  await visitor.page.screenshot({ path, animations: 'disabled', caret: 'hide', scale: 'css' });
  expect(statSync(path).size, name).toBeLessThan(LARGEST);
}

for (const [screen, device] of Object.entries({ desktop, phone })) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${screen}, ${colorScheme}`, () => {
      test.use({ ...tall(device), colorScheme, language: 'ko', locale: 'ko-KR' });

      test('discover', async ({ visitor }) => {
        await visitor.openLive('/');
        await take(visitor, `discover-${screen}-${colorScheme}`);
      });

      test('viewpage', async ({ visitor, site }) => {
        await visitor.openLive(`/courses/${await mostLiked(site.origin)}`);
        await take(visitor, `viewpage-${screen}-${colorScheme}`);
      });

      test('host form', async ({ visitor }) => {
        const host = await visitor.getSession(newPerson('둘레 산책반'));
        const id = await host.write(demoCourse());
        await visitor.open(`/host/courses/${id}/edit`);
        await take(visitor, `host-form-${screen}-${colorScheme}`);
      });
    });
  }
}

test.describe('in English', () => {
  test.use({ ...tall(desktop), colorScheme: 'light', language: 'en', locale: 'en-US' });

  test('viewpage', async ({ visitor, site }) => {
    await visitor.openLive(`/courses/${await mostLiked(site.origin)}`);
    await take(visitor, 'viewpage-desktop-light-en');
  });
});
