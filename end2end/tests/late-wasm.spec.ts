// What is pressed before the wasm has arrived is not lost.
import type { Page } from '@playwright/test';
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';

/** How long a slow network needs for the wasm, in milliseconds. */
const DELAY = 8_000;

/**
 * Playwright switches the cache off where it holds something back. The style sheet then arrives after the picture of the page
 * before, and Chromium rejects the transition between the two.
 */
const NO_TRANSITION = /InvalidStateError: Transition was aborted/;

/** Lets the wasm arrive late; answers how many times it has arrived. */
async function holdBackWasm(page: Page): Promise<() => number> {
  let arrived = 0;
  await page.route(/\/pkg\/.*\.wasm$/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, DELAY));
    arrived += 1;
    // by now the page may be another one
    await route.continue().catch(() => {});
  });
  return () => arrived;
}

test('a like pressed while the wasm is on its way counts, and stays when it has arrived', async ({ visitor: customer, arrive, guard }) => {
  guard.expectComplaint(NO_TRANSITION);
  const host = await arrive();
  const id = await (await host.getSession()).writeAndPublish(newCourse());
  await customer.getSession();
  await host.openLive(`/courses/${id}`);
  const arrived = await holdBackWasm(customer.page);

  await customer.page.goto(customer.site.url(`/courses/${id}`), { waitUntil: 'commit' });
  await customer.course.pressLike();
  await customer.course.expectLikes(1, true);
  expect(arrived(), 'times that the wasm had arrived when the like was shown').toBe(0);
  await host.course.expectLikes(1, false);

  await customer.page.waitForResponse((response) => new URL(response.url()).pathname === '/api/v1/live', { timeout: 60_000 });
  expect(arrived()).toBeGreaterThan(0);
  await customer.course.expectLikes(1, true);
  await customer.course.pressLike();
  await customer.course.expectLikes(0, false);
  await host.course.expectLikes(0, false);
  await customer.page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('a like pressed and taken back while the wasm is on its way is taken back', async ({ visitor: customer, arrive, guard }) => {
  guard.expectComplaint(NO_TRANSITION);
  const host = await arrive();
  const id = await (await host.getSession()).writeAndPublish(newCourse());
  await customer.getSession();
  const arrived = await holdBackWasm(customer.page);

  await customer.page.goto(customer.site.url(`/courses/${id}`), { waitUntil: 'commit' });
  await customer.course.pressLike();
  await customer.course.expectLikes(1, true);
  await customer.course.pressLike();
  await customer.course.expectLikes(0, false);
  expect(arrived()).toBe(0);
  await customer.page.waitForResponse((response) => new URL(response.url()).pathname === '/api/v1/live', { timeout: 60_000 });
  await customer.course.expectLikes(0, false);
  await customer.page.unrouteAll({ behavior: 'ignoreErrors' });
});
