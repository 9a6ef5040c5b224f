// What becomes of what is written in the host's editor; its stops are in editor-stops.spec.ts.
import { newCourse, newStop } from '../support/course.ts';
import { middle } from '../support/drag.ts';
import { editing, names, stored } from '../support/editing.ts';
import { expect, test } from '../support/fixtures.ts';
import type { RestAccount } from '../support/rest.ts';
import type { Visitor } from '../support/visitor.ts';
import { timed } from '../support/words.ts';

const PREFIX = 'dulle.editor.';

/** What the browser keeps. */
const kept = (host: Visitor) => host.page.evaluate((prefix) => Object.keys(localStorage).filter((key) => key.startsWith(prefix)), PREFIX);
const saved = (host: Visitor) => timed(host.words.editor.saved);
const inBrowser = (host: Visitor) => timed(host.words.editor.kept);

test.describe('what is written', () => {
  test('is saved by itself in a draft, and the form can still be sent', async ({ visitor: host }) => {
    const { account, id } = await editing(host);
    await host.form.title.fill('written and left alone');
    await expect(host.form.status).toHaveText(saved(host));
    expect(await stored(account, id)).toMatchObject({ title: 'written and left alone', version: 2 });
    expect(await kept(host)).toEqual([]);
    await host.form.summary.fill('more');
    await host.form.save();
    await host.hostCourses.expectDone('done_saved');
    expect(await stored(account, id)).toMatchObject({ summary: 'more', version: 3 });
    await expect.poll(() => kept(host)).toEqual([]);
  });

  test('before script has come is saved by itself, too', async ({ visitor: host }) => {
    const account = await host.getSession();
    const id = await account.write(newCourse());
    const { form } = host;
    const come = await host.openWithoutScript(`/host/courses/${id}/edit`);
    await form.title.fill('written at once');
    await expect(form.grip(1)).toBeHidden();
    come();
    await expect(form.status).toHaveText(saved(host));
    expect((await stored(account, id)).title).toBe('written at once');
  });

  test('is sent by a press during which script comes and says what it does', async ({ visitor: host }) => {
    const account = await host.getSession();
    const id = await account.write(newCourse());
    const { form, page, words } = host;
    const come = await host.openWithoutScript(`/host/courses/${id}/edit`);
    await form.title.fill('written at once');
    const button = host.button(words.form.save_publish);
    const before = await middle(button);
    await page.mouse.move(before.x, before.y);
    await page.mouse.down();
    come();
    await expect(form.status).toHaveText(saved(host));
    const after = await middle(button);
    expect(Math.hypot(after.x - before.x, after.y - before.y), 'pixels that it moved under the finger').toBeLessThan(1);
    // a browser that is asked about each request keeps no style, and shows no transition
    await page.unrouteAll();
    await page.mouse.up();
    await host.hostCourses.expectDone('done_published');
    expect((await stored(account, id)).title).toBe('written at once');
  });

  test('that the server would refuse is kept in the browser until it holds', async ({ visitor: host, guard }) => {
    guard.expectStatus(422);
    const { account, course, id, path } = await editing(host);
    await host.form.title.fill('');
    await expect(host.form.status).toHaveText(timed(host.words.editor.incomplete));
    expect((await stored(account, id)).title).toBe(course.title);
    await host.form.title.fill('whole again');
    await expect(host.form.status).toHaveText(saved(host));
    await host.form.open(path);
    await expect(host.form.title).toHaveValue('whole again');
    await expect(host.button(host.words.editor.restore)).toHaveCount(0);
  });

  test('about a published course stays in the browser, and is offered again', async ({ visitor: host }) => {
    const { account, course, id, path } = await editing(host, { publish: true });
    const { form, words } = host;
    await form.title.fill('not for everyone yet');
    await form.addStop();
    await form.fillStop(4, newStop('네 번째'));
    await expect(form.status).toHaveText(inBrowser(host));
    await form.open(path);
    await expect(form.title).toHaveValue(course.title);
    expect((await stored(account, id)).title).toBe(course.title);
    await host.press(host.button(words.editor.restore));
    await expect(form.title).toHaveValue('not for everyone yet');
    await form.expectStops([...course.stops, newStop('네 번째')]);
    await form.save();
    await host.hostCourses.expectDone('done_saved');
    expect(await stored(account, id)).toMatchObject({ title: 'not for everyone yet' });
    await expect.poll(() => kept(host)).toEqual([]);
    await form.open(path);
    await expect(host.button(words.editor.restore)).toHaveCount(0);
  });

  test('about a course that is not registered yet is offered, and thrown away when nobody wants it', async ({ visitor: host }) => {
    await host.getSession();
    const { form, words } = host;
    await form.open('/host/courses/new');
    await form.title.fill('half a thought');
    await expect(form.status).toHaveText(inBrowser(host));
    await form.open('/host/courses/new');
    await host.press(host.button(words.editor.discard));
    await expect(form.title).toBeFocused();
    await expect.poll(() => kept(host)).toEqual([]);
    await form.open('/host/courses/new');
    await expect(form.title).toHaveValue('');
    await expect(host.button(words.editor.restore)).toHaveCount(0);
  });

  test('while the network is gone is kept, said so, and saved when it is back', async ({ visitor: host, guard }) => {
    guard.expectComplaint(/ERR_INTERNET_DISCONNECTED/);
    const { account, id } = await editing(host);
    const context = host.page.context();
    await context.setOffline(true);
    await host.form.title.fill('written in a tunnel');
    await expect(host.form.status).toHaveText(host.words.editor.offline);
    await expect.poll(() => kept(host)).toHaveLength(1);
    await context.setOffline(false);
    await expect(host.form.status).toHaveText(saved(host));
    expect((await stored(account, id)).title).toBe('written in a tunnel');
    await expect.poll(() => kept(host)).toEqual([]);
  });

  test('is thrown away with the session', async ({ visitor: host }) => {
    await editing(host, { publish: true });
    await host.form.title.fill('mine alone');
    await expect.poll(() => kept(host)).toHaveLength(1);
    await host.signOut();
    expect(await kept(host)).toEqual([]);
  });

  test('is not sent by the Enter that ends a syllable', async ({ visitor: host, guard }) => {
    guard.expectStatus(422);
    await host.getSession();
    const { form, page } = host;
    await form.open('/host/courses/new');
    const posts: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') posts.push(request.url());
    });
    await form.title.focus();
    const session = await page.context().newCDPSession(page);
    await session.send('Input.imeSetComposition', { text: '서', selectionStart: 1, selectionEnd: 1 });
    await page.keyboard.press('Enter');
    await session.send('Input.insertText', { text: '서울' });
    await expect(form.title).toHaveValue('서울');
    expect(posts).toEqual([]);
    await page.keyboard.press('Enter');
    await expect(host.alert).toBeVisible();
    expect(posts).toHaveLength(1);
    await expect(form.title).toHaveValue('서울');
    await expect(form.region).toBeFocused();
  });
});

test.describe('two tabs', () => {
  test('both versions are shown, and one chooses', async ({ visitor: first, guard }) => {
    guard.expectStatus(412);
    const { account, course, id, path } = await editing(first, { publish: true });
    const second = await first.newTab();
    await second.form.open(path);
    await first.form.title.fill('title of the first');
    await first.form.summary.fill('summary of the first');
    await first.form.save();
    await first.hostCourses.expectDone('done_saved');

    await second.form.title.fill('title of the second');
    await second.form.summary.fill('summary of the second');
    await second.form.save();
    const choice = (label: string) => second.page.getByRole('group', { name: label, exact: true });
    const { form: words, choose } = second.words;
    await expect(choice(words.title)).toContainText('title of the first');
    await expect(choice(words.title)).toContainText('title of the second');
    await expect(choice(words.region)).toHaveCount(0);
    await choice(words.title).getByRole('radio', { name: choose.theirs }).check();
    await second.press(second.page.locator('#choose').getByRole('button', { name: choose.save, exact: true }));
    await second.hostCourses.expectDone('done_saved');
    expect(await stored(account, id)).toMatchObject({ title: 'title of the first', summary: 'summary of the second' });
    expect((await stored(account, id)).stops.map((stop) => stop.name)).toEqual(names(course));
  });

  test('what is saved by itself never overwrites the other tab', async ({ visitor: first, guard }) => {
    guard.expectStatus(412);
    const { account, id, path } = await editing(first);
    const second = await first.newTab();
    await second.form.open(path);
    await first.form.title.fill('from the first');
    await expect(first.form.status).toHaveText(saved(first));
    await second.form.title.fill('from the second');
    await expect(second.form.status).toHaveText(second.words.editor.changed);
    expect((await stored(account, id)).title).toBe('from the first');
    await second.press(second.button(second.words.editor.compare));
    await second.press(second.button(second.words.choose.keep_mine));
    await second.hostCourses.expectDone('done_saved');
    expect((await stored(account, id)).title).toBe('from the second');
  });
});

test('a course is previewed as it is typed, in a tab of its own', async ({ visitor: host }) => {
  const { account, course, id } = await editing(host, { publish: true });
  await host.form.title.fill('seen by me alone');
  const popup = host.page.waitForEvent('popup');
  await host.press(host.button(host.words.editor.preview));
  const preview = await popup;
  await expect(preview.getByRole('heading', { level: 1 })).toHaveText('seen by me alone');
  await expect(preview.locator('meta[name=robots]')).toHaveAttribute('content', 'noindex');
  await expect(host.form.title).toHaveValue('seen by me alone');
  expect((await stored(account, id)).title).toBe(course.title);
});

test.describe('a course that is deleted', () => {
  async function listed(host: Visitor): Promise<{ account: RestAccount; title: string; id: string }> {
    const course = newCourse();
    const account = await host.getSession();
    const id = await account.writeAndPublish(course);
    await host.openLive('/host/courses');
    return { account, title: course.title, id };
  }

  test('comes back with a press, and was never gone', async ({ visitor: host }) => {
    const { account, title, id } = await listed(host);
    const { hostCourses } = host;
    await host.press(hostCourses.row(title).locator('summary'));
    await expect(hostCourses.row(title)).toHaveCount(0);
    await expect(hostCourses.undo).toBeFocused();
    expect(await stored(account, id)).toMatchObject({ title });
    await host.press(hostCourses.undo);
    await expect(hostCourses.row(title)).toBeVisible();
    await host.open('/host/courses');
    await expect(hostCourses.row(title)).toBeVisible();
    expect(await stored(account, id)).toMatchObject({ title });
  });

  test('is gone when nobody wants it back', async ({ visitor: host }) => {
    const { account, title, id } = await listed(host);
    await host.press(host.hostCourses.row(title).locator('summary'));
    await expect(host.hostCourses.undo).toBeVisible();
    await host.page.mouse.move(2, 2);
    await expect.poll(async () => (await account.try('GET', `/courses/${id}`)).status, { timeout: 30_000 }).toBe(404);
    await expect(host.hostCourses.undo).toHaveCount(0);
  });

  test('is gone when the page is left', async ({ visitor: host }) => {
    const { account, title, id } = await listed(host);
    await host.press(host.hostCourses.row(title).locator('summary'));
    await expect(host.hostCourses.undo).toBeVisible();
    await host.page.goto('about:blank');
    await expect.poll(async () => (await account.try('GET', `/courses/${id}`)).status).toBe(404);
  });
});
