// What is pressed before the wasm has arrived is not lost, and neither is what is heard while a page comes to life.
import type { Page } from '@playwright/test';
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import { newPerson } from '../support/person.ts';
import { RestAccount } from '../support/rest.ts';

/**
 * Playwright switches the cache off where it holds something back. The style sheet then arrives after the picture of the page
 * before, and Chromium rejects the transition between the two.
 */
const NO_TRANSITION = /InvalidStateError: Transition was aborted/;

test('a like pressed while the wasm is on its way counts, and stays when it has arrived', async ({ visitor: customer, arrive, guard }) => {
  guard.expectComplaint(NO_TRANSITION);
  const host = await arrive();
  const id = await (await host.getSession()).writeAndPublish(newCourse());
  await customer.getSession();
  await host.openLive(`/courses/${id}`);

  const come = await customer.openWithoutScript(`/courses/${id}`);
  await customer.course.pressLike();
  await customer.course.expectLikes(1, true);
  await host.course.expectLikes(1, false);

  come();
  await customer.isLive();
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

  const come = await customer.openWithoutScript(`/courses/${id}`);
  await customer.course.pressLike();
  await customer.course.expectLikes(1, true);
  await customer.course.pressLike();
  await customer.course.expectLikes(0, false);
  come();
  await customer.isLive();
  await customer.course.expectLikes(0, false);
  await customer.page.unrouteAll({ behavior: 'ignoreErrors' });
});

/** The islands of the page that is opened next come to life one by one, as on a slow phone: each call waits for a turn and gives it. */
async function inTurns(page: Page): Promise<() => Promise<void>> {
  await page.addInitScript(() => {
    const turns: (() => void)[] = [];
    let now = 0;
    // whenever the script looks at the clock its time is over
    performance.now = () => (now += 1000);
    Object.assign(window, { turns, scheduler: { yield: () => new Promise<void>((turn) => turns.push(turn)) } });
  });
  return async () => {
    const turns = await page.waitForFunction(() => (window as unknown as { turns: (() => void)[] }).turns.shift());
    await turns.evaluate((turn) => turn?.());
  };
}

test('what is told while some islands are there is shown by those that come later', async ({ visitor, site }) => {
  const { course, page, words } = visitor;
  const id = await (await RestAccount.open(site.origin, newPerson())).writeAndPublish(newCourse());
  const reviewer = await RestAccount.open(site.origin, newPerson());
  const next = await inTurns(page);
  const live = page.locator('html[data-live="live"]');
  const hydrated = page.locator('html[data-hydrated]');
  const mark = page.locator('.live-word');
  await visitor.open(`/courses/${id}`);
  await test.step('the first island is there, and hears of a review', async () => {
    // one turn before all of them, and one before the first
    await next();
    await next();
    await expect(live).toBeAttached();
    await reviewer.ask('POST', `/courses/${id}/reviews`, 201, { rating: 4, body: '또 걷고 싶어요.' });
    await expect(page.locator('.course-rating .rating .count-number')).toHaveText('4.0');
    await course.expectCounts({ reviews: 0, rating: '–' });
    await expect(mark).toHaveText('');
  });
  while ((await hydrated.count()) === 0) await Promise.race([next(), hydrated.waitFor({ state: 'attached' })]);
  await course.expectCounts({ reviews: 1, rating: '4.0' });
  await expect(course.reviews.news.getByRole('link', { name: words.live.see, exact: true })).toBeVisible();
  await expect(mark).toHaveText(words.live.mark);
});
