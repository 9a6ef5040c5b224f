// What is pressed before the wasm has arrived is not lost.
import { newCourse } from '../support/course.ts';
import { test } from '../support/fixtures.ts';

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
