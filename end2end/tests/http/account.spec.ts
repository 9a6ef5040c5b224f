// What people do with their account: passwords, sessions everywhere, the end.
import { randomUUID } from 'node:crypto';
import { EventStream } from '../../support/event-stream.ts';
import { newCourse } from '../../support/course.ts';
import { expect, test } from '../../support/fixtures.ts';
import { send } from '../../support/http.ts';
import { newPerson } from '../../support/person.ts';
import { RestAccount, view } from '../../support/rest.ts';

test('a change of password ends the other sessions and their streams', async ({ site }) => {
  const person = newPerson();
  const here = await RestAccount.open(site.origin, person);
  const there = await RestAccount.signIn(site.origin, person);
  const streams = await Promise.all([here, there].map(({ token }) => EventStream.open(`${site.origin}/api/v1/live?inbox=true`, { authorization: `Bearer ${token}` })));
  for (const stream of streams) await stream.next();
  const wrong = await here.try('PUT', '/me/password', { current_password: 'not this one', new_password: 'another long walk' });
  expect([wrong.status, JSON.parse(wrong.text)]).toEqual([403, expect.objectContaining({ errors: [{ field: 'current_password', code: 'mismatch' }] })]);
  await here.ask('PUT', '/me/password', 204, { current_password: person.password, new_password: 'another long walk' });
  expect((await there.try('GET', '/me')).status).toBe(401);
  expect(await streams[1]?.next(), 'the stream of the other session ends').toBeUndefined();
  await here.ask('GET', '/me', 200);
  streams[0]?.close();
  await RestAccount.signIn(site.origin, { ...person, password: 'another long walk' });
});

test('signing out everywhere', async ({ site }) => {
  const person = newPerson();
  const here = await RestAccount.open(site.origin, person);
  const there = await RestAccount.signIn(site.origin, person);
  await here.ask('DELETE', '/sessions', 204);
  for (const session of [here, there]) expect((await session.try('GET', '/me')).status).toBe(401);
});

test('a closed account: what it counted is taken back, its courses are gone, its words stay without a name', async ({ site }) => {
  const host = await RestAccount.open(site.origin, newPerson());
  const course = await host.writeAndPublish(newCourse());
  const person = { ...newPerson(), displayName: `Leaving ${randomUUID().slice(0, 8)}` };
  const leaving = await RestAccount.open(site.origin, person);
  const own = await leaving.writeAndPublish(newCourse());
  await leaving.like(course);
  await leaving.ask('PUT', `/courses/${course}/bookmark`, 200);
  await leaving.ask('POST', `/courses/${course}/reviews`, 201, { rating: 3, body: '좋았어요' });
  await leaving.ask('POST', `/courses/${course}/comments`, 201, { body: '또 갈래요' });
  expect((await leaving.try('DELETE', '/me', { password: 'not this one' })).status).toBe(403);
  await leaving.ask('DELETE', '/me', 202, { password: person.password });
  expect((await leaving.try('GET', '/me')).status).toBe(401);

  await expect.poll(async () => (await view(site.origin, course)).counts).toEqual({ likes: 0, bookmarks: 0, comments: 1, reviews: 1 });
  await expect.poll(async () => (await view(site.origin, course)).reviews[0]?.author.display_name).toBe('');
  await expect.poll(async () => (await send(`${site.origin}/api/v1/viewpages/${own}`)).status).toBe(404);
  expect(JSON.stringify(await view(site.origin, course))).not.toContain(person.displayName);
  const again = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: person.email, password: person.password }) };
  expect((await send(`${site.origin}/api/v1/sessions`, again)).status).toBe(401);
  // once every service has answered, the address is free again
  await expect.poll(async () => {
    await send(`${site.origin}/api/v1/accounts`, { ...again, body: JSON.stringify({ email: person.email, password: person.password, display_name: '다시' }) });
    return (await send(`${site.origin}/api/v1/sessions`, again)).status;
  }).toBe(201);
});
