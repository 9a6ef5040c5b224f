// A course belongs to its host, and is not lost between two tabs or with the session.
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import { newPerson } from '../support/person.ts';

test('nobody else gets at a course', async ({ visitor: stranger, arrive, guard }) => {
  guard.expectStatus(403, 404);
  const owner = await (await arrive()).getSession();
  const published = await owner.writeAndPublish(newCourse());
  const draft = await owner.write(newCourse());

  await test.step('without a session one is asked to sign in', async () => {
    await stranger.open(`/host/courses/${published}/edit`);
    await stranger.page.waitForURL('**/sign-in?next=*');
    await stranger.open('/host/courses/new');
    await stranger.page.waitForURL('**/sign-in?next=*');
    await stranger.open('/host/courses');
    await stranger.page.waitForURL('**/sign-in?next=*');
  });

  await stranger.getSession();
  expect(await stranger.open(`/host/courses/${published}/edit`)).toBe(403);
  await expect(stranger.course.title).toHaveText(stranger.words.error.forbidden_title);
  expect(await stranger.open(`/host/courses/${draft}/edit`), 'nobody else may know of a draft').toBe(404);
  await expect(stranger.course.title).toHaveText(stranger.words.error.not_found_title);

  const before = await owner.course(published);
  const headers = { origin: stranger.site.origin };
  for (const [id, status] of [[published, 403], [draft, 404]] as const) {
    for (const deed of ['edit', 'publish', 'unpublish', 'delete']) {
      const form = { title: 'mine now', region: 'seoul', do: 'save' };
      const answer = await stranger.page.request.post(stranger.site.url(`/host/courses/${id}/${deed}`), { form, headers, maxRedirects: 0 });
      expect(answer.status(), `${deed} of ${id}`).toBe(status);
    }
  }
  expect(await owner.course(published)).toEqual(before);
  expect((await owner.course(draft)).state).toBe('draft');
});

test('two tabs do not overwrite each other unasked', async ({ visitor: first, guard }) => {
  guard.expectStatus(412);
  const course = newCourse();
  const account = await first.getSession();
  const id = await account.write(course);
  const second = await first.newTab();
  await first.open(`/host/courses/${id}/edit`);
  await second.open(`/host/courses/${id}/edit`);

  await first.form.title.fill('from the first tab');
  await first.form.save();
  await first.hostCourses.expectDone('done_saved');

  const typed = { ...course, title: 'from the second tab', summary: 'written\nmeanwhile' };
  await second.form.title.fill(typed.title);
  await second.form.summary.fill(typed.summary);
  await second.form.save();
  await expect(second.alert).toContainText(second.words.form.changed_meanwhile);
  await second.form.expectCourse(typed);
  expect((await account.course(id)).title).toBe('from the first tab');

  const popup = second.page.waitForEvent('popup');
  await second.press(second.alert.getByRole('link', { name: second.words.form.see_current, exact: true }));
  await expect((await popup).getByLabel(second.words.form.title, { exact: true })).toHaveValue('from the first tab');

  await second.press(second.button(second.words.choose.keep_mine));
  await second.hostCourses.expectDone('done_saved');
  expect((await account.course(id)).title).toBe('from the second tab');
});

test('a course written while the session ended is not lost', async ({ visitor: host, guard }) => {
  guard.expectStatus(401);
  const person = newPerson();
  const course = newCourse();
  await host.getSession(person);
  await host.open('/host/courses/new');
  await host.form.fill(course);
  await host.page.context().clearCookies();
  await host.form.saveDraft();
  await expect(host.alert).toHaveText(host.words.problem.not_signed_in);
  await host.form.expectCourse(course);

  const popup = host.page.waitForEvent('popup');
  await host.press(host.page.getByRole('main').getByRole('link', { name: host.words.header.sign_in, exact: true }));
  await (await popup).close();
  const tab = await host.newTab();
  await tab.signIn(person);
  await host.form.saveDraft();
  await host.hostCourses.expectDone('done_saved');
  await host.hostCourses.expectState(course.title, 'draft');
});
