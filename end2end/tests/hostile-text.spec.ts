// Stored texts that want out of where they stand. The policy that would stop them is switched off: nothing runs all the same.
import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { newCourse, newStop } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import { newPerson } from '../support/person.ts';
import type { Visitor } from '../support/visitor.ts';
import { phrase } from '../support/words.ts';

const TEXTS = {
  'a text area': '</textarea><script>__xss=1</script>',
  'the title': '</title><script>__xss=1</script>',
  'an attribute': '"><img src=x onerror=__xss=1>',
};
/** Tags have twenty characters. */
const TAG = '<svg onload=__xss=1>';

/** What would be there if any text had become an element. */
const ELEMENTS = 'img, [onerror], [onload], main script, body > script, script:not([nonce])';

/** Opens a page and looks for what must not be there. */
async function expectHarmless(visitor: Visitor, path: string): Promise<void> {
  const status = await visitor.open(path);
  expect(status, path).toBeLessThan(500);
  await expectNothingRan(visitor.page, path);
}

async function expectNothingRan(page: Page, path: string): Promise<void> {
  await expect(page.locator('footer'), path).toBeAttached();
  await expect(page.locator(ELEMENTS), path).toHaveCount(0);
  expect(await page.evaluate(() => '__xss' in window), path).toBe(false);
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with script' : 'without script', () => {
    test.use({ javaScriptEnabled, bypassCSP: true });

    for (const [place, text] of Object.entries(TEXTS)) {
      test(`a text that wants out of ${place} stays a text`, async ({ visitor: host, arrive, guard }) => {
        guard.expectStatus(404, 422);
        const dialogs: string[] = [];
        host.page.context().on('dialog', (dialog) => dialogs.push(dialog.message()));
        const person = newPerson(text);
        await host.signUp(person);

        // the same text in two languages, told apart by what stands before it
        const id = randomUUID().slice(0, 8);
        const title = `${id}${text}`;
        const stop = { ...newStop(text), note: text };
        const { form } = host;
        await host.open('/host/courses/new');
        await form.fill({ ...newCourse(), title, summary: text, tags: [TAG, id], stops: [stop, stop] });
        const { words } = host;
        await host.press(host.page.getByText(words.form.translation, { exact: true }));
        await host.field(words.form.translation_title).fill(title);
        await host.field(words.form.translation_summary).fill(text);
        for (const number of [1, 2]) {
          await host.field(phrase(words.form.translation_stop_name, { number })).fill(text);
          await host.field(phrase(words.form.translation_stop_note, { number })).fill(text);
        }
        await form.saveAndPublish();
        await host.hostCourses.expectDone('done_published');
        await expectNothingRan(host.page, 'host list');
        const course = await host.hostCourses.idOf(title);

        const customer = await arrive();
        const pages = ['/', `/?tag=${encodeURIComponent(TAG)}`, `/?tag=${encodeURIComponent(text)}`, `/courses/${course}`];
        for (const page of pages) await expectHarmless(customer, page);
        await expect(customer.course.title).toHaveText(title);
        await expect(customer.course.stops).toHaveText([text, text]);
        expect(await customer.page.title()).toContain(title);
        await customer.open(`/?tag=${id}`);
        await expect(customer.discover.card(title)).toContainText(text);
        for (const page of [`/sign-in?next=${encodeURIComponent(text)}`, `/nowhere/${encodeURIComponent(text)}`]) await expectHarmless(customer, page);

        await expectHarmless(host, '/host/courses');
        await host.hostCourses.expectState(title, 'published');
        await expectHarmless(host, `/host/courses/${course}/edit`);
        await expect(form.title).toHaveValue(title);
        await expect(form.summary).toHaveValue(text);
        await form.expectStops([stop, stop]);

        await test.step('nor when a form is refused', async () => {
          await form.stopField(1, 'stop_lat').fill(text);
          await form.save();
          await host.expectWrong(form.stopField(1, 'stop_lat'), words.problem.not_a_number);
          await expectNothingRan(host.page, 'refused form');
          await customer.open('/sign-up');
          await customer.fillSignUp({ displayName: text, email: text, password: 'short' });
          await customer.press(customer.button(words.account.sign_up_action));
          await customer.expectWrong(customer.field(words.account.email), words.problem.malformed);
          await expect(customer.field(words.account.email)).toHaveValue(text);
          await expectNothingRan(customer.page, 'refused sign-up');
        });
        expect(dialogs).toEqual([]);
      });
    }
  });
}
