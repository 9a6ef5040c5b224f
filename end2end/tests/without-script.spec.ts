// The same way for a browser that runs no script.
import { newCourse, newStop } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';

test.use({ javaScriptEnabled: false });

test('a course is written, published, liked, taken down and deleted', async ({ visitor: host, arrive, guard }) => {
  const course = newCourse();
  const { title } = course;
  const person = await host.signUp();
  await host.signOut();
  await host.signIn(person);

  await host.press(host.page.getByRole('link', { name: host.words.header.my_courses, exact: true }));
  await host.press(host.page.getByRole('link', { name: host.words.host.new, exact: true }));
  await host.form.fill(course);
  await host.form.saveDraft();
  await host.hostCourses.expectDone('done_saved');
  await host.hostCourses.expectState(title, 'draft');
  const id = await host.hostCourses.idOf(title);

  await host.hostCourses.edit(title);
  await host.form.expectCourse(course);
  await host.form.summary.fill('changed');
  await host.form.saveAndPublish();
  await host.hostCourses.expectDone('done_published');

  const customer = await arrive();
  await customer.open('/');
  await customer.discover.follow(title);
  await expect(customer.page.locator('.course-summary')).toHaveText('changed');
  await expect(customer.course.stops).toHaveText(course.stops.map((stop) => stop.name));

  await customer.course.pressLike();
  await customer.page.waitForURL('**/sign-in?next=*');
  await customer.signUp();
  await customer.open(`/courses/${id}`);
  await customer.course.expectLikes(0, false);
  await customer.course.pressLike();
  await customer.course.expectLikes(1, true);
  await host.open('/');
  await expect(host.discover.likes(title)).toHaveText('1');
  await customer.course.pressLike();
  await customer.course.expectLikes(0, false);
  expect(customer.course.id).toBe(id);

  await host.open('/host/courses');
  await host.hostCourses.unpublish(title);
  await host.hostCourses.expectState(title, 'unpublished');
  await host.hostCourses.delete(title);
  guard.expectStatus(404);
  expect(await customer.open(`/courses/${id}`)).toBe(404);
});

test('stops are added, moved and removed, and nothing typed is lost', async ({ visitor: host }) => {
  await host.getSession();
  await host.open('/host/courses/new');
  const course = newCourse();
  const [first, second, third] = course.stops as [typeof course.stops[0], typeof course.stops[0], typeof course.stops[0]];
  await host.form.fill(course);
  const { form } = host;

  await expect(form.stopButton('move_up_label', 1)).toBeDisabled();
  await expect(form.stopButton('move_down_label', 3)).toBeDisabled();
  await host.press(form.stopButton('move_down_label', 1));
  await form.expectCourse({ ...course, stops: [second, first, third] });
  await host.press(form.stopButton('move_up_label', 3));
  await form.expectCourse({ ...course, stops: [second, third, first] });
  await host.press(form.stopButton('remove_stop_label', 2));
  await form.expectCourse({ ...course, stops: [second, first] });
  await form.addStop();
  const fourth = newStop('네 번째');
  await form.fillStop(3, fourth);
  await host.press(form.stopButton('move_up_label', 3));
  await form.expectCourse({ ...course, stops: [second, fourth, first] });
});

test('a course has twenty stops at the most', async ({ visitor: host }) => {
  await host.getSession();
  await host.open('/host/courses/new');
  const add = host.button(host.words.form.add_stop);
  for (let count = await host.form.stops.count(); count < 20; count++) await host.form.addStop();
  await expect(host.form.stops).toHaveCount(20);
  await expect(add).toHaveCount(0);
  await host.press(host.form.stopButton('remove_stop_label', 20));
  await expect(host.form.stops).toHaveCount(19);
  await expect(add).toBeVisible();
});
