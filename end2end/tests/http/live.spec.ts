// The live stream without a browser: a snapshot, then changes; what was missed is told, once and in order.
import { EventStream, type ServerEvent } from '../../support/event-stream.ts';
import { newCourse } from '../../support/course.ts';
import { expect, test } from '../../support/fixtures.ts';
import { send } from '../../support/http.ts';
import { newPerson } from '../../support/person.ts';
import { RestAccount } from '../../support/rest.ts';

function counts(name: string, course: string, likes: number): object {
  return { id: expect.stringMatching(/^\d+$/), name, data: { course_id: course, version: expect.any(Number), ...(name === 'counts' ? { origin: expect.any(String) } : {}), counts: { likes, bookmarks: 0, comments: 0, reviews: 0 }, rating: { average: null, count: 0 } } };
}

function id(event: ServerEvent | undefined): number {
  return Number(event?.id ?? Number.NaN);
}

test('a snapshot of each course, then each change', async ({ site }) => {
  const host = await RestAccount.open(site.origin, newPerson());
  const customer = await RestAccount.open(site.origin, newPerson());
  const first = await host.writeAndPublish(newCourse());
  const second = await host.writeAndPublish(newCourse());
  await customer.like(first);

  const stream = await EventStream.open(`${site.origin}/api/v1/live?course=${first}&course=${second}`);
  expect(stream.headers['content-type']).toMatch(/^text\/event-stream/);
  expect(stream.headers['cache-control']).toMatch(/no-cache|no-store/);
  expect(stream.headers['x-accel-buffering']).toBe('no');
  expect(stream.headers['content-encoding']).toBeUndefined();
  const snapshots = [await stream.next(), await stream.next()];
  expect(snapshots).toEqual(expect.arrayContaining([counts('snapshot', first, 1), counts('snapshot', second, 0)]));

  await customer.like(second);
  const liked = await stream.next();
  expect(liked).toEqual(counts('counts', second, 1));
  expect(id(liked)).toBeGreaterThan(Math.max(...snapshots.map(id)));
  await customer.unlike(first);
  const unliked = await stream.next();
  expect(unliked).toEqual(counts('counts', first, 0));
  expect(id(unliked)).toBeGreaterThan(id(liked));
  await host.unpublish(second);
  expect(await stream.next()).toEqual({ id: expect.stringMatching(/^\d+$/), name: 'withdrawn', data: { course_id: second, origin: expect.any(String) } });
  stream.close();
});

for (const how of ['header', 'query'] as const) {
  test(`with the last id in the ${how}: what was missed, in order, nothing twice`, async ({ site }) => {
    const host = await RestAccount.open(site.origin, newPerson());
    const customer = await RestAccount.open(site.origin, newPerson());
    const course = await host.writeAndPublish(newCourse());
    const address = `${site.origin}/api/v1/live?course=${course}`;
    const before = await EventStream.open(address);
    const snapshot = await before.next();
    await customer.like(course);
    const seen = await before.next();
    expect(seen).toEqual(counts('counts', course, 1));
    before.close();

    await host.like(course);
    await customer.unlike(course);
    const last = seen?.id ?? '';
    const after = how === 'header' ? await EventStream.open(address, { 'last-event-id': last }) : await EventStream.open(`${address}&last_event_id=${last}`);
    const missed = [await after.next(), await after.next()];
    await host.unlike(course);
    const now = await after.next();
    expect([...missed, now]).toEqual([counts('counts', course, 2), counts('counts', course, 1), counts('counts', course, 0)]);
    const ids = [snapshot, seen, ...missed, now].map(id);
    expect(ids, 'ids grow').toEqual([...new Set(ids)].sort((one, two) => one - two));
    after.close();
  });
}

test('the snapshot carries the id of the last change that is in it', async ({ site }) => {
  const host = await RestAccount.open(site.origin, newPerson());
  const customer = await RestAccount.open(site.origin, newPerson());
  const course = await host.writeAndPublish(newCourse());
  await customer.like(course);
  const address = `${site.origin}/api/v1/live?course=${course}`;
  const before = await EventStream.open(address);
  const snapshot = await before.next();
  expect(snapshot).toEqual(counts('snapshot', course, 1));
  before.close();

  await customer.unlike(course);
  const after = await EventStream.open(address, { 'last-event-id': snapshot?.id ?? '' });
  expect(await after.next()).toEqual(counts('counts', course, 0));
  after.close();
});

test('an id that was never given out: read again, and go on from there', async ({ site }) => {
  test.setTimeout(30_000);
  const host = await RestAccount.open(site.origin, newPerson());
  const course = await host.writeAndPublish(newCourse());
  const stream = await EventStream.open(`${site.origin}/api/v1/live?course=${course}`, { 'last-event-id': '9007199254740991' });
  expect((await stream.next())?.name).toBe('resync');
  expect(await stream.next()).toEqual(counts('snapshot', course, 0));
  await host.like(course);
  expect(await stream.next()).toEqual(counts('counts', course, 1));
  stream.close();
});

test('what is no watch is refused', async ({ site }) => {
  for (const query of ['', '?course=1', `?course=${newPerson().email}`]) {
    const answer = await send(`${site.origin}/api/v1/live${query}`);
    expect(answer.status, query).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  }
});

test('streams end with the server, which ends in order', async ({ ownServer }) => {
  const host = await RestAccount.open(ownServer.origin, newPerson());
  const course = await host.writeAndPublish(newCourse());
  const stream = await EventStream.open(`${ownServer.origin}/api/v1/live?course=${course}`);
  expect((await stream.next())?.name).toBe('snapshot');
  const end = stream.next();
  await ownServer.stop();
  expect(await end).toBeUndefined();

  await test.step('and are there again as soon as it listens', async () => {
    await ownServer.start();
    const again = await EventStream.open(`${ownServer.origin}/api/v1/live?course=${course}`);
    expect((await again.next())?.name).toBe('snapshot');
    again.close();
  });
});
