// From page to page: kept for the way back, fetched ahead, and changing into each other.
import { chromium as browserType, type Browser, type Page } from '@playwright/test';
import { chromium } from '../support/chromium.ts';
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import { newPerson } from '../support/person.ts';
import { RestAccount } from '../support/rest.ts';
import { Site } from '../support/site.ts';
import { Visitor } from '../support/visitor.ts';

interface Shown {
  restored?: boolean;
  moved?: Promise<string[]>;
}

/** What the browser says kept it from keeping the page. */
function whyNotKept(page: Page): Promise<string> {
  return page.evaluate(() => {
    const [navigation] = performance.getEntriesByType('navigation') as (PerformanceEntry & { notRestoredReasons?: unknown })[];
    return `loaded anew: ${JSON.stringify(navigation?.notRestoredReasons)}`;
  });
}

test('the way back shows the page that was kept, with its connection and what was missed', async ({ ownServer, language, guard }) => {
  const site = new Site(ownServer.origin, language);
  const course = newCourse();
  const id = await (await RestAccount.open(site.origin, newPerson())).writeAndPublish(course);
  // Playwright switches the browser's keeping of pages off.
  const { launchOptions } = chromium;
  const browser: Browser = await browserType.launch({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  try {
    const context = await browser.newContext();
    guard.watch(context);
    await context.addInitScript(() => {
      addEventListener('pageshow', (event) => {
        (globalThis as Shown).restored = event.persisted;
      });
    });
    const visitor = new Visitor(await context.newPage(), site, false);
    await visitor.openLive('/');
    await visitor.becomesLive(() => visitor.discover.follow(course.title));
    await expect.poll(() => ownServer.streams(), 'the list lets go of its connection').toBe(1);
    await (await RestAccount.open(site.origin, newPerson())).like(id);
    await visitor.course.expectLikes(1, false);

    await visitor.page.evaluate(() => history.back());
    await expect(visitor.discover.likes(course.title)).toHaveText('1');
    expect(await visitor.page.evaluate(() => (globalThis as Shown).restored), await whyNotKept(visitor.page)).toBe(true);
    await (await RestAccount.open(site.origin, newPerson())).like(id);
    await expect(visitor.discover.likes(course.title)).toHaveText('2');
    await expect.poll(() => ownServer.streams()).toBe(1);

    await visitor.page.evaluate(() => history.forward());
    await visitor.course.expectLikes(2, false);
    expect(await visitor.page.evaluate(() => (globalThis as Shown).restored), await whyNotKept(visitor.page)).toBe(true);
    await expect.poll(() => ownServer.streams()).toBe(1);
  } finally {
    await browser.close();
  }
});

test('a page is fetched ahead when somebody points at its link, and no connection is opened for it', async ({ ownServer, language, arrive, hasTouch }) => {
  test.skip(hasTouch, 'nobody points without a mouse');
  const site = new Site(ownServer.origin, language);
  const person = newPerson();
  const account = await RestAccount.open(site.origin, person);
  const course = newCourse();
  const id = await account.writeAndPublish(course);
  const visitor = await arrive({}, site);
  const route = language === 'ko' ? '/courses/{id}' : '/en/courses/{id}';
  await visitor.openLive('/');
  const before = await ownServer.shown(route);
  await visitor.discover.link(course.title).hover();
  await expect.poll(() => ownServer.shown(route)).toBe(before + 1);
  expect(await ownServer.streams()).toBe(1);
  await visitor.becomesLive(() => visitor.discover.follow(course.title));
  await expect(visitor.course.title).toHaveText(course.title);
  expect(visitor.course.id).toBe(id);
  expect(await ownServer.shown(route), 'what was fetched is what is shown').toBe(before + 1);
});

for (const reducedMotion of ['no-preference', 'reduce'] as const) {
  test(`with ${reducedMotion} for motion, a card ${reducedMotion === 'reduce' ? 'does not move' : 'becomes its page'}`, async ({ ownServer, language, arrive }) => {
    const site = new Site(ownServer.origin, language);
    const course = newCourse();
    const id = await (await RestAccount.open(site.origin, newPerson())).writeAndPublish(course);
    const visitor = await arrive({ reducedMotion }, site);
    await visitor.page.addInitScript(() => {
      addEventListener('pagereveal', (event) => {
        const { viewTransition } = event as Event & { viewTransition: { ready: Promise<void> } | null };
        const moving = () => document.getAnimations().map(({ effect }) => (effect as KeyframeEffect | null)?.pseudoElement ?? '');
        (globalThis as Shown).moved = viewTransition ? viewTransition.ready.then(moving) : Promise.resolve([]);
      });
    });
    await visitor.openLive('/');
    await visitor.discover.follow(course.title);
    const moved = await visitor.page.evaluate(() => (globalThis as Shown).moved);
    const names = ['way', 'title'].map((name) => `::view-transition-group(${name}-${id})`);
    if (reducedMotion === 'reduce') expect(moved).toEqual([]);
    else expect(moved).toEqual(expect.arrayContaining(names));
  });
}
