// Requests that other sites make in a visitor's name, and targets that lead away.
import { newCourse } from '../../support/course.ts';
import { expect, test } from '../../support/fixtures.ts';
import { form, send, type Answer, type Sent } from '../../support/http.ts';
import { newPerson } from '../../support/person.ts';
import { RestAccount, likes } from '../../support/rest.ts';
import type { Site } from '../../support/site.ts';

const EVIL = 'http://evil.example';
const AWAY = ['//evil.example', '///evil.example', 'https://evil.example', '/\\evil.example', '\\/evil.example', '/\t/evil.example', '/\r\nSet-Cookie: a=b', '/%0d%0aSet-Cookie:%20a=b', 'evil.example', '한글'];

/** How a browser, or none, says where a request comes from. */
const FOREIGN: Record<string, Record<string, string>> = {
  'another origin': { origin: EVIL },
  'an opaque origin': { origin: 'null' },
  'this host on another port': { origin: 'http://127.0.0.1:1' },
  'this host over https': { origin: 'https://127.0.0.1' },
  'another site, by Sec-Fetch-Site': { 'sec-fetch-site': 'cross-site' },
  'a neighbour, by Sec-Fetch-Site': { 'sec-fetch-site': 'same-site' },
};

/** Whose session is carried, where it goes, what is sent. */
type Attempt = [RestAccount, string, Sent];

const json = (method: string, body: object): Sent => ({ method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** What pages send: forms, and the islands' server functions. */
function fromPages(host: RestAccount, customer: RestAccount, published: string, draft: string): Attempt[] {
  return [
    [customer, `/courses/${published}/like`, form({})],
    [customer, '/en/sign-out', form({})],
    [customer, '/api/actions/set_like', json('POST', { course_id: published, liked: true })],
    [host, `/host/courses/${draft}/publish`, form({})],
    [host, `/host/courses/${published}/unpublish`, form({})],
    [host, `/host/courses/${published}/delete`, form({})],
    [host, `/host/courses/${published}/edit`, form({ title: 'mine now', region: 'seoul', do: 'save' })],
  ];
}

/** What programs send. */
function overRest(host: RestAccount, customer: RestAccount, published: string): Attempt[] {
  return [
    [customer, `/api/v1/courses/${published}/like`, { method: 'PUT' }],
    [customer, '/api/v1/sessions/current', { method: 'DELETE' }],
    [host, `/api/v1/courses/${published}`, { method: 'DELETE' }],
  ];
}

function sendAs([account, path, sent]: Attempt, site: Site, from: Record<string, string> = {}): Promise<Answer> {
  return send(site.origin + path, { ...sent, headers: { ...sent.headers, cookie: account.cookie, ...from } });
}

async function expectRefused(attempts: Attempt[], site: Site, from?: Record<string, string>): Promise<void> {
  for (const attempt of attempts) {
    const answer = await sendAs(attempt, site, from);
    expect(answer.status, attempt[1]).toBe(403);
    expect(answer.headers['set-cookie'], attempt[1]).toBeUndefined();
  }
}

for (const [name, from] of Object.entries(FOREIGN)) {
  test(`${name}: refused, and nothing changes`, async ({ site }) => {
    const host = await RestAccount.open(site.origin, newPerson());
    const published = await host.writeAndPublish(newCourse());
    const draft = await host.write(newCourse());
    const customer = await RestAccount.open(site.origin, newPerson());
    const before = [await host.course(published), await host.course(draft)];
    await expectRefused([...fromPages(host, customer, published, draft), ...overRest(host, customer, published)], site, from);
    expect([await host.course(published), await host.course(draft)]).toEqual(before);
    expect(await likes(site.origin, published)).toBe(0);
    // the session has not ended
    await customer.like(published);
    expect(await likes(site.origin, published)).toBe(1);
  });
}

test('a cookie and nothing else: refused on pages, and a program\'s way over REST', async ({ site }) => {
  const host = await RestAccount.open(site.origin, newPerson());
  const published = await host.writeAndPublish(newCourse());
  const draft = await host.write(newCourse());
  const customer = await RestAccount.open(site.origin, newPerson());
  const before = [await host.course(published), await host.course(draft)];
  await expectRefused(fromPages(host, customer, published, draft), site);
  expect([await host.course(published), await host.course(draft)]).toEqual(before);
  expect(await likes(site.origin, published)).toBe(0);

  const [like, signOut, remove] = overRest(host, customer, published) as [Attempt, Attempt, Attempt];
  expect((await sendAs(like, site)).status).toBe(200);
  await expect.poll(() => likes(site.origin, published)).toBe(1);
  expect((await sendAs(signOut, site)).status).toBe(204);
  expect((await sendAs(like, site)).status, 'the session has ended').toBe(401);
  expect((await sendAs(remove, site)).status).toBe(204);
});

test('nobody is signed in by another site', async ({ site }) => {
  const person = newPerson();
  await RestAccount.open(site.origin, person);
  for (const path of ['/sign-in', '/sign-up', '/api/actions/sign_in']) {
    const sent = form({ email: person.email, password: person.password, display_name: 'x', next: '' });
    const answer = await send(site.origin + path, { ...sent, headers: { ...sent.headers, origin: EVIL } });
    expect(answer.status, path).toBe(403);
    expect(answer.headers['set-cookie'], path).toBeUndefined();
  }
});

test('reading changes nothing: what changes something is not done by GET', async ({ site }) => {
  const host = await RestAccount.open(site.origin, newPerson());
  const id = await host.writeAndPublish(newCourse());
  const headers = { cookie: host.cookie };
  const paths = [`/courses/${id}/like`, `/host/courses/${id}/unpublish`, `/host/courses/${id}/delete`, '/sign-out', `/api/actions/set_like?course_id=${id}&liked=true`];
  for (const path of paths) {
    const answer = await send(site.origin + path, { headers });
    expect([303, 404, 405], path).toContain(answer.status);
    expect(answer.headers['set-cookie'], path).toBeUndefined();
  }
  expect((await host.course(id)).state).toBe('published');
  expect(await likes(site.origin, id)).toBe(0);
});

for (const next of AWAY) {
  test(`signing in does not lead to ${JSON.stringify(next)}`, async ({ site }) => {
    const person = newPerson();
    const account = await RestAccount.open(site.origin, person);
    const answers = [
      await send(site.url('/sign-in'), form({ email: person.email, password: person.password, next })),
      await send(site.url(`/sign-in?next=${encodeURIComponent(next)}`), { headers: { cookie: account.cookie } }),
    ];
    // Signing up leads on by the form for signing in, which says where.
    const signedUp = await send(site.url('/sign-up'), form({ ...signUp(), next }));
    expect(signedUp.status).toBe(200);
    expect(signedUp.text).toMatch(/<input type="hidden" name="next" value="(\/(?![/\\])[^"]*)?"/);
    expect(signedUp.headers['set-cookie']).toBeUndefined();
    for (const { status, headers } of answers) {
      expect(status).toBe(303);
      expect(new URL(headers.location ?? '', site.origin).origin).toBe(site.origin);
      expect(headers.location).toMatch(/^\/(?![/\\])/);
      expect(headers['set-cookie']?.filter((cookie) => !cookie.startsWith('dulle=')) ?? []).toEqual([]);
    }
  });
}

test('a server function does not send anyone to where they came from, and puts no words into pages', async ({ site }) => {
  const body = { method: 'POST', body: JSON.stringify({ course_id: 'x', liked: true }) };
  const headers = { 'content-type': 'application/json', accept: 'text/html', referer: `${EVIL}/`, origin: site.origin };
  const answer = await send(`${site.origin}/api/actions/set_like`, { ...body, headers });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect(answer.headers.location).toBeUndefined();

  const words = 'call-this-number-now';
  const page = await send(`${site.origin}/sign-in?__path=%2Fapi%2Factions%2Fsign_in&__err=${words}&done=${words}`);
  expect(page.status).toBe(200);
  // the link to the same page in the other language repeats the address, and nothing else does
  expect(page.text.replaceAll(/href="[^"]*"/g, '')).not.toContain(words);
});

function signUp(): Record<string, string> {
  const { email, password, displayName } = newPerson();
  return { email, password, display_name: displayName };
}
