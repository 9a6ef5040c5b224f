// What the system has to do, row by row, over REST.
import { EventStream } from '../../support/event-stream.ts';
import { newCourse } from '../../support/course.ts';
import { expect, test } from '../../support/fixtures.ts';
import { send } from '../../support/http.ts';
import { newPerson } from '../../support/person.ts';
import { RestAccount, view } from '../../support/rest.ts';

interface Inbox {
  items: { id: string; kind: string; course_id: string; course_title: string; read: boolean }[];
  unread: number;
}

const inbox = (account: RestAccount) => account.ask<Inbox>('GET', '/me/messages', 200);

/** The kinds of messages about a course, newest first, once there are that many. */
async function expectKinds(account: RestAccount, course: string, kinds: string[]): Promise<void> {
  const found = async () => (await inbox(account)).items.filter((message) => message.course_id === course).map((message) => message.kind);
  await expect.poll(found).toEqual(kinds);
}

const open = (origin: string) => RestAccount.open(origin, newPerson());

test('a host registers, modifies and deletes a course', async ({ site }) => {
  const host = await open(site.origin);
  const course = newCourse();
  const id = await host.write(course);
  const { version } = await host.course(id);
  const changed = await host.try('PUT', `/courses/${id}`, { title: '두 바퀴', region: 'busan', stops: [] }, { 'if-match': `"${version}"` });
  expect(changed.status, changed.text).toBe(200);
  expect(await host.course(id)).toMatchObject({ title: '두 바퀴', version: version + 1 });
  const late = await host.try('PUT', `/courses/${id}`, { title: '세 바퀴', region: 'busan', stops: [] }, { 'if-match': `"${version}"` });
  expect(late.status).toBe(412);
  await host.ask('DELETE', `/courses/${id}`, 204);
  expect((await host.try('GET', `/courses/${id}`)).status).toBe(404);
});

test('a customer sees what a course contains', async ({ site }) => {
  const host = await open(site.origin);
  const course = newCourse();
  const id = await host.writeAndPublish(course);
  await expect.poll(async () => (await send(`${site.origin}/api/v1/viewpages/${id}`)).status).toBe(200);
  const seen = await view(site.origin, id);
  expect(seen.course.title).toBe(course.title);
  expect(seen.course.stops.map((stop) => stop.name)).toEqual(course.stops.map((stop) => stop.name));
});

test('a bookmark and its cancel: both are told, the host does not learn who, and quick toggling is one message', async ({ site }) => {
  const host = await open(site.origin);
  const customer = await open(site.origin);
  const course = newCourse();
  const id = await host.writeAndPublish(course);
  expect(await customer.ask('PUT', `/courses/${id}/bookmark`, 200)).toEqual({ bookmarked: true, bookmarks: 1 });
  expect(await customer.ask('PUT', `/courses/${id}/bookmark`, 200)).toEqual({ bookmarked: true, bookmarks: 1 });
  await expectKinds(customer, id, ['bookmark_registered']);
  await expectKinds(host, id, ['course_bookmarked']);
  const [told] = (await inbox(host)).items;
  expect(told).toMatchObject({ course_title: course.title, read: false });
  const me = await customer.ask<{ id: string; display_name: string }>('GET', '/me', 200);
  expect(JSON.stringify(told)).not.toContain(me.id);
  expect(JSON.stringify(told)).not.toContain(me.display_name);

  expect(await customer.ask('DELETE', `/courses/${id}/bookmark`, 200)).toEqual({ bookmarked: false, bookmarks: 0 });
  await expectKinds(customer, id, ['bookmark_canceled']);
  await expectKinds(host, id, ['course_unbookmarked']);
  for (const method of ['PUT', 'DELETE', 'PUT', 'DELETE', 'PUT']) await customer.ask(method, `/courses/${id}/bookmark`, 200);
  await expectKinds(customer, id, ['bookmark_registered']);
  await expectKinds(host, id, ['course_bookmarked']);
});

test('a like, and the like taken back', async ({ site }) => {
  const host = await open(site.origin);
  const customer = await open(site.origin);
  const id = await host.writeAndPublish(newCourse());
  expect(await customer.ask('PUT', `/courses/${id}/like`, 200)).toEqual({ liked: true, likes: 1 });
  expect(await customer.ask('PUT', `/courses/${id}/like`, 200)).toEqual({ liked: true, likes: 1 });
  expect(await customer.ask('DELETE', `/courses/${id}/like`, 200)).toEqual({ liked: false, likes: 0 });
});

test('a review: whether one may be written is told, and decides', async ({ site }) => {
  const host = await open(site.origin);
  const customer = await open(site.origin);
  const id = await host.writeAndPublish(newCourse());
  const path = `/courses/${id}/reviews`;
  const eligibility = (account: RestAccount) => account.ask('GET', `/courses/${id}/review-eligibility`, 200);
  expect(await eligibility(customer)).toEqual({ eligible: true, reason: null });
  expect(await eligibility(host)).toEqual({ eligible: false, reason: 'own_course' });
  const refused = async (account: RestAccount, status: number, code: string) => {
    const answer = await account.try('POST', path, { rating: 5, body: '좋았어요' });
    expect([answer.status, (JSON.parse(answer.text) as { code: string }).code]).toEqual([status, code]);
  };
  await refused(host, 409, 'own_course');
  const review = await customer.ask<{ id: string }>('POST', path, 201, { rating: 4, body: '좋았어요' });
  await refused(customer, 409, 'already_reviewed');
  await expectKinds(host, id, ['review_received']);
  await host.ask('PUT', `/reviews/${review.id}/reply`, 200, { body: '고맙습니다' });
  await expectKinds(customer, id, ['review_replied']);
  await host.ask('PUT', `/reviews/${review.id}/reply`, 200, { body: '또 오세요' });
  // told after all that came before it
  await customer.ask('PUT', `/courses/${id}/bookmark`, 200);
  await expectKinds(customer, id, ['bookmark_registered', 'review_replied']);

  const other = await open(site.origin);
  await other.ask('POST', path, 201, { rating: 5, body: '또 갈래요' });
  await expect.poll(async () => (await view(site.origin, id)).rating).toEqual({ average: 4.5, count: 2, distribution: [0, 0, 0, 1, 1] });
  await customer.ask('PUT', `/reviews/${review.id}`, 200, { rating: 2, body: '비가 왔어요' });
  await expect.poll(async () => (await view(site.origin, id)).rating).toEqual({ average: 3.5, count: 2, distribution: [0, 1, 0, 0, 1] });
  await customer.ask('DELETE', `/reviews/${review.id}`, 204);
  await expect.poll(async () => (await view(site.origin, id)).rating).toEqual({ average: 5, count: 1, distribution: [0, 0, 0, 0, 1] });
  expect(await eligibility(customer)).toEqual({ eligible: true, reason: null });

  await host.unpublish(id);
  expect(await eligibility(customer)).toEqual({ eligible: false, reason: 'not_published' });
  await refused(customer, 409, 'not_published');
  const closed = newCourse();
  const shut = await host.ask<{ id: string }>('POST', '/courses', 201, { title: closed.title, region: 'seoul', reviews_open: false, stops: [{ name: '공원', category: 'park', lat: 37.5, lng: 127 }] });
  await host.publish(shut.id);
  expect(await customer.ask('GET', `/courses/${shut.id}/review-eligibility`, 200)).toEqual({ eligible: false, reason: 'reviews_closed' });
});

test('one screen shows a course with all its counts, its reviews and their state', async ({ site }) => {
  const host = await open(site.origin);
  const customer = await open(site.origin);
  const id = await host.writeAndPublish(newCourse());
  await customer.like(id);
  await customer.ask('PUT', `/courses/${id}/bookmark`, 200);
  const review = await customer.ask<{ id: string }>('POST', `/courses/${id}/reviews`, 201, { rating: 5, body: '좋았어요' });
  await customer.ask('POST', `/courses/${id}/comments`, 201, { body: '주차할 곳이 있나요?' });
  await host.ask('PUT', `/reviews/${review.id}/reply`, 200, { body: '고맙습니다' });
  await expect.poll(async () => (await view(site.origin, id)).reviews[0]?.reply?.body).toBe('고맙습니다');
  const seen = await view(site.origin, id);
  expect(seen.counts).toEqual({ likes: 1, bookmarks: 1, comments: 1, reviews: 1 });
  expect(seen.rating).toEqual({ average: 5, count: 1, distribution: [0, 0, 0, 0, 1] });
  expect(seen.comments.map((comment) => comment.body)).toEqual(['주차할 곳이 있나요?']);
  expect(seen.host.display_name).not.toBe('');
});

test('a course deleted while bookmarks are under way: none is left behind untold', async ({ site }) => {
  const host = await open(site.origin);
  const customers = await Promise.all(Array.from({ length: 8 }, () => open(site.origin)));
  for (let round = 0; round < 5; round += 1) {
    const id = await host.writeAndPublish(newCourse());
    const answers = await Promise.all([...customers.map((customer) => customer.try('PUT', `/courses/${id}/bookmark`)), host.try('DELETE', `/courses/${id}`)]);
    expect(answers.pop()?.status).toBe(204);
    for (const [index, customer] of customers.entries()) {
      if (answers[index]?.status !== 200) continue;
      const told = async () => (await inbox(customer)).items.filter((message) => message.course_id === id).map((message) => message.kind);
      await expect.poll(async () => (await told()).some((kind) => kind === 'course_withdrawn' || kind === 'bookmark_refused')).toBe(true);
      // What is kept is read from another place than what was told, and may be a moment behind it.
      const agree = async () => {
        const kept = await customer.ask<{ items: { course_id: string; state: string }[] }>('GET', '/me/bookmarks', 200);
        const here = kept.items.find((bookmark) => bookmark.course_id === id);
        return (here?.state ?? 'gone') === ((await told()).includes('bookmark_refused') ? 'gone' : 'withdrawn');
      };
      await expect.poll(agree).toBe(true);
    }
  }
});

test('every event, message and answer of a case carries its correlation id', async ({ site }) => {
  const host = await open(site.origin);
  const customer = await open(site.origin);
  const id = await host.writeAndPublish(newCourse());
  const stream = await EventStream.open(`${site.origin}/api/v1/live?course=${id}`);
  await stream.next();
  const correlation = '0198f3b2-0000-7000-8000-00000000c0de'.replace('c0de', Math.floor(Math.random() * 0xffff).toString(16).padStart(4, '0'));
  const answer = await customer.try('PUT', `/courses/${id}/like`, undefined, { 'x-correlation-id': correlation });
  expect(answer.headers['x-correlation-id']).toBe(correlation);
  expect(await stream.next()).toMatchObject({ name: 'counts', data: { course_id: id, origin: correlation } });
  stream.close();
});

test('comments: written and changed, answered by the host, and deleted by their author or by the host', async ({ site }) => {
  const host = await open(site.origin);
  const customer = await open(site.origin);
  const other = await open(site.origin);
  const id = await host.writeAndPublish(newCourse());
  const path = `/courses/${id}/comments`;
  const first = await customer.ask<{ id: string }>('POST', path, 201, { body: '주차할 곳이 있나요?' });
  await expectKinds(host, id, ['comment_received']);
  await customer.ask('PUT', `/comments/${first.id}`, 200, { body: '버스가 다니나요?' });
  for (const [method, body] of [['PUT', { body: '내 것' }], ['DELETE', undefined]] as const) {
    expect((await other.try(method, `/comments/${first.id}`, body)).status).toBe(403);
  }
  const listed = async () => (await customer.ask<{ items: { body: string }[] }>('GET', path, 200)).items.map((comment) => comment.body);
  await expect.poll(listed).toEqual(['버스가 다니나요?']);
  const answer = `/comments/${first.id}/answer`;
  for (const account of [other, customer]) expect((await account.try('PUT', answer, { body: '내 답' })).status).toBe(403);
  const stream = await EventStream.open(`${site.origin}/api/v1/live?course=${id}`);
  await stream.next();
  for (const body of ['네, 2224번이요', '네, 2413번이요']) {
    expect(await host.ask('PUT', answer, 200, { body })).toMatchObject({ answer: { body } });
    expect(await stream.next()).toMatchObject({ name: 'comment', data: { course_id: id, op: 'modified', comment: { id: first.id, answer: { body } } } });
    expect(await stream.next()).toMatchObject({ name: 'counts' });
  }
  stream.close();
  expect((await host.try('PUT', answer, { body: ' ' })).status).toBe(422);
  // told after all that came before it
  await customer.ask('PUT', `/courses/${id}/bookmark`, 200);
  await expectKinds(customer, id, ['bookmark_registered', 'comment_answered']);
  await host.ask('DELETE', `/comments/${first.id}`, 204);
  await expect.poll(listed).toEqual([]);
  const empty = await customer.try('POST', path, { body: ' ' });
  expect([empty.status, JSON.parse(empty.text)]).toEqual([422, expect.objectContaining({ code: 'invalid', errors: [{ field: 'body', code: 'required' }] })]);
});

test('a withdrawn course is told to who keeps it, and listed as withdrawn', async ({ site }) => {
  const host = await open(site.origin);
  const customer = await open(site.origin);
  const course = newCourse();
  const id = await host.writeAndPublish(course);
  await customer.ask('PUT', `/courses/${id}/bookmark`, 200);
  await expectKinds(customer, id, ['bookmark_registered']);
  await host.unpublish(id);
  await expectKinds(customer, id, ['course_withdrawn', 'bookmark_registered']);
  const kept = await customer.ask<{ items: object[] }>('GET', '/me/bookmarks', 200);
  expect(kept.items).toEqual([expect.objectContaining({ course_id: id, state: 'withdrawn', title: course.title })]);
});

test('messages are read one by one and all at once, and every open page is told', async ({ site }) => {
  const host = await open(site.origin);
  const customer = await open(site.origin);
  const ids = [await host.writeAndPublish(newCourse()), await host.writeAndPublish(newCourse())];
  const stream = await EventStream.open(`${site.origin}/api/v1/live?inbox=true`, { authorization: `Bearer ${host.token}` });
  expect(await stream.next()).toMatchObject({ name: 'message', data: { unread: 0 } });
  for (const id of ids) await customer.ask('PUT', `/courses/${id}/bookmark`, 200);
  for (const unread of [1, 2]) expect(await stream.next()).toMatchObject({ name: 'message', data: { unread } });
  const [first] = (await inbox(host)).items;
  expect(await host.ask('POST', `/me/messages/${first?.id}/read`, 200)).toEqual({ unread: 1 });
  expect(await stream.next()).toMatchObject({ name: 'message', data: { unread: 1 } });
  expect((await customer.try('POST', `/me/messages/${first?.id}/read`)).status).toBe(404);
  expect(await host.ask('POST', '/me/messages/read-all', 200)).toEqual({ unread: 0 });
  expect(await stream.next()).toMatchObject({ name: 'message', data: { unread: 0 } });
  stream.close();
});
