// Who leaves a page has pressed what was pressed last.
import type { Page } from '@playwright/test';
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import { view } from '../support/rest.ts';

/** The pages opened from now on never hear the answers of server functions: what they ask arrives, but the network is slow to say so. */
async function neverAnswer(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const ask = globalThis.fetch;
    globalThis.fetch = (input, options) => {
      const address = input instanceof Request ? input.url : String(input);
      if (options?.keepalive) sessionStorage.setItem('sent', `${sessionStorage.getItem('sent') ?? ''} ${address}`);
      const answer = ask(input, options);
      return address.includes('/api/actions/') ? answer.then(() => new Promise<Response>(() => {})) : answer;
    };
  });
}

/** Where was sent something that outlives its page. Playwright doesn't hear of it when the page is already being left. */
async function sentAtParting(page: Page): Promise<string[]> {
  const sent = await page.evaluate(() => sessionStorage.getItem('sent'));
  return (sent ?? '').split(' ').filter(Boolean).map((address) => address.replace(/^\/en\//, '/'));
}

for (const presses of [2, 3]) {
  test(`the last of ${presses} quick presses counts when the page is left before the first is answered`, async ({ visitor, arrive }) => {
    const host = await arrive();
    const id = await (await host.getSession()).writeAndPublish(newCourse());
    await visitor.getSession();
    await neverAnswer(visitor.page);
    await visitor.openLive(`/courses/${id}`);
    for (let press = 0; press < presses; press += 1) {
      await visitor.course.pressLike();
      await visitor.course.pressBookmark();
      // the first has arrived, and is not yet answered
      if (press === 0) await expect.poll(async () => (await view(visitor.site.origin, id)).counts).toMatchObject({ likes: 1, bookmarks: 1 });
    }
    const last = presses % 2;
    await visitor.open('/');
    const deeds = last === 1 ? ['like', 'bookmark'] : ['unlike', 'unbookmark'];
    expect((await sentAtParting(visitor.page)).sort()).toEqual(deeds.map((deed) => `/courses/${id}/${deed}`).sort());
    await expect.poll(async () => (await view(visitor.site.origin, id)).counts).toMatchObject({ likes: last, bookmarks: last });
    await visitor.openLive(`/courses/${id}`);
    await visitor.course.expectLikes(last, last === 1);
    await visitor.course.expectBookmarks(last, last === 1);
  });
}

test('a page that is put away has said what was pressed last, and goes on from there', async ({ visitor, arrive }) => {
  const host = await arrive();
  const id = await (await host.getSession()).writeAndPublish(newCourse());
  await visitor.getSession();
  const { page, course, site } = visitor;
  const likes = async () => (await view(site.origin, id)).counts.likes;
  let answer: () => void = () => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/api/actions/set_like', async (route) => {
    const response = await route.fetch();
    await held;
    await route.fulfill({ response });
  });
  await visitor.openLive(`/courses/${id}`);
  await course.pressLike();
  await expect.poll(likes).toBe(1);
  await course.pressLike();
  const parting = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith(`/courses/${id}/unlike`));
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await parting;
  await expect.poll(likes).toBe(0);
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await course.pressLike();
  answer();
  await expect.poll(likes).toBe(1);
  await course.expectLikes(1, true);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});
