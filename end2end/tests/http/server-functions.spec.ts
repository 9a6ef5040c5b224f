// Every server function that the browser's wasm names, called by those who may not: nothing changes.
import { newCourse } from '../../support/course.ts';
import { expect, test } from '../../support/fixtures.ts';
import { send } from '../../support/http.ts';
import { newPerson } from '../../support/person.ts';
import { RestAccount, view } from '../../support/rest.ts';
import type { Site } from '../../support/site.ts';

/** The paths in the wasm, whose strings stand side by side: each is cut where a letter that no name has follows. */
async function functions(site: Site): Promise<string[]> {
  const page = (await send(site.url('/'))).text;
  const wasm = /\/pkg\/[^"']+\.wasm/.exec(page)?.[0] ?? '';
  const bytes = (await send(site.origin + wasm)).body.toString('latin1');
  return [...new Set([...bytes.matchAll(/\/api\/actions\/([a-z_]+)/g)].map((match) => match[0]))];
}

test('server functions do nothing for nobody, by GET, from another site, or to what is someone else\'s', async ({ site }) => {
  const host = await RestAccount.open(site.origin, newPerson());
  const course = await host.writeAndPublish(newCourse());
  const draft = await host.write(newCourse());
  const stranger = await RestAccount.open(site.origin, newPerson());
  const before = [await view(site.origin, course), await host.course(course), await host.course(draft)];
  const paths = await functions(site);
  expect(paths, 'the like is one of them').toContainEqual(expect.stringContaining('set_like'));

  for (const path of paths) {
    for (const id of [course, draft]) {
      const fields = { course_id: id, id, liked: true, bookmarked: true, course: { title: '내 것', region: 'seoul', stops: [] }, body: '내 말', rating: 1 };
      const json = { 'content-type': 'application/json' };
      const body = JSON.stringify(fields);
      const asNobody = await send(site.origin + path, { method: 'POST', headers: { ...json, origin: site.origin }, body });
      const elsewhere = await send(site.origin + path, { method: 'POST', headers: { ...json, origin: 'http://evil.example', cookie: host.cookie }, body });
      const byGet = await send(`${site.origin}${path}?course_id=${id}&liked=true&bookmarked=true`, { headers: { cookie: host.cookie } });
      for (const answer of [asNobody, elsewhere, byGet]) {
        expect(answer.status, `${path}: ${answer.text}`).toBeGreaterThanOrEqual(400);
        expect(answer.status, path).toBeLessThan(500);
      }
    }
    // what is not published is nobody's business
    const fields = JSON.stringify({ course_id: draft, id: draft, liked: true, bookmarked: true });
    const wrong = await send(site.origin + path, { method: 'POST', headers: { 'content-type': 'application/json', origin: site.origin, cookie: stranger.cookie }, body: fields });
    expect(wrong.status, `${path}: ${wrong.text}`).toBeGreaterThanOrEqual(400);
  }
  expect([await view(site.origin, course), await host.course(course), await host.course(draft)]).toEqual(before);
});
