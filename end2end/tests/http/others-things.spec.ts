// Whatever the interface offers, tried by someone else on what is not theirs: nothing changes.
import { newCourse } from '../../support/course.ts';
import { expect, test } from '../../support/fixtures.ts';
import { send } from '../../support/http.ts';
import { newPerson } from '../../support/person.ts';
import { RestAccount, view } from '../../support/rest.ts';
import type { Site } from '../../support/site.ts';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
type Description = { paths: Record<string, Partial<Record<(typeof METHODS)[number], unknown>>> };

/** What the stranger may do like anyone else; it is the stranger's own. */
const ANYONES = [/\/(like|bookmark)$/, /^post \/courses\/\{id\}\/(comments|reviews)$/];

interface Owned {
  host: RestAccount;
  customer: RestAccount;
  course: string;
  draft: string;
  review: string;
  comment: string;
  messages: string[];
}

async function own(site: Site): Promise<Owned> {
  const host = await RestAccount.open(site.origin, newPerson());
  const customer = await RestAccount.open(site.origin, newPerson());
  const course = await host.writeAndPublish(newCourse());
  const draft = await host.write(newCourse());
  await customer.like(course);
  await customer.ask('PUT', `/courses/${course}/bookmark`, 200);
  const review = await customer.ask<{ id: string }>('POST', `/courses/${course}/reviews`, 201, { rating: 4, body: '좋았어요' });
  const comment = await customer.ask<{ id: string }>('POST', `/courses/${course}/comments`, 201, { body: '비가 와도 될까요?' });
  const received = () => host.ask<{ items: { id: string }[] }>('GET', '/me/messages', 200);
  await expect.poll(async () => (await received()).items.length).toBe(3);
  return { host, customer, course, draft, review: review.id, comment: comment.id, messages: (await received()).items.map((message) => message.id) };
}

/** Everything that the two people of `owned` see of their own. */
async function everything(site: Site, { host, customer, course, draft }: Owned): Promise<unknown> {
  const paths = ['/me', '/me/courses', '/me/messages', '/me/bookmarks', '/me/message-settings', `/courses/${course}`];
  const seen = [await view(site.origin, course), await host.course(draft)];
  for (const account of [host, customer]) for (const path of paths) seen.push(await account.ask('GET', path, 200));
  return seen;
}

for (const who of ['a stranger', 'nobody'] as const) {
  test(`every call by ${who} on another's things`, async ({ site }) => {
    const owned = await own(site);
    const before = await everything(site, owned);
    const { paths } = JSON.parse((await send(`${site.origin}/api/v1/openapi.json`)).text) as Description;
    const stranger = await RestAccount.open(site.origin, newPerson());
    const token: Record<string, string> = who === 'nobody' ? {} : { authorization: `Bearer ${stranger.token}` };
    const body = JSON.stringify({ title: '내 것', region: 'seoul', stops: [], rating: 1, body: '내 말' });
    let tried = 0;
    for (const [path, methods] of Object.entries(paths)) {
      const things = path.startsWith('/reviews') ? [owned.review] : path.startsWith('/comments') ? [owned.comment] : path.startsWith('/me/messages') ? owned.messages : [owned.course, owned.draft];
      if (!path.includes('{')) continue;
      for (const method of METHODS.filter((one) => methods[one] !== undefined && one !== 'get')) {
        if (who === 'a stranger' && ANYONES.some((pattern) => pattern.test(`${method} ${path}`))) continue;
        for (const thing of things) {
          const address = `${site.origin}/api/v1${path.replace(/\{[^}]+\}/, thing)}`;
          const answer = await send(address, { method: method.toUpperCase(), headers: { 'content-type': 'application/json', ...token }, body });
          expect([401, 403, 404], `${method} ${path}: ${answer.text}`).toContain(answer.status);
          tried += 1;
        }
      }
    }
    expect(tried).toBeGreaterThan(10);
    expect(await everything(site, owned)).toEqual(before);
  });
}
