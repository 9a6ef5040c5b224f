// Brings a page into one of its states.
import { test as base, expect } from '../fixtures.ts';
import { ORIGIN } from '../global-setup.ts';
import { form, send, type Sent } from '../http.ts';
import type { Site } from '../site.ts';
import type { Visitor } from '../visitor.ts';
import { layOutWhole } from '../whole.ts';
import { refusals, stateOf, type State } from './states.ts';
import { newWorld, type World } from './world.ts';

export { expect };

interface Fixtures {
  /** Opens the page in the state of this name. */
  bring: (name: string) => Promise<State>;
}

export const test = base.extend<Fixtures, { world: World }>({
  world: [
    async ({}, use) => {
      const origin = process.env[ORIGIN];
      if (origin === undefined) throw new Error('the suite has no server');
      await use(await newWorld(origin));
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  bring: async ({ visitor, guard, world }, use) =>
    use(async (name) => {
      const state = stateOf(world, name);
      guard.expectStatus(...refusals(state));
      await carrySession(visitor, world, state);
      if (state.name.endsWith('network gone')) guard.expectComplaint(/ERR_INTERNET_DISCONNECTED/);
      await arrive(visitor, state);
      await state.deed?.(visitor);
      await layOutWhole(visitor.page);
      return state;
    }),
});

async function carrySession({ page, site }: Visitor, { people }: World, { who }: State): Promise<void> {
  if (who === 'stranger') return;
  const [name, value] = people[who].cookie.split('=') as [string, string];
  await page.context().addCookies([{ name, value, url: site.origin, httpOnly: true, sameSite: 'Lax' }]);
}

async function arrive(visitor: Visitor, { path, status, sent, heading }: State): Promise<void> {
  const { page, site, words } = visitor;
  if (sent) {
    // From a page of ours without a style sheet: from one with it, the browser would show a transition, and complain where a
    // machine is too slow for it.
    await page.goto(`${site.origin}/robots.txt`);
    const answer = page.waitForResponse((response) => response.request().isNavigationRequest() && response.request().method() === 'POST');
    const live = isLive(visitor, page.waitForEvent('load'));
    await page.evaluate(submit, { to: site.href(sent.to), fields: sent.fields });
    expect((await answer).status()).toBe(status);
    await live;
  } else {
    let answered = 0;
    await isLive(visitor, page.goto(site.url(path)).then((response) => (answered = response?.status() ?? 0)));
    expect(answered).toBe(status);
  }
  if ((await page.locator('#course-form').count()) > 0) await visitor.form.isTakenOver();
  const expected = heading(words);
  if (expected !== undefined) await expect(page.getByRole('heading', { level: 1 })).toHaveText(expected);
}

/** Islands that have nothing to hear of the server by themselves. */
const SILENT = ['FoundNews', 'LiveStatus'].map((name) => `[data-component^="${name}"]`).join();

/** Waits for the page, and where it has islands, until they are there and the server talks to those that listen. */
async function isLive(visitor: Visitor, loaded: Promise<unknown>): Promise<void> {
  await loaded;
  const count = (islands: string) => visitor.page.locator(islands).count();
  if ((await count(`leptos-island:not(${SILENT})`)) > 0) await visitor.isLive();
  else if ((await count('leptos-island')) > 0) await visitor.isHydrated();
}

/** Sends a form as a page of ours would. */
function submit({ to, fields }: { to: string; fields: [string, string][] }): void {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = to;
  for (const [name, value] of fields) {
    const field = document.createElement('input');
    field.type = 'hidden';
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}

/** The page as the server sends it, without a browser. */
export async function html(site: Site, world: World, { who, path, status, sent }: State): Promise<string> {
  const session: Record<string, string> = who === 'stranger' ? {} : { cookie: world.people[who].cookie };
  const ask = async (to: string, what: Sent): Promise<string> => {
    const answer = await send(new URL(to, site.origin).href, { ...what, headers: { ...what.headers, ...session, origin: site.origin } });
    const { location } = answer.headers;
    if (location !== undefined) return ask(location, {});
    expect(answer.status, to).toBe(status);
    return answer.text;
  };
  return ask(site.href(sent?.to ?? path), sent ? form(Object.fromEntries(sent.fields)) : {});
}
