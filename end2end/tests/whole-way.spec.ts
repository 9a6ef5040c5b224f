// A course goes from the host's form to every open page, and away again.
import { Calls } from '../support/calls.ts';
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import { newPerson } from '../support/person.ts';

test('a course is written, published, liked, taken down and deleted, and every open page follows', async ({ visitor: host, arrive, guard }) => {
  const course = newCourse();
  const { title } = course;

  await test.step('the host signs up, out and in', async () => {
    const person = await host.signUp();
    await host.signOut();
    await host.signIn(person);
  });

  await test.step('a draft is seen by the host alone', async () => {
    await host.press(host.page.getByRole('link', { name: host.words.header.my_courses, exact: true }));
    await host.press(host.page.getByRole('link', { name: host.words.host.new, exact: true }));
    await host.form.fill({ ...course, title: 'a first title' });
    await host.form.saveDraft();
    await host.hostCourses.expectDone('done_saved');
    await host.hostCourses.expectState('a first title', 'draft');
  });

  await test.step('what was written is there to be changed', async () => {
    await host.hostCourses.edit('a first title');
    await host.form.expectCourse({ ...course, title: 'a first title' });
    await host.form.title.fill(title);
    await host.press(host.form.stopButton('move_up_label', 3));
    await host.press(host.form.stopButton('move_up_label', 2));
    course.stops.unshift(...course.stops.splice(2, 1));
    await host.form.expectCourse(course);
    await host.form.save();
    await host.hostCourses.expectDone('done_saved');
    await host.hostCourses.expectState(title, 'draft');
  });

  const id = await host.hostCourses.idOf(title);
  const onlooker = await arrive();
  const customer = await arrive();
  const person = await customer.signUp();
  guard.expectStatus(404);
  expect(await onlooker.open(`/courses/${id}`), 'nobody else may know of a draft').toBe(404);
  await onlooker.open('/');
  await expect(onlooker.discover.link(title)).toHaveCount(0);

  await test.step('once published it is on discover', async () => {
    await host.hostCourses.publish(title);
    await host.hostCourses.expectState(title, 'published');
    await onlooker.openLive('/');
    await expect(onlooker.discover.likes(title)).toHaveText('0');
  });

  const second = await onlooker.newTab();
  await test.step('the viewpage shows all of it', async () => {
    await second.openLive(`/courses/${id}`);
    await expect(second.course.title).toHaveText(title);
    await expect(second.course.stops).toHaveText(course.stops.map((stop) => stop.name));
    const main = second.page.getByRole('main');
    for (const text of [...course.tags.map((tag) => `#${tag}`), second.words.region.seoul, ...course.stops.map((stop) => stop.note)]) await expect(main).toContainText(text);
    await expect(main.locator('.course-summary')).toHaveText(course.summary, { useInnerText: false });
    await expect(second.course.likeButton).toBeVisible();
    await second.course.expectLikes(0, false);
  });

  await test.step('a like is on every open page', async () => {
    await customer.open('/');
    await customer.becomesLive(() => customer.discover.follow(title));
    await host.openLive(`/courses/${id}`);
    await customer.course.pressLike();
    await customer.course.expectLikes(1, true);
    await second.course.expectLikes(1, false);
    await host.course.expectLikes(1, false);
    await expect(onlooker.discover.likes(title)).toHaveText('1');
  });

  await test.step('the like is still there when the page is opened again, and can be taken back', async () => {
    await customer.openLive(`/courses/${id}`);
    await customer.course.expectLikes(1, true);
    await customer.course.pressLike();
    await customer.course.expectLikes(0, false);
    await second.course.expectLikes(0, false);
    await expect(onlooker.discover.likes(title)).toHaveText('0');
    await customer.expectSignedIn(person);
  });

  await test.step('taken down, open pages say so', async () => {
    await host.open('/host/courses');
    await host.hostCourses.unpublish(title);
    await host.hostCourses.expectState(title, 'unpublished');
    await expect(second.course.withdrawn).toBeVisible();
    await expect(customer.course.withdrawn).toBeVisible();
    await onlooker.open('/');
    await expect(onlooker.discover.link(title)).toHaveCount(0);
    expect(await second.open(`/courses/${id}`)).toBe(404);
  });

  await test.step('published again and deleted, it is gone', async () => {
    await host.hostCourses.publish(title);
    await second.openLive(`/courses/${id}`);
    await host.hostCourses.delete(title);
    await expect(second.course.withdrawn).toBeVisible();
    expect(await second.open(`/courses/${id}`)).toBe(404);
  });
});

test('one who is not signed in is led to signing in, and back', async ({ visitor, arrive }) => {
  const host = await arrive();
  const id = await (await host.getSession()).writeAndPublish(newCourse());
  const person = newPerson();

  await visitor.openLive(`/courses/${id}`);
  await visitor.course.pressLike();
  await visitor.page.waitForURL('**/sign-in?next=*');
  await visitor.press(visitor.page.getByRole('main').getByRole('link', { name: visitor.words.account.sign_up_action, exact: true }));
  await visitor.fillSignUp(person);
  await visitor.press(visitor.button(visitor.words.account.sign_up_action));
  await expect(visitor.page.getByText(visitor.words.account.signed_up)).toBeVisible();
  await visitor.becomesLive(() => visitor.signInAfterSignUp(person));
  await visitor.expectSignedIn(person);
  expect(visitor.course.id).toBe(id);
  await visitor.course.expectLikes(0, false);
  await visitor.course.pressLike();
  await visitor.course.expectLikes(1, true);
});

test('presses in quick succession end where the last one wants to be', async ({ visitor, arrive }) => {
  const host = await arrive();
  const id = await (await host.getSession()).writeAndPublish(newCourse());
  await visitor.getSession();
  await visitor.openLive(`/courses/${id}`);
  const calls = new Calls(visitor.page, '/api/actions/set_like');
  for (let press = 0; press < 5; press++) await visitor.course.pressLike();
  await visitor.course.expectLikes(1, true);
  await calls.expectLast({ course_id: id, liked: true });
  await visitor.openLive(`/courses/${id}`);
  await visitor.course.expectLikes(1, true);
});
