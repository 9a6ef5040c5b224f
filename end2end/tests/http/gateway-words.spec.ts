// What processes behind the gateway are told, and what they are asked a second time: seen by stand-ins for them.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '../../support/fixtures.ts';
import { Gateway } from '../../support/gateway.ts';
import { send } from '../../support/http.ts';

interface Heard {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
}

/** A stand-in that notes what it hears, and answers or hangs up. */
async function standIn(answers: boolean): Promise<{ origin: string; heard: Heard[]; server: Server }> {
  const heard: Heard[] = [];
  const server = createServer((incoming, outgoing) => {
    heard.push({ method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers });
    if (answers) outgoing.end('heard');
    else incoming.socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard, server };
}

test('the client’s address and the public name are passed on, and nothing that a client made up', async ({}, { outputDir }) => {
  const { origin, heard, server } = await standIn(true);
  const gateway = await Gateway.started(join(outputDir, 'nginx.log'), { upstreams: [origin], origins: ['https://partner.example'] });
  const made = { 'x-forwarded-for': '203.0.113.66', 'x-forwarded-proto': 'https', host: 'dulle.example', cookie: 'dulle=1' };
  await send(`${gateway.origin}/schedules/1?a=%20b`, { headers: made });
  await send(`${gateway.origin}/api/v1/me`, { headers: { ...made, origin: 'https://partner.example', 'sec-fetch-site': 'cross-site' } });
  await send(`${gateway.origin}/api/v1/me`, { headers: { ...made, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } });
  const [own, partner, evil] = heard;
  expect(own).toMatchObject({
    url: '/api/v1/courses/1?a=%20b',
    headers: { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http', host: 'dulle.example', cookie: 'dulle=1' },
  });
  expect(own?.headers['x-correlation-id']).toMatch(/^[0-9a-f]{32}$/);
  for (const name of ['cookie', 'origin', 'sec-fetch-site']) expect(partner?.headers[name], name).toBeUndefined();
  expect(evil?.headers).toMatchObject({ cookie: 'dulle=1', origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
  await gateway.stop();
  server.close();
});

test('only what may be sent twice is sent again after somebody has hung up', async ({}, { outputDir }) => {
  for (const [method, times] of [['GET', 2], ['PUT', 2], ['DELETE', 2], ['POST', 1]] as const) {
    const two = [await standIn(false), await standIn(false)];
    const gateway = await Gateway.started(join(outputDir, `${method}.log`), { upstreams: two.map(({ origin }) => origin) });
    const answer = await send(`${gateway.origin}/api/v1/courses/1`, { method, headers: { 'content-type': 'application/json' }, body: '{}' });
    expect(answer.status, method).toBe(503);
    expect(two.flatMap(({ heard }) => heard).map(({ method }) => method), method).toEqual(Array.from({ length: times }, () => method));
    await gateway.stop();
    for (const { server } of two) server.close();
  }
});
