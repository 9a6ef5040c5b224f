// Finding courses without leaving the page.
import type { Page } from '@playwright/test';
import { newCourse, newStop, type CourseText } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import { send } from '../support/http.ts';
import { newPerson } from '../support/person.ts';
import { RestAccount } from '../support/rest.ts';
import { Site } from '../support/site.ts';
import type { Visitor } from '../support/visitor.ts';
import { phrase } from '../support/words.ts';

/** Requests for pages of courses, in the order in which they were made. */
function searches(page: Page): string[] {
  const seen: string[] = [];
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (request.resourceType() === 'fetch' && ['/', '/en'].includes(pathname)) seen.push(decodeURIComponent(search));
  });
  return seen;
}

async function publish(origin: string, ...courses: CourseText[]): Promise<string[]> {
  const host = await RestAccount.open(origin, newPerson());
  const ids: string[] = [];
  for (const course of courses) ids.push(await host.writeAndPublish(course));
  return ids;
}

/** A course with this word in its title alone. */
function courseOf(word: string, change: Partial<CourseText> = {}): CourseText {
  const course = newCourse();
  return { ...course, title: `${word} ${course.title}`, ...change };
}

/** A word that no other course has: letters and digits are searched for by the beginning of a word. */
const newWord = () => `z${crypto.randomUUID().replaceAll('-', '').slice(0, 11)}`;

test('courses are found as one types, and the address says what was asked for', async ({ visitor, site }) => {
  const word = newWord();
  const [one, other] = [courseOf(word), courseOf(newWord())];
  await publish(site.origin, one, other);
  await visitor.openLive('/');
  const { discover, page } = visitor;
  await expect(discover.link(other.title)).toBeVisible();
  const before = await page.evaluate(() => history.length);

  await discover.words.pressSequentially(word);
  await expect(discover.heading).toHaveText(visitor.words.discover.found_one);
  await expect(discover.link(one.title)).toBeVisible();
  await expect(discover.link(other.title)).toHaveCount(0);
  await expect(discover.words).toBeFocused();
  await expect(discover.news.getByRole('status')).toHaveText(visitor.words.discover.found_one);
  expect(discover.asked.get('q')).toBe(word);
  expect(await page.evaluate(() => history.length), 'typing leaves no places to come back to').toBe(before);

  await page.reload();
  await expect(discover.words).toHaveValue(word);
  await expect(discover.link(one.title)).toBeVisible();
});

test('each choice is a place to come back to', async ({ visitor, site }) => {
  const word = newWord();
  const indoors = courseOf(word, { region: 'busan', stops: [{ ...newStop('찻집'), category: 'cafe' }] });
  const outdoors = courseOf(word);
  await publish(site.origin, indoors, outdoors);
  await visitor.openLive(`/?q=${word}`);
  const { discover, page } = visitor;
  await expect(discover.cards).toHaveCount(2);

  await visitor.press(discover.region('busan'));
  await expect(discover.cards).toHaveCount(1);
  await expect(discover.link(indoors.title)).toBeVisible();
  expect(discover.asked.get('region')).toBe('busan');
  await expect(page.locator('#region-seoul .chip-count'), 'counted under the other filters').toHaveText('1');
  await discover.choice('setting').selectOption('outdoor');
  await expect(discover.heading).toHaveText(visitor.words.discover.empty);

  await page.goBack();
  await expect(discover.link(indoors.title)).toBeVisible();
  await expect(discover.choice('setting')).toHaveValue('');
  await expect(discover.region('busan')).toBeChecked();
  await page.goBack();
  await expect(discover.cards).toHaveCount(2);
  await expect(discover.region('')).toBeChecked();
  await page.goForward();
  await expect(discover.cards).toHaveCount(1);
  await page.goForward();
  await expect(discover.choice('setting')).toHaveValue('outdoor');

  const lift = phrase(visitor.words.discover.lift, { what: visitor.words.region.busan });
  await visitor.press(page.getByRole('link', { name: lift }));
  await expect(discover.link(outdoors.title)).toBeVisible();
  await expect(discover.region('')).toBeChecked();
  expect([...discover.asked.keys()]).toEqual(['q', 'setting']);
});

test('a tag is a link there and back', async ({ visitor, site }) => {
  const course = newCourse();
  await publish(site.origin, course);
  const [tag] = course.tags as [string];
  await visitor.openLive(`/?q=${encodeURIComponent(tag)}`);
  const { discover, page } = visitor;
  const link = page.locator('#tags').getByRole('link', { name: `#${tag}` });
  await visitor.press(link);
  await expect(link).toHaveAttribute('aria-current', 'true');
  expect(discover.asked.get('tag')).toBe(tag);
  await discover.words.fill('');
  await expect.poll(() => [...discover.asked.keys()], 'the tag stays').toEqual(['tag']);
  await expect(discover.cards).toHaveCount(1);
  await visitor.press(link);
  await expect.poll(() => [...discover.asked.keys()]).toEqual([]);
  await expect(link).toHaveCount(0);
});

test('Hangul is searched for when it is put together, and Enter while it is not sends nothing', async ({ visitor, site }) => {
  const course = { ...newCourse(), title: `뚝딱이네 골목 ${newWord()}` };
  await publish(site.origin, course);
  await visitor.openLive('/');
  const { discover, page } = visitor;
  const asked = searches(page);
  const keyboard = await page.context().newCDPSession(page);
  const compose = (text: string) => keyboard.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });

  await discover.words.focus();
  for (const text of ['ㄸ', '뚜', '뚝']) await compose(text);
  const before = page.url();
  await page.keyboard.press('Enter');
  // Longer than any pause after which typing is taken for finished; what is not sent can only be waited for.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_200)));
  expect(asked).toEqual([]);
  expect(page.url()).toBe(before);

  await keyboard.send('Input.insertText', { text: '뚝' });
  for (const text of ['ㄸ', '따', '딱']) await compose(text);
  await keyboard.send('Input.insertText', { text: '딱' });
  for (const text of ['ㅇ', '이']) await compose(text);
  await keyboard.send('Input.insertText', { text: '이네' });
  await expect(discover.words).toHaveValue('뚝딱이네');
  await expect.poll(() => discover.asked.get('q')).toBe('뚝딱이네');
  await expect(discover.news.getByRole('status')).not.toBeEmpty();
  await expect(discover.link(course.title)).toBeVisible();
  expect(asked.at(-1)).toBe('?q=뚝딱이네');
  expect(asked.some((search) => /[ㄱ-ㅎ]/.test(search)), 'never a part of a syllable').toBe(false);
});

test('what is written in parts of syllables is found by whole ones, and the other way round', async ({ visitor, site }) => {
  const word = newWord();
  const [parts, whole] = [courseOf(word), courseOf(word)].map((course, index) => ({ ...course, title: `돌담길${index} ${course.title}` }));
  if (!parts || !whole) throw new Error('two courses');
  await publish(site.origin, { ...parts, title: parts.title.normalize('NFD') }, whole);
  for (const form of ['NFC', 'NFD']) {
    await visitor.open(`/?q=${encodeURIComponent(`돌담길 ${word}`.normalize(form))}`);
    await expect(visitor.discover.cards).toHaveCount(2);
    await expect(visitor.discover.link(parts.title)).toBeVisible();
  }
  await visitor.openLive('/');
  await visitor.discover.words.fill(`돌담길 ${word}`.normalize('NFD'));
  await expect(visitor.discover.cards).toHaveCount(2);
});

test('whoever is on a course that is found again stays there, and is led to the heading when it is gone', async ({ visitor, site }) => {
  const word = newWord();
  const course = courseOf(word);
  await publish(site.origin, course);
  await visitor.openLive(`/?q=${word}`);
  const { discover, page } = visitor;
  const answers: (() => void)[] = [];
  await page.route(/\?q=/, async (route) => {
    await new Promise<void>((answer) => answers.push(answer));
    await route.continue();
  });
  const answered = async () => {
    await expect.poll(() => answers.length).toBe(1);
    await discover.link(course.title).focus();
    answers.pop()?.();
    await expect(page.locator('#found[aria-busy]')).toHaveCount(0);
  };
  await discover.words.press('Enter');
  await answered();
  await expect(discover.link(course.title)).toBeFocused();
  await discover.words.fill(newWord());
  await answered();
  await expect(discover.cards).toHaveCount(0);
  await expect(discover.heading).toBeFocused();
});

test('a search that fails says so, keeps what there was and can be tried again', async ({ visitor, site, guard }) => {
  const course = courseOf(newWord());
  await publish(site.origin, course);
  await visitor.openLive('/');
  const { discover, page } = visitor;
  const shown = await discover.cards.count();
  guard.expectComplaint(/503/);
  await page.route(/\?q=/, (route) => route.fulfill({ status: 503, headers: { 'retry-after': '1' }, body: '' }));
  await discover.words.fill(course.title);
  await expect(discover.news).toContainText(visitor.words.discover.failed);
  await expect(discover.cards).toHaveCount(shown);
  await page.unroute(/\?q=/);
  await visitor.press(visitor.button(visitor.words.discover.retry));
  await expect(discover.link(course.title)).toBeVisible();
  await expect(discover.cards).toHaveCount(1);
  await expect(visitor.button(visitor.words.discover.retry)).toHaveCount(0);
});

test('without a network it says so, and goes on when there is one', async ({ visitor, site, guard }) => {
  const course = courseOf(newWord());
  await publish(site.origin, course);
  await visitor.openLive('/');
  const { discover, page } = visitor;
  guard.expectComplaint(/ERR_INTERNET_DISCONNECTED/);
  await page.context().setOffline(true);
  await discover.words.fill(course.title);
  await expect(discover.news).toContainText(visitor.words.discover.offline);
  await page.context().setOffline(false);
  await expect(discover.link(course.title)).toBeVisible();
  await expect(discover.news).not.toContainText(visitor.words.discover.offline);
});

test.describe('a long list', () => {
  // 100 courses are written first.
  test.describe.configure({ timeout: 180_000 });

  async function long(arrive: (options?: object, site?: Site) => Promise<Visitor>, origin: string, language: Site['language']) {
    const site = new Site(origin, language);
    const word = newWord();
    const ids = await publish(origin, ...Array.from({ length: 100 }, () => courseOf(word)));
    // On a busy machine the last ones may be shown a moment after they were published.
    const shown = async () => {
      const { text } = await send(`${origin}/api/v1/viewpages/facets?q=${word}`);
      return (JSON.parse(text) as { total: { count: number } }).total.count;
    };
    await expect.poll(shown).toBe(100);
    const visitor = await arrive({}, site);
    return { word, ids, visitor };
  }

  test('goes on by itself three times, then by its link; cards that came later move too', async ({ ownServer, arrive, language }) => {
    const { word, ids, visitor } = await long(arrive, ownServer.origin, language);
    const { discover, page } = visitor;
    await visitor.openLive(`/?q=${word}`);
    await expect(discover.cards).toHaveCount(24);
    for (const times of [48, 72, 96]) {
      await discover.more.scrollIntoViewIfNeeded();
      await expect(discover.cards).toHaveCount(times);
    }
    await expect(discover.news.getByRole('status')).toHaveText(phrase(visitor.words.discover.added, { count: 24 }));

    // The last is the first that was published.
    const [oldest, fifth] = [ids[0], ids[4]] as [string, string];
    const likes = (id: string) => page.locator(`[data-course="${id}"] .likes .count-number`);
    const customer = await RestAccount.open(ownServer.origin, newPerson());
    await expect(likes(fifth)).toHaveText('0');
    await customer.like(fifth);
    await expect(likes(fifth)).toHaveText('1');

    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await expect(discover.more, 'the end of the page stays within reach').toBeInViewport();
    await discover.more.focus();
    await page.keyboard.press('Enter');
    await expect(discover.cards).toHaveCount(100);
    await expect(discover.more).toHaveCount(0);
    await expect(discover.cards.nth(96).getByRole('link'), 'one goes on with what came').toBeFocused();
    await customer.like(oldest);
    await expect(likes(oldest)).toHaveText('1');
    expect(await page.evaluate(() => new Set([...document.querySelectorAll('[id]')].map((one) => one.id)).size)).toBe(
      await page.evaluate(() => document.querySelectorAll('[id]').length),
    );
  });

  test('is made of links without script', async ({ ownServer, arrive, language }) => {
    const { word, visitor } = await long((options, site) => arrive({ ...options, javaScriptEnabled: false }, site), ownServer.origin, language);
    const { discover, page } = visitor;
    await visitor.open('/');
    await discover.words.fill(word);
    await discover.region('seoul').check();
    await discover.choice('sort').selectOption('popular');
    await visitor.press(visitor.button(visitor.words.discover.search));
    await page.waitForURL(/[?&]q=/);
    const seen = new Set<string>();
    for (let times = 0; times < 4; times++) {
      for (const id of await discover.cards.evaluateAll((cards) => cards.map((card) => (card as HTMLElement).dataset.course ?? ''))) seen.add(id);
      const before = page.url();
      await discover.more.click();
      await page.waitForURL((url) => url.href !== before);
    }
    for (const id of await discover.cards.evaluateAll((cards) => cards.map((card) => (card as HTMLElement).dataset.course ?? ''))) seen.add(id);
    expect(seen.size).toBe(100);
    await expect(discover.more).toHaveCount(0);
    expect(discover.asked.get('sort')).toBe('popular');
  });
});
