// The walk on a map of tiles: loaded when somebody asks for it, on a site that has a source of tiles.
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { newCourse } from '../support/course.ts';
import { expect, test as base } from '../support/fixtures.ts';
import { axeFindings } from '../support/pages/axe.ts';
import { ibmFindings } from '../support/pages/ibm.ts';
import { reflowFindings } from '../support/pages/reflow.ts';
import { newPerson } from '../support/person.ts';
import { picture } from '../support/picture.ts';
import { RestAccount } from '../support/rest.ts';
import { DulleServer } from '../support/server.ts';
import { Site } from '../support/site.ts';
import type { Visitor } from '../support/visitor.ts';
import { phrase } from '../support/words.ts';

const TILES = 'https://tiles.example';
const ATTRIBUTION = '© 지도를 만든 사람들';
const TILE = picture('tile', 222, 214, 196).buffer;

interface Fixtures {
  /** Somebody on the page of a course with three stops. */
  walker: Visitor;
  course: string;
}

const test = base.extend<Fixtures, { withTiles: DulleServer; walk: string }>({
  withTiles: [
    async ({}, use, worker) => {
      const environment = { DULLE_TILES: `${TILES}/{z}/{x}/{y}.png`, DULLE_TILES_ATTRIBUTION: `${ATTRIBUTION} ${TILES}/who` };
      const server = await DulleServer.started(join(worker.project.outputDir, `tiles-${worker.workerIndex}.log`), { demo: false, environment });
      await use(server);
      await server.dispose();
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  walk: [
    async ({ withTiles }, use) => {
      const account = await RestAccount.open(withTiles.origin, newPerson());
      await use(await account.writeAndPublish(newCourse()));
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  course: async ({ walk }, use) => use(`/courses/${walk}`),

  walker: async ({ arrive, withTiles, language }, use) => use(await arrive({ reducedMotion: 'reduce' }, new Site(withTiles.origin, language))),
});

/** Tiles that come, or don't; answers the addresses that were asked for. */
async function serveTiles(page: Page, how: 'as they are' | 'broken' | 'missing' | 'never'): Promise<string[]> {
  const asked: string[] = [];
  await page.route(`${TILES}/**`, async (route) => {
    asked.push(new URL(route.request().url()).pathname);
    if (how === 'broken') await route.fulfill({ status: 500, headers: { 'access-control-allow-origin': '*' } });
    else if (how === 'missing') await route.fulfill({ status: 404, headers: { 'access-control-allow-origin': '*' } });
    else if (how === 'as they are') await route.fulfill({ body: TILE, contentType: 'image/png', headers: { 'access-control-allow-origin': '*' } });
  });
  return asked;
}

/** What the page asks for that has to do with maps of tiles. */
function requestsForMaps(page: Page): string[] {
  const requests: string[] = [];
  page.on('request', (request) => {
    if (/maplibre|tiles\.example/.test(request.url())) requests.push(request.url());
  });
  return requests;
}

const map = ({ page, words }: Visitor) => page.getByRole('application', { name: phrase(words.course.tiles_label, { count: 3 }), exact: true });
const marks = ({ page }: Visitor) => page.locator('.tiles').getByRole('link');
const drawing = ({ page }: Visitor) => page.locator('svg.map');

/** Whether the whole of a mark is on the part of the map that is seen. */
async function isInFrame(page: Page, mark: Locator): Promise<boolean> {
  const [frame, { x, y, width, height }] = [(await page.locator('.tiles').boundingBox())!, (await mark.boundingBox())!];
  return x >= frame.x && y >= frame.y && x + width <= frame.x + frame.width && y + height <= frame.y + frame.height;
}

async function openMap(walker: Visitor, course: string): Promise<void> {
  await walker.openLive(course);
  await walker.press(walker.button(walker.words.course.tiles_open));
  await expect(map(walker)).toBeVisible();
}

test('a map is loaded when it is asked for, and shows the walk', async ({ walker, course }) => {
  const { page, words } = walker;
  const requests = requestsForMaps(page);
  const asked = await serveTiles(page, 'as they are');
  await walker.openLive(course);
  const open = walker.button(words.course.tiles_open);
  await expect(open).toBeVisible();
  await expect(drawing(walker)).toBeVisible();
  expect(requests, 'before it is asked for').toEqual([]);

  await walker.press(open);
  await expect(map(walker)).toBeVisible();
  await expect(drawing(walker)).toBeHidden();
  await expect(marks(walker)).toHaveText(['1', '2', '3']);
  await expect(marks(walker).first()).toHaveAccessibleName('1. 서울숲');
  for (const mark of await marks(walker).all()) expect(await isInFrame(page, mark), 'a mark is on the map').toBe(true);
  const by = page.getByRole('link', { name: ATTRIBUTION, exact: true });
  await expect(by).toBeVisible();
  await expect(by).toHaveAttribute('href', `${TILES}/who`);

  const zooms = () => Math.max(...asked.map((path) => Number(path.split('/')[1])));
  const before = zooms();
  await walker.press(walker.button(words.editor.map_closer));
  await expect.poll(zooms).toBeGreaterThan(before);
  await walker.press(walker.button(words.editor.map_all));

  await walker.press(walker.button(words.course.tiles_back));
  await expect(drawing(walker)).toBeVisible();
  await expect(map(walker)).toBeHidden();
  await walker.press(open);
  await expect(map(walker)).toBeVisible();
});

test('the map is walked by keyboard, and its marks lead to the stops', async ({ walker, course }) => {
  await serveTiles(walker.page, 'as they are');
  await openMap(walker, course);
  await walker.button(walker.words.course.tiles_back).focus();
  // what is on the map comes before what stands below it
  for (const at of [marks(walker).nth(2), marks(walker).nth(1)]) {
    await walker.page.keyboard.press('Shift+Tab');
    await expect(at).toBeFocused();
  }
  await walker.page.keyboard.press('Enter');
  await expect(walker.page).toHaveURL(/#stop-2$/);
  await marks(walker).first().focus();
  await walker.page.keyboard.press('Shift+Tab');
  await expect(map(walker)).toBeFocused();
});

test('a mark that is out of sight comes into sight with the focus', async ({ walker, course }) => {
  const { page, words } = walker;
  await serveTiles(page, 'as they are');
  await openMap(walker, course);
  for (let press = 0; press < 3; press += 1) await walker.press(walker.button(words.editor.map_closer));
  const last = marks(walker).last();
  await expect.poll(() => isInFrame(page, last)).toBe(false);
  await walker.button(words.course.tiles_back).focus();
  await page.keyboard.press('Shift+Tab');
  await expect(last).toBeFocused();
  await expect.poll(() => isInFrame(page, last)).toBe(true);
});

test('north stays up', async ({ walker, course }) => {
  const { page } = walker;
  await serveTiles(page, 'as they are');
  await openMap(walker, course);
  const heights = async () => Promise.all((await marks(walker).all()).map(async (mark) => Math.round((await mark.boundingBox())!.y)));
  const left = async () => (await marks(walker).first().boundingBox())!.x;
  await map(walker).focus();
  const before = { heights: await heights(), left: await left() };
  for (const key of ['Shift+ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
  await expect.poll(left, 'keys do reach the map').toBeLessThan(before.left - 50);
  expect(await heights()).toEqual(before.heights);
});

test('an open map is one that everybody can use, on every screen', async ({ walker, course }) => {
  const { page } = walker;
  await serveTiles(page, 'as they are');
  await openMap(walker, course);
  expect.soft(await axeFindings(page, 'all'), 'axe, light').toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect.soft(await axeFindings(page, 'colours'), 'axe, dark').toEqual([]);
  expect.soft((await ibmFindings(page)).violations, "IBM's checker").toEqual([]);
  expect.soft(await reflowFindings(page), 'what does not fit').toEqual([]);
});

for (const how of ['broken', 'missing', 'never'] as const) {
  test(`where tiles are ${how} the drawing stays`, async ({ walker, course, guard }) => {
    guard.expectComplaint(/tiles\.example/);
    await serveTiles(walker.page, how);
    await walker.openLive(course);
    await walker.press(walker.button(walker.words.course.tiles_open));
    await expect(walker.page.getByRole('status').getByText(walker.words.course.tiles_failed)).toBeVisible({ timeout: 30_000 });
    await expect(drawing(walker)).toBeVisible();
    await expect(map(walker)).toHaveCount(0);
    if (how === 'missing') return;
    await walker.page.unrouteAll({ behavior: 'ignoreErrors' });
    await serveTiles(walker.page, 'as they are');
    await walker.press(walker.button(walker.words.course.tiles_open));
    await expect(map(walker), 'tried again').toBeVisible();
  });
}

for (const file of ['maplibre-gl.css', 'maplibre-gl.mjs', 'global.mjs']) {
  for (const how of ['can not be had', 'does not come'] as const) {
    test(`where ${file} ${how} the drawing stays, and the next press may do better`, async ({ walker, course, guard }) => {
      const { page, words } = walker;
      guard.expectComplaint(/maplibre-gl-/);
      await serveTiles(page, 'as they are');
      // one that stalls is left unanswered
      await page.route(`**/${file}`, async (route) => (how === 'can not be had' ? route.abort() : undefined), { times: 1 });
      await walker.openLive(course);
      await walker.press(walker.button(words.course.tiles_open));
      await expect(page.getByText(words.course.tiles_failed)).toBeVisible({ timeout: 30_000 });
      await expect(drawing(walker)).toBeVisible();
      await walker.press(walker.button(words.course.tiles_open));
      await expect(map(walker)).toBeVisible();
      await expect(marks(walker).first(), 'the map has its style').toHaveCSS('position', 'absolute');
    });
  }
}

test('a map without its style sheet is none, and gets it with the next press', async ({ walker, course, guard }) => {
  const { page, words } = walker;
  guard.expectComplaint(/maplibre-gl-/);
  await serveTiles(page, 'as they are');
  let broken = 0;
  // it is fetched, and then taken as the style sheet that it is
  await page.route('**/maplibre-gl.css', async (route) => {
    if (route.request().resourceType() === 'stylesheet' && broken++ === 0) await route.abort();
    else await route.continue();
  });
  await walker.openLive(course);
  await walker.press(walker.button(words.course.tiles_open));
  await expect(page.getByText(words.course.tiles_failed)).toBeVisible();
  await expect(drawing(walker)).toBeVisible();
  await walker.press(walker.button(words.course.tiles_open));
  await expect(map(walker)).toBeVisible();
  await expect(marks(walker).first()).toHaveCSS('position', 'absolute');
  expect(broken).toBe(2);
});

test('where nothing can be drawn on the drawing stays', async ({ walker, course }) => {
  await walker.page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await walker.openLive(course);
  await walker.press(walker.button(walker.words.course.tiles_open));
  await expect(walker.page.getByText(walker.words.course.tiles_failed)).toBeVisible();
  await expect(drawing(walker)).toBeVisible();
});

test('without script there is the drawing alone', async ({ arrive, withTiles, language, course }) => {
  const walker = await arrive({ javaScriptEnabled: false }, new Site(withTiles.origin, language));
  await walker.open(course);
  await expect(drawing(walker)).toBeVisible();
  await expect(walker.button(walker.words.course.tiles_open)).toBeHidden();
  await expect(walker.page.locator('.tiles-by')).toBeHidden();
});

test('a site without tiles has no trace of maps', async ({ visitor, arrive }) => {
  const id = await (await (await arrive()).getSession()).writeAndPublish(newCourse());
  const requests = requestsForMaps(visitor.page);
  await visitor.openLive(`/courses/${id}`);
  await expect(drawing(visitor)).toBeVisible();
  await expect(visitor.button(visitor.words.course.tiles_open)).toHaveCount(0);
  expect(await visitor.page.content()).not.toMatch(/maplibre|class="tiles/);
  expect(requests).toEqual([]);
});
