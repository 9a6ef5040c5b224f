// The gateway in front of two processes on one database: old paths, streams, other sites' pages, HTTP/2, and replacing both.
import { randomUUID } from 'node:crypto';
import { connect, type ClientHttp2Session } from 'node:http2';
import { join } from 'node:path';
import { EventStream } from '../../support/event-stream.ts';
import { newCourse } from '../../support/course.ts';
import { expect, test as base } from '../../support/fixtures.ts';
import { freePort, Gateway } from '../../support/gateway.ts';
import { send } from '../../support/http.ts';
import { newPerson } from '../../support/person.ts';
import { RestAccount } from '../../support/rest.ts';
import { DulleServer } from '../../support/server.ts';

const PARTNER = 'https://partner.example';

interface Setting {
  /** It has the database, and is asked for what comes without a gateway. */
  first: DulleServer;
  /** Those behind the gateway, which may go. */
  behind: DulleServer[];
  gateway: Gateway;
}

const test = base.extend<object, { setting: Setting }>({
  setting: [
    async ({}, use, worker) => {
      const log = (name: string) => join(worker.project.outputDir, `gateway-${name}-${worker.workerIndex}.log`);
      const first = await DulleServer.started(log('first'), { demo: true });
      const second = async (name: string) => DulleServer.started(log(name), { demo: false, database: first.database });
      const behind = [await second('one'), await second('two')];
      const gateway = await Gateway.started(log('nginx'), { upstreams: behind.map(({ origin }) => origin), origins: [PARTNER] });
      await use({ first, behind, gateway });
      await gateway.stop();
      for (const server of behind) await server.dispose();
      await first.dispose();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
});

// They share servers, some of which go and come back.
test.describe.configure({ mode: 'default' });

test('the first design’s paths answer as ours do', async ({ setting: { first, gateway } }) => {
  const host = await RestAccount.open(gateway.origin, newPerson());
  const customer = await RestAccount.open(gateway.origin, newPerson());
  const course = await host.writeAndPublish(newCourse());
  await customer.ask('PUT', `/courses/${course}/bookmark`, 200);
  const same = async (account: RestAccount, old: string, ours: string) => {
    const headers = { authorization: `Bearer ${account.token}` };
    const [through, direct] = [await send(gateway.origin + old, { headers }), await send(`${first.origin}/api/v1${ours}`, { headers })];
    expect(through.status, old).toBe(200);
    expect(through.headers['content-type'], old).toBe('application/json');
    expect(JSON.parse(through.text), old).toEqual(JSON.parse(direct.text));
    expect(through.headers.etag, old).toBe(direct.headers.etag);
  };
  await same(host, '/schedules?limit=3&sort=new', '/viewpages?limit=3&sort=new');
  await same(host, `/schedules/${course}`, `/courses/${course}`);
  await same(host, '/scheduleViews?q=%EC%84%9C%EC%9A%B8', '/viewpages?q=%EC%84%9C%EC%9A%B8');
  await same(host, `/scheduleViews/${course}`, `/viewpages/${course}`);
  await same(customer, '/communications?limit=5', '/me/bookmarks?limit=5');
  await same(customer, `/communications/${course}/comments`, `/courses/${course}/comments`);
  await same(customer, '/messages?limit=5', '/me/messages?limit=5');

  const call = (account: RestAccount, method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
    send(gateway.origin + path, {
      method,
      headers: { authorization: `Bearer ${account.token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const registered = await call(host, 'POST', '/schedules', { title: '새 길', region: 'seoul', stops: [] });
  expect(registered.status).toBe(201);
  const { id } = JSON.parse(registered.text) as { id: string };
  expect((await call(host, 'PUT', `/schedules/${id}`, { title: '다른 길', region: 'busan', stops: [] }, { 'if-match': '"1"' })).status).toBe(200);
  expect((await call(host, 'DELETE', `/schedules/${id}`)).status).toBe(204);
  expect(JSON.parse((await call(customer, 'PUT', `/communications/${course}/like`)).text)).toEqual({ liked: true, likes: 1 });
  const review = JSON.parse((await call(customer, 'POST', `/schedules/${course}/reviews`, { rating: 4, body: '좋아요' })).text) as { id: string };
  expect((await call(customer, 'PUT', `/reviews/${review.id}`, { rating: 5, body: '아주 좋아요' })).status).toBe(200);
  expect((await call(customer, 'DELETE', `/reviews/${review.id}`)).status).toBe(204);
  expect((await call(customer, 'POST', '/messages/read-all')).status).toBe((await customer.try('POST', '/me/messages/read-all')).status);

  for (const neighbour of ['/schedulesque', '/reviewsque', '/messagesque', '/communicationsque', '/scheduleViewsque']) {
    const answer = await send(gateway.origin + neighbour);
    expect([answer.status, answer.headers['content-type']], neighbour).toEqual([404, 'text/html; charset=utf-8']);
  }
  for (const inner of ['/internal', '/internal/events']) expect((await send(gateway.origin + inner)).status, inner).toBe(404);
});

test('events of a stream come while it is open', async ({ setting: { first, gateway } }) => {
  const host = await RestAccount.open(first.origin, newPerson());
  const customer = await RestAccount.open(first.origin, newPerson());
  const course = await host.writeAndPublish(newCourse());
  const stream = await EventStream.open(`${gateway.origin}/api/v1/live?course=${course}`);
  expect(stream.headers['content-type']).toMatch(/^text\/event-stream/);
  expect(stream.headers['content-encoding']).toBeUndefined();
  expect((await stream.next())?.name).toBe('snapshot');
  for (const likes of [1, 0, 1]) {
    await (likes === 1 ? customer.like(course) : customer.unlike(course));
    expect(await stream.next()).toMatchObject({ name: 'counts', data: { course_id: course, counts: { likes } } });
  }
  stream.close();
});

/** One request over a connection of HTTP/2; `until` says whether what has come of its body is enough. */
function over2(session: ClientHttp2Session, headers: Record<string, string>, until: (text: string) => boolean): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers);
    let [status, text] = [0, ''];
    const done = () => resolve({ status, text });
    stream.on('response', (answer) => (status = Number(answer[':status'])));
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (until(text)) {
        done();
        stream.close();
      }
    });
    stream.on('end', done);
    stream.on('error', reject);
  });
}

test('browsers get HTTP/2: a page, and a stream beside it on the same connection', async ({ setting: { first, gateway } }) => {
  const host = await RestAccount.open(first.origin, newPerson());
  const course = await host.writeAndPublish(newCourse());
  const session = connect(gateway.secureOrigin, { rejectUnauthorized: false });
  const live = over2(session, { ':path': `/api/v1/live?course=${course}` }, (text) => text.includes('event: counts'));
  const page = await over2(session, { ':path': `/courses/${course}` }, () => false);
  expect(session.alpnProtocol).toBe('h2');
  expect(page.status).toBe(200);
  expect(page.text).toMatch(/<\/html>$/);
  await host.like(course);
  expect((await live).text).toContain('"likes":1');
  session.close();
});

test('pages of listed sites may use REST with a token; of others, and with a cookie, they may not', async ({ setting: { gateway } }) => {
  const account = await RestAccount.open(gateway.origin, newPerson());
  const body = JSON.stringify({ title: '다른 곳에서', region: 'jeju', stops: [] });
  const ask = (origin: string, method: string, headers: Record<string, string> = {}, path = '/api/v1/courses') =>
    send(gateway.origin + path, { method, headers: { origin, 'content-type': 'application/json', ...headers }, ...(method === 'POST' ? { body } : {}) });
  const token = { authorization: `Bearer ${account.token}` };

  const preflight = await ask(PARTNER, 'OPTIONS', { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' });
  expect(preflight.status).toBe(204);
  expect(preflight.headers['access-control-allow-origin']).toBe(PARTNER);
  expect(preflight.headers['access-control-allow-methods']?.split(', ')).toEqual(['GET', 'POST', 'PUT', 'DELETE']);
  expect(preflight.headers['access-control-allow-headers']?.toLowerCase()).toContain('authorization');
  const written = await ask(PARTNER, 'POST', { ...token, 'sec-fetch-site': 'cross-site' });
  expect([written.status, written.headers['access-control-allow-origin']]).toEqual([201, PARTNER]);
  expect(written.headers['access-control-expose-headers']).toContain('Location');
  expect(written.headers.vary).toContain('Origin');
  const refused = await ask(PARTNER, 'POST', { cookie: account.cookie });
  expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, PARTNER]);

  for (const other of ['https://evil.example', `${PARTNER}.evil.example`, 'http://partner.example', 'null']) {
    const asked = await ask(other, 'OPTIONS', { 'access-control-request-method': 'POST' });
    const posted = await ask(other, 'POST', token);
    expect(posted.status, other).toBe(403);
    const read = await ask(other, 'GET', {}, '/api/v1/viewpages?limit=1');
    for (const answer of [asked, posted, read]) {
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-')), other).toEqual([]);
    }
    expect(read.headers.vary, other).toContain('Origin');
  }
  for (const answer of [preflight, written, refused]) expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  const page = await ask(PARTNER, 'GET', {}, '/');
  expect(page.headers['access-control-allow-origin']).toBeUndefined();
  // The site's own pages go on as before, cookie and all.
  expect((await ask(gateway.origin, 'POST', { cookie: account.cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(201);
});

test('a case has one id, the client’s or a new one', async ({ setting: { gateway } }) => {
  const given = randomUUID();
  const kept = await send(`${gateway.origin}/api/v1/viewpages?limit=1`, { headers: { 'x-correlation-id': given } });
  expect(kept.headers['x-correlation-id']).toBe(given);
  for (const wrong of ['', 'x', `${given}x`, '"><script>']) {
    const made = await send(`${gateway.origin}/api/v1/viewpages?limit=1`, { headers: { 'x-correlation-id': wrong } });
    expect(made.headers['x-correlation-id']).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(made.headers['x-correlation-id']).not.toBe(given);
  }
});

test('what is larger than anything we take goes no further', async ({ setting: { gateway } }) => {
  const answer = await send(`${gateway.origin}/api/v1/courses`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: 'x'.repeat(1_100_000) });
  expect(answer.status).toBe(413);
});

/** All events after the snapshot that a stream begins with, until two like the course, over as many connections as it takes. */
async function followed(url: string, begun: EventStream, snapshot: string): Promise<{ ids: number[]; connections: number }> {
  let last = snapshot;
  const ids: number[] = [];
  for (let [stream, connections] = [begun, 1]; ; stream = await EventStream.open(url, { 'last-event-id': last }), connections++) {
    for (let event = await stream.next(); event !== undefined; event = await stream.next()) {
      if (event.name === 'resync' || event.name === 'snapshot') throw new Error(`${event.name}: what was missed was not told`);
      last = event.id;
      ids.push(Number(last));
      if ((event.data as { counts?: { likes: number } }).counts?.likes === 2) {
        stream.close();
        return { ids, connections };
      }
    }
  }
}

test('both are replaced under load: every request is answered, every stream goes on without a gap', async ({ setting: { first, behind, gateway } }) => {
  const host = await RestAccount.open(first.origin, newPerson());
  const course = await host.writeAndPublish(newCourse());
  const customer = await RestAccount.open(gateway.origin, newPerson());
  const live = `${gateway.origin}/api/v1/live?course=${course}`;
  const streams = await Promise.all(Array.from({ length: 6 }, () => EventStream.open(live)));
  const snapshots = await Promise.all(streams.map(async (stream) => (await stream.next())?.id ?? ''));
  const followers = streams.map((stream, which) => followed(live, stream, snapshots[which] ?? ''));
  const answers = new Map<string, number>();
  const count = (what: string) => answers.set(what, (answers.get(what) ?? 0) + 1);
  let [over, comments] = [false, 0];
  const asking = async (what: string, ask: () => Promise<string>) => {
    while (!over) count(`${what} ${await ask().catch(String)}`);
  };
  const load = [
    ...Array.from({ length: 8 }, () =>
      asking('page', async () => {
        const { status, text } = await send(`${gateway.origin}/courses/${course}`);
        return `${status} ${text.endsWith('</html>') ? 'whole' : 'torn'}`;
      }),
    ),
    ...Array.from({ length: 4 }, () => asking('list', async () => String((await send(`${gateway.origin}/api/v1/viewpages?limit=5`)).status))),
    asking('like', async () => String((await customer.try('PUT', `/courses/${course}/like`)).status)),
    asking('comment', async () => String((await customer.try('POST', `/courses/${course}/comments`, { body: `${comments++}` })).status)),
  ];
  for (const server of [...behind, ...behind]) {
    await server.stop();
    await server.start();
  }
  over = true;
  await Promise.all(load);
  expect([...answers.keys()].sort()).toEqual(['comment 201', 'like 200', 'list 200', 'page 200 whole']);
  const seen = await customer.ask<{ counts: { comments: number } }>('GET', `/viewpages/${course}`, 200);
  expect(seen.counts.comments, 'nothing lost, nothing twice').toBe(comments);

  await host.like(course);
  const [one, ...others] = await Promise.all(followers);
  expect(one?.ids).toEqual([...new Set(one?.ids)].sort((a, b) => a - b));
  for (const other of others) expect(other.ids).toEqual(one?.ids);
  expect(Math.max(one?.connections ?? 0, ...others.map(({ connections }) => connections)), 'streams were moved').toBeGreaterThan(1);
});

test('one that is dead is passed over; when all are, people and programs are told to come again', async ({ setting: { first } }, { outputDir }) => {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const half = await Gateway.started(join(outputDir, 'half.log'), { upstreams: [nobody, first.origin] });
  for (let times = 0; times < 20; times++) expect((await send(`${half.origin}/api/v1/viewpages?limit=1`)).status).toBe(200);
  const account = await RestAccount.open(half.origin, newPerson());
  for (let times = 0; times < 10; times++) await account.ask('POST', '/courses', 201, { title: `길 ${times}`, region: 'seoul', stops: [] });
  await half.stop();

  const none = await Gateway.started(join(outputDir, 'none.log'), { upstreams: [nobody], origins: [PARTNER] });
  const rest = await send(`${none.origin}/schedules`, { headers: { origin: PARTNER } });
  expect([rest.status, rest.headers['content-type'], rest.headers['retry-after']]).toEqual([503, 'application/problem+json', '2']);
  expect(JSON.parse(rest.text)).toMatchObject({ status: 503, code: 'unavailable' });
  expect(rest.headers['access-control-allow-origin']).toBe(PARTNER);
  const page = await send(`${none.origin}/courses/1`);
  expect([page.status, page.headers['content-type'], page.headers['cache-control']]).toEqual([503, 'text/html; charset=utf-8', 'no-store']);
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  await none.stop();
});
