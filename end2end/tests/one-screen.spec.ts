// One screen shows a course with all that came of it, and loses it again as it is taken back. Nothing on it covers anything else.
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import { newPerson } from '../support/person.ts';
import { phrase } from '../support/words.ts';

test('one screen shows all counts, the reviews and their state', async ({ visitor, arrive }) => {
  const course = newCourse();
  const host = await (await arrive()).getSession(newPerson('둘레 산책반'));
  const customer = await (await arrive()).getSession(newPerson('서연'));
  const id = await host.writeAndPublish(course);
  await visitor.openLive(`/courses/${id}`);
  const list = await arrive();
  await list.openLive('/');
  await customer.like(id);
  await customer.ask('PUT', `/courses/${id}/bookmark`, 200);
  const review = await customer.ask<{ id: string }>('POST', `/courses/${id}/reviews`, 201, { rating: 5, body: '또 갈래요' });
  const comment = await customer.ask<{ id: string }>('POST', `/courses/${id}/comments`, 201, { body: '주차할 곳이 있나요?' });
  await host.ask('PUT', `/reviews/${review.id}/reply`, 200, { body: '고맙습니다' });

  const all = { likes: 1, bookmarks: 1, comments: 1, reviews: 1, rating: '5.0' };
  await visitor.course.expectCounts(all);
  for (const count of ['likes', 'bookmarks', 'reviews']) await expect(list.discover.card(course.title).locator(`.${count} .count-number`)).toHaveText('1');

  const plain = await arrive({ javaScriptEnabled: false });
  await plain.open(`/courses/${id}`);
  await plain.course.expectCounts(all);
  const seen = plain.course.reviews.of('또 갈래요');
  await expect(seen.byline).toContainText('서연');
  await expect(seen.stars).toHaveText(phrase(plain.words.review.given, { count: 5 }));
  await expect(seen.reply).toHaveText('고맙습니다');
  await expect(plain.course.comments.texts).toHaveText(['주차할 곳이 있나요?']);

  await customer.unlike(id);
  await customer.ask('DELETE', `/courses/${id}/bookmark`, 200);
  await customer.ask('DELETE', `/comments/${comment.id}`, 204);
  await customer.ask('DELETE', `/reviews/${review.id}`, 204);
  await visitor.course.expectCounts({ likes: 0, bookmarks: 0, comments: 0, reviews: 0, rating: '–' });
});

test('the map stays beside the stops and covers nothing below them', async ({ visitor, arrive }) => {
  const host = await (await arrive()).getSession();
  const id = await host.writeAndPublish(newCourse());
  await visitor.getSession();
  await visitor.open(`/courses/${id}`);
  await visitor.page.evaluate(() => scrollTo({ top: document.body.scrollHeight, behavior: 'instant' }));
  const map = await visitor.page.locator('.course-map .map').boundingBox();
  const reviews = await visitor.course.reviews.section.boundingBox();
  expect((map?.y ?? NaN) + (map?.height ?? NaN)).toBeLessThanOrEqual(reviews?.y ?? NaN);
});
