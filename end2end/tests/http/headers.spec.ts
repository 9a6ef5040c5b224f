// What answers carry besides their bodies.
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { newCourse } from '../../support/course.ts';
import { expect, test } from '../../support/fixtures.ts';
import { form, send } from '../../support/http.ts';
import { newPerson } from '../../support/person.ts';
import { RestAccount } from '../../support/rest.ts';
import { isDebugBuild } from '../../support/server.ts';

const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'cross-origin-opener-policy': 'same-origin',
};

function directives(policy: string): Map<string, string[]> {
  const parts = policy.split(';').map((part) => part.trim().split(/\s+/));
  return new Map(parts.map(([name = '', ...sources]) => [name, sources]));
}

/** The scripts, style sheets and wasm that a page names. */
function assets(html: string): string[] {
  const paths = html.matchAll(/(?:href|src)="(\/pkg\/[^"]+)"/g);
  return [...new Set([...paths].map(([, path]) => path ?? ''))];
}

for (const language of ['ko', 'en'] as const) {
  test.describe(language, () => {
    test.use({ language });

    test('every page has a policy with a nonce of its own, and runs nothing else', async ({ site }) => {
      const account = await RestAccount.open(site.origin, newPerson());
      const id = await account.writeAndPublish(newCourse());
      const headers = { cookie: account.cookie };
      const nonces = new Set<string>();
      const paths = ['/', `/courses/${id}`, '/sign-in', '/sign-up', '/host/courses', '/host/courses/new', `/host/courses/${id}/edit`, '/nowhere'];
      for (const path of paths) {
        // who is signed in is sent away from these two
        const answer = await send(site.url(path), path.startsWith('/sign') ? {} : { headers });
        expect(answer.headers, path).toMatchObject(ALWAYS);
        const policy = directives(answer.headers['content-security-policy']?.toString() ?? '');
        for (const [name, sources] of policy) {
          expect(sources, `${path}: ${name}`).not.toContain("'unsafe-inline'");
          expect(sources, `${path}: ${name}`).not.toContain("'unsafe-eval'");
        }
        expect(policy.get('default-src'), path).toEqual(["'none'"]);
        expect(policy.get('frame-ancestors'), path).toEqual(["'none'"]);
        expect(policy.get('base-uri'), path).toEqual(["'none'"]);
        const nonce = policy.get('script-src')?.find((source) => source.startsWith("'nonce-"))?.slice("'nonce-".length, -1) ?? '';
        expect(nonce.length, path).toBeGreaterThanOrEqual(16);
        nonces.add(nonce);
        const scripts = [...answer.text.matchAll(/<script\b([^>]*)>/g)].map(([, attributes]) => attributes ?? '');
        for (const script of scripts) expect(script, path).toContain(`nonce="${nonce}"`);
        expect(answer.text, path).not.toMatch(/<[^>]+\s(?:style|on[a-z]+)=/);
        expect(answer.headers['cache-control'], path).toMatch(/private|no-store/);
      }
      expect(nonces.size).toBe(paths.length);
    });
  });
}

test('script, wasm and style never have to be asked for twice', async ({ site }) => {
  const page = await send(site.url('/'));
  const paths = assets(page.text);
  expect(paths.map((path) => path.split('.').at(-1)).sort()).toEqual(['css', 'js', 'js', 'wasm']);
  const types: Record<string, RegExp> = { css: /^text\/css/, js: /^(text|application)\/javascript/, wasm: /^application\/wasm/ };
  for (const path of paths) {
    const answer = await send(site.origin + path);
    expect(answer.status, path).toBe(200);
    expect(path, 'its name changes with its content').toMatch(/\/(dulle|__wasm_split)\.[\w-]{8,}\.(css|js|wasm)$/);
    expect(answer.headers['cache-control'], path).toBe('public, max-age=31536000, immutable');
    expect(answer.headers['content-type'], path).toMatch(types[path.split('.').at(-1) ?? ''] ?? /^$/);
    expect(answer.headers, path).toMatchObject(ALWAYS);
    expect(answer.headers['content-encoding'], path).toBeUndefined();
  }
  const missing = await send(`${site.origin}/pkg/dulle.00000000.js`);
  expect(missing.status).toBe(404);
  expect(missing.headers['cache-control']).not.toContain('immutable');
});

test('script, wasm and style come compressed to whoever takes brotli', async ({ site }) => {
  test.skip(isDebugBuild, 'a debug build compresses nothing');
  const paths = assets((await send(site.url('/'))).text);
  let total = 0;
  for (const path of paths) {
    const plain = await send(site.origin + path);
    const compressed = await send(site.origin + path, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(compressed.headers['content-encoding'], path).toBe('br');
    expect(compressed.headers['content-type'], path).toBe(plain.headers['content-type']);
    expect(compressed.headers['cache-control'], path).toBe('public, max-age=31536000, immutable');
    expect(compressed.headers.vary ?? '', path).toMatch(/accept-encoding/i);
    expect(brotliDecompressSync(compressed.body).equals(plain.body), path).toBe(true);
    total += compressed.body.length;
  }
  expect(total, 'bytes of the first load').toBeLessThanOrEqual(170 * 1024);
});

test('pages and feeds come compressed to whoever takes gzip, and nothing else does', async ({ site }) => {
  const host = await RestAccount.open(site.origin, newPerson());
  const course = `/courses/${await host.writeAndPublish(newCourse())}`;
  await expect.poll(async () => (await send(site.origin + course)).status).toBe(200);
  const gzip = { headers: { 'accept-encoding': 'br, gzip' } };
  const ends: [string, RegExp][] = [['/', /<\/html>$/], [course, /<\/html>$/], ['/sign-in', /<\/html>$/], ['/feed.atom', /<\/feed>\s*$/]];
  for (const [path, end] of ends) {
    const plain = await send(site.origin + path);
    expect(plain.headers['content-encoding'], path).toBeUndefined();
    expect(plain.headers.vary ?? '', path).toMatch(/accept-encoding/i);
    const compressed = await send(site.origin + path, gzip);
    expect(compressed.headers['content-encoding'], path).toBe('gzip');
    expect(compressed.headers['content-type'], path).toBe(plain.headers['content-type']);
    expect(gunzipSync(compressed.body).toString('utf8'), path).toMatch(end);
    expect(compressed.body.length, path).toBeLessThan(plain.body.length / 2);
  }
  for (const path of ['/api/v1/viewpages', `${course}/picture.png`, `${course}/course.gpx`]) {
    expect((await send(site.origin + path, gzip)).headers['content-encoding'], path).toBeUndefined();
  }
});

test('what has been done is not answered as if nobody could read it', async ({ site }) => {
  for (const taken of ['br, *;q=0', 'identity;q=0', 'gzip;q=0, identity;q=0']) {
    const person = newPerson();
    await RestAccount.open(site.origin, person);
    const sent = form({ email: person.email, password: person.password, next: '' });
    const answer = await send(site.url('/sign-in'), { ...sent, headers: { ...sent.headers, 'accept-encoding': taken } });
    expect(answer.status, taken).toBe(303);
    expect(answer.headers['content-encoding'], taken).toBeUndefined();
  }
});

test('the session cookie is out of reach of scripts and other sites', async ({ site }) => {
  const person = newPerson();
  await RestAccount.open(site.origin, person);
  const answer = await send(site.url('/sign-in'), form({ email: person.email, password: person.password, next: '' }));
  expect(answer.status).toBe(303);
  const cookie = answer.headers['set-cookie']?.[0] ?? '';
  expect(cookie).toMatch(/^dulle=[^;]{20,};/);
  for (const attribute of ['Path=/', 'HttpOnly', 'SameSite=Lax']) expect(cookie.split('; ')).toContain(attribute);
  expect(cookie, 'only a secure origin may ask for this').not.toContain('Secure');
});
