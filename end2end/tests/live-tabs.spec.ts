// One live connection for all tabs of a browser, which is handed on when its tab goes, and none for pages that nobody sees.
import type { BrowserContextOptions, Page } from '@playwright/test';
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import { newPerson } from '../support/person.ts';
import { RestAccount } from '../support/rest.ts';
import { Site } from '../support/site.ts';
import type { DulleServer } from '../support/server.ts';
import type { Visitor } from '../support/visitor.ts';

interface Setting {
  id: string;
  title: string;
  likeIt: () => Promise<void>;
  first: Visitor;
}

/** A published course, a way to like it once more, and someone with a browser, all on a server of our own. */
async function setting(ownServer: DulleServer, language: 'ko' | 'en', arrive: (options: BrowserContextOptions, site: Site) => Promise<Visitor>): Promise<Setting> {
  const site = new Site(ownServer.origin, language);
  const course = newCourse();
  const id = await (await RestAccount.open(site.origin, newPerson())).writeAndPublish(course);
  const likeIt = async () => (await RestAccount.open(site.origin, newPerson())).like(id);
  return { id, title: course.title, likeIt, first: await arrive({}, site) };
}

async function expectLikes({ title }: Setting, likes: number, viewpages: Visitor[], lists: Visitor[]): Promise<void> {
  for (const { course } of viewpages) await course.expectLikes(likes, false);
  for (const { discover } of lists) await expect(discover.likes(title)).toHaveText(String(likes));
}

/** As browsers do with a tab that was out of sight for long. */
async function setLifecycle(page: Page, state: 'frozen' | 'active'): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state });
}

test('all tabs of a browser share one connection, and the next takes over what was missed', async ({ ownServer, language, arrive }) => {
  const here = await setting(ownServer, language, arrive);
  const { id, likeIt, first } = here;
  await first.openLive(`/courses/${id}`);
  const second = await first.newTab();
  await second.openLive('/');
  const third = await first.newTab();
  await third.openLive(`/courses/${id}`);
  await expect.poll(() => ownServer.streams()).toBe(1);
  await likeIt();
  await expectLikes(here, 1, [first, third], [second]);

  await test.step('the tab with the connection is closed', async () => {
    await first.page.close();
    await likeIt();
    await expectLikes(here, 2, [third], [second]);
    await expect.poll(() => ownServer.streams()).toBe(1);
    await likeIt();
    await expectLikes(here, 3, [third], [second]);
  });

  await test.step('a tab goes to another page', async () => {
    await second.open(`/courses/${id}`);
    await expectLikes(here, 3, [second, third], []);
    await likeIt();
    await expectLikes(here, 4, [second, third], []);
    await expect.poll(() => ownServer.streams()).toBe(1);
  });

  await test.step('a page where nothing moves holds no connection', async () => {
    await second.open('/sign-in');
    await likeIt();
    await expectLikes(here, 5, [third], []);
    await third.open('/sign-in');
    await expect.poll(() => ownServer.streams()).toBe(0);
  });
});

test('a frozen tab lets go of the connection and is told everything when it wakes', async ({ ownServer, language, arrive }) => {
  const here = await setting(ownServer, language, arrive);
  const { id, likeIt, first } = here;
  await first.openLive(`/courses/${id}`);
  const second = await first.newTab();
  await second.openLive(`/courses/${id}`);
  await setLifecycle(first.page, 'frozen');
  await likeIt();
  await expectLikes(here, 1, [second], []);
  await expect.poll(() => ownServer.streams()).toBe(1);
  await likeIt();
  await expectLikes(here, 2, [second], []);
  await setLifecycle(first.page, 'active');
  await expectLikes(here, 2, [first, second], []);
  await likeIt();
  await expectLikes(here, 3, [first, second], []);
  await expect.poll(() => ownServer.streams()).toBe(1);
});

test('a tab that hears nothing of the one with the connection takes it over, and that one follows', async ({ ownServer, language, arrive }) => {
  const here = await setting(ownServer, language, arrive);
  const { id, likeIt, first } = here;
  await first.openLive(`/courses/${id}`);
  const second = await first.newTab();
  await second.page.clock.install();
  await second.openLive(`/courses/${id}`);
  const taken = second.page.waitForResponse((response) => new URL(response.url()).pathname === '/api/v1/live');
  // longer than any silence while both are well
  await second.page.clock.fastForward(60_000);
  expect((await taken).status()).toBe(200);
  await expect.poll(() => ownServer.streams(), 'the first has let go').toBe(1);
  await likeIt();
  await expectLikes(here, 1, [first, second], []);
  await second.page.close();
  await likeIt();
  await expectLikes(here, 2, [first], []);
});

for (const missing of ['locks', 'BroadcastChannel'] as const) {
  test(`without ${missing} each tab has a connection of its own`, async ({ ownServer, language, arrive }) => {
    const here = await setting(ownServer, language, arrive);
    const { id, likeIt, first } = here;
    await first.page.context().addInitScript((missing) => {
      if (missing === 'locks') Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });
      else Reflect.deleteProperty(globalThis, 'BroadcastChannel');
    }, missing);
    await first.openLive(`/courses/${id}`);
    const second = await first.newTab();
    await second.openLive('/');
    await expect.poll(() => ownServer.streams()).toBe(2);
    await likeIt();
    await expectLikes(here, 1, [first], [second]);
    await first.page.close();
    await expect.poll(() => ownServer.streams()).toBe(1);
    await likeIt();
    await expectLikes(here, 2, [], [second]);
  });
}

test('who signs in beside a page of somebody else hears nothing of their messages, nor they of theirs', async ({ ownServer, language, arrive }) => {
  const { origin } = ownServer;
  const here = await setting(ownServer, language, arrive);
  const { id, likeIt, first } = here;
  const [host, other] = [await RestAccount.open(origin, newPerson()), await RestAccount.open(origin, newPerson())];
  const [ofHost, ofOther] = [await host.writeAndPublish(newCourse()), await other.writeAndPublish(newCourse())];
  const visitor = await RestAccount.open(origin, newPerson());
  const tell = (course: string) => visitor.ask('POST', `/courses/${course}/comments`, 201, { body: '좋은 코스예요.' });

  await first.shareSession(host);
  await first.openLive(`/courses/${id}`);
  const second = await first.newTab();
  await second.shareSession(other);
  await second.openLive(`/courses/${id}`);
  await expect.poll(() => ownServer.streams(), 'one for each of them').toBe(2);
  await tell(ofHost);
  await first.inbox.expectUnread(1);
  await tell(ofOther);
  await second.inbox.expectUnread(1);
  await first.inbox.expectUnread(1);

  await test.step('the session of the page before ends: it goes on with its course alone', async () => {
    const again = first.page.waitForResponse((response) => new URL(response.url()).pathname === '/api/v1/live');
    await host.ask('DELETE', '/sessions/current', 204);
    expect((await again).status(), 'with the session of the other').toBe(200);
    await tell(ofOther);
    await second.inbox.expectUnread(2);
    await likeIt();
    await expectLikes(here, 1, [first, second], []);
    await first.inbox.expectUnread(1);
  });
});

test('browsers that look at a course are counted, each once', async ({ ownServer, language, arrive }) => {
  const here = await setting(ownServer, language, arrive);
  const { id, first } = here;
  const looking = ({ page }: Visitor) => page.locator('.looking');
  const words = (number: number) => first.words.live.looking.replace('{{ count }}', String(number));
  await first.openLive(`/courses/${id}`);
  await (await first.newTab()).openLive(`/courses/${id}`);
  const listed = await arrive({}, first.site);
  await listed.openLive('/');
  const other = await arrive({}, first.site);
  await other.openLive(`/courses/${id}`);
  await expect(looking(first)).toHaveText(words(2));
  await expect(looking(other)).toHaveText(words(2));
  await expect(first.page.getByText(first.words.live.mark, { exact: true })).toBeVisible();
  await other.page.close();
  await expect(looking(first)).toHaveText('');
});
