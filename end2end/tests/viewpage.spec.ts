// What one can do on the page of a course, besides liking it.
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import { newPerson } from '../support/person.ts';
import { RestAccount } from '../support/rest.ts';
import { phrase } from '../support/words.ts';

test('what is no longer saved can be saved again from the word about it', async ({ visitor, arrive }) => {
  const id = await (await (await arrive()).getSession()).writeAndPublish(newCourse());
  await visitor.getSession();
  await visitor.openLive(`/courses/${id}`);
  const save = visitor.page.locator('.bookmark-button');
  const toast = visitor.page.locator('.toast');
  await visitor.press(save);
  await expect(save).toHaveAttribute('aria-pressed', 'true');
  await expect(visitor.page.locator('.bookmarks .count-number')).toHaveText('1');
  await expect(toast.getByRole('status')).toHaveText('');
  await visitor.press(save);
  await expect(toast.getByRole('status')).toHaveText(visitor.words.bookmark.undone);
  await expect(visitor.page.locator('.bookmarks .count-number')).toHaveText('0');
  await visitor.press(toast.getByRole('button', { name: visitor.words.like.undo, exact: true }));
  await expect(save).toHaveAttribute('aria-pressed', 'true');
  await expect(save, 'the focus stays where the deed was').toBeFocused();
  await expect(toast.getByRole('status')).toHaveText('');
  await expect(toast.getByRole('button')).toHaveCount(0);
  await expect(visitor.page.locator('.bookmarks .count-number')).toHaveText('1');
  await visitor.openLive(`/courses/${id}`);
  await expect(save).toHaveAttribute('aria-pressed', 'true');
});

test('the address is shared by the system, or copied, or shown', async ({ visitor, arrive }) => {
  const course = newCourse();
  const id = await (await (await arrive()).getSession()).writeAndPublish(course);
  const url = visitor.site.url(`/courses/${id}`);
  const { page, words } = visitor;
  const share = page.locator('.share summary');
  await page.context().addInitScript(() => {
    const mine = globalThis as { shared?: unknown; copied?: unknown; can?: string };
    const set = (name: string, value: unknown) => Object.defineProperty(navigator, name, { value, configurable: true });
    const can = new URL(location.href).hash.slice(1);
    set('share', can === 'share' ? async (data: unknown) => void (mine.shared = data) : undefined);
    set('clipboard', can === 'copy' ? { writeText: async (text: string) => void (mine.copied = text) } : undefined);
  });
  const open = async (can: string) => {
    await page.goto('about:blank');
    await visitor.openLive(`/courses/${id}#${can}`);
    await visitor.press(share);
  };
  await open('share');
  await expect.poll(() => page.evaluate(() => (globalThis as { shared?: unknown }).shared)).toEqual({ title: course.title, url });
  await open('copy');
  await expect(page.locator('.toast').getByRole('status')).toHaveText(words.share.copied);
  expect(await page.evaluate(() => (globalThis as { copied?: unknown }).copied)).toBe(url);
  await expect(visitor.field(words.share.address)).toBeHidden();
  await open('nothing');
  await expect(visitor.field(words.share.address)).toHaveValue(url);
  await visitor.press(share);
  await expect(visitor.field(words.share.address), 'folded up again').toBeHidden();
});

test('new reviews are announced by one word for all of them', async ({ visitor, arrive }) => {
  const id = await (await (await arrive()).getSession()).writeAndPublish(newCourse());
  await visitor.openLive(`/courses/${id}`);
  const news = visitor.page.locator('#reviews .news');
  await expect(news).toHaveAttribute('role', 'status');
  for (const rating of [5, 4]) {
    const account = await RestAccount.open(visitor.site.origin, newPerson());
    await account.ask('POST', `/courses/${id}/reviews`, 201, { rating, body: `별 ${rating}개` });
  }
  await expect(news).toContainText(phrase(visitor.words.live.new_reviews, { count: 2 }));
  await expect(visitor.page.getByRole('main')).not.toContainText('별 5개');
  await visitor.press(news.getByRole('link'));
  await expect(visitor.page.getByRole('main')).toContainText('별 5개');
  await expect(visitor.page.locator('.bars li').first()).toContainText('1');
  await visitor.press(visitor.page.getByRole('link', { name: visitor.words.review.lowest, exact: true }));
  await expect(visitor.page.locator('.talk-list .talk-body')).toHaveText(['별 4개', '별 5개']);
});

test('without the network the page says so, and moves again with it', async ({ visitor, arrive, guard }) => {
  guard.expectComplaint(/net::ERR_INTERNET_DISCONNECTED/);
  const id = await (await (await arrive()).getSession()).writeAndPublish(newCourse());
  await visitor.openLive(`/courses/${id}`);
  const second = await visitor.newTab();
  await second.openLive(`/courses/${id}`);
  await visitor.page.context().setOffline(true);
  for (const { page, words } of [visitor, second]) await expect(page.getByText(words.live.offline)).toBeVisible();
  const other = await RestAccount.open(visitor.site.origin, newPerson());
  await other.like(id);
  await visitor.page.context().setOffline(false);
  for (const { page, words, course } of [visitor, second]) {
    await expect(page.getByText(words.live.offline)).toHaveCount(0);
    await course.expectLikes(1, false);
  }
});

test('on paper there is the walk, and nothing to press', async ({ visitor, arrive }) => {
  const course = newCourse();
  const id = await (await (await arrive()).getSession()).writeAndPublish(course);
  await visitor.openLive(`/courses/${id}`);
  await visitor.page.emulateMedia({ media: 'print' });
  await expect(visitor.course.stops).toHaveText(course.stops.map((stop) => stop.name));
  for (const stop of await visitor.course.stops.all()) await expect(stop).toBeVisible();
  for (const shown of ['.map', '.numbers dl', '.leg']) await expect(visitor.page.locator(shown).first()).toBeVisible();
  for (const button of await visitor.page.locator('button, summary, a.button, input, textarea').all()) await expect(button).toBeHidden();
});
