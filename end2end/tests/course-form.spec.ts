// What is wrong in the host's form is named, and what was typed stays.
import { newCourse, newStop } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import type { Visitor } from '../support/visitor.ts';
import { phrase } from '../support/words.ts';

/** Somewhere to write a stop. */
const NOTHING = { name: '', category: '', lat: '', lng: '', stayMinutes: '', costKrw: '', note: '' };

/** Sends the form with a button, and answers the status. */
async function sent(host: Visitor, deed: () => Promise<void>): Promise<number> {
  const [answer] = await Promise.all([host.page.waitForResponse((response) => response.request().method() === 'POST'), deed()]);
  return answer.status();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with script' : 'without script', () => {
    test.use({ javaScriptEnabled });

    test('an empty course names what it lacks, and nothing is stored', async ({ visitor: host, guard }) => {
      guard.expectStatus(422);
      await host.getSession();
      await host.open('/host/courses/new');
      expect(await sent(host, () => host.form.saveDraft())).toBe(422);
      await host.expectWrong(host.form.title, host.words.problem.required);
      await host.expectWrong(host.form.region, host.words.problem.choose);
      await expect(host.alert).toContainText(phrase(host.words.problem.summary, { count: 2 }));
      await host.open('/host/courses');
      await expect(host.page.getByText(host.words.host.empty, { exact: true })).toBeVisible();
    });

    test('every field that does not hold is named, and everything typed stays', async ({ visitor: host, guard }) => {
      guard.expectStatus(422);
      const { problem } = host.words;
      await host.getSession();
      await host.open('/host/courses/new');
      const course = {
        ...newCourse(),
        title: '가'.repeat(81),
        summary: `a\n${'나'.repeat(1_000)}`,
        tags: Array.from({ length: 11 }, (_, index) => `tag${index}`),
        stops: [
          { ...newStop(''), category: '', stayMinutes: 'an hour', costKrw: '-1' },
          { ...newStop('다'.repeat(81)), stayMinutes: '1441', costKrw: '10000001', note: '라'.repeat(501) },
        ],
      };
      const { form } = host;
      await form.fill(course);
      await form.stopField(1, 'stop_lat').fill('north');
      await form.stopField(1, 'stop_lng').fill('');
      await form.stopField(2, 'stop_lat').fill('91');
      await form.stopField(2, 'stop_lng').fill('-181');
      expect(await sent(host, () => form.saveDraft())).toBe(422);

      const limit = (words: string, value: number) => phrase(words, { limit: value });
      await host.expectWrong(form.title, limit(problem.too_long, 80));
      await host.expectWrong(form.summary, limit(problem.too_long, 1_000));
      await host.expectWrong(form.tags, limit(problem.too_many, 10));
      await host.expectWrong(form.stopField(1, 'stop_name'), problem.required);
      await host.expectWrong(form.stopField(1, 'stop_category'), problem.choose);
      await host.expectWrong(form.stopField(1, 'stop_lat'), problem.not_a_number);
      await host.expectWrong(form.stopField(1, 'stop_lng'), problem.required);
      await host.expectWrong(form.stopField(1, 'stop_stay'), problem.not_a_number);
      await host.expectWrong(form.stopField(1, 'stop_cost'), limit(problem.too_small, 0));
      await host.expectWrong(form.stopField(2, 'stop_name'), limit(problem.too_long, 80));
      await host.expectWrong(form.stopField(2, 'stop_lat'), limit(problem.too_large, 90));
      await host.expectWrong(form.stopField(2, 'stop_lng'), limit(problem.too_small, -180));
      await host.expectWrong(form.stopField(2, 'stop_stay'), limit(problem.too_large, 1_440));
      await host.expectWrong(form.stopField(2, 'stop_cost'), limit(problem.too_large, 10_000_000));
      await host.expectWrong(form.stopField(2, 'stop_note'), limit(problem.too_long, 500));

      await expect(form.stopField(1, 'stop_lat')).toHaveValue('north');
      await expect(form.stopField(1, 'stop_lng')).toHaveValue('');
      await expect(form.stopField(2, 'stop_lat')).toHaveValue('91');
      await expect(form.stopField(2, 'stop_lng')).toHaveValue('-181');
      await form.stopField(1, 'stop_lat').fill(course.stops[0]?.lat ?? '');
      await form.stopField(1, 'stop_lng').fill(course.stops[0]?.lng ?? '');
      await form.stopField(2, 'stop_lat').fill(course.stops[1]?.lat ?? '');
      await form.stopField(2, 'stop_lng').fill(course.stops[1]?.lng ?? '');
      await form.expectCourse(course);
    });

    test('a course without stops is not published, and stays in the form', async ({ visitor: host, guard }) => {
      guard.expectStatus(409);
      await host.getSession();
      await host.open('/host/courses/new');
      const course = { ...newCourse(), stops: [] };
      await host.form.fill(course);
      expect(await sent(host, () => host.form.saveAndPublish())).toBe(409);
      await expect(host.alert).toHaveText(host.words.problem.stops_missing);
      await host.form.expectCourse({ ...course, stops: [NOTHING] });
      await host.form.saveDraft();
      await host.hostCourses.expectDone('done_saved');

      await test.step('nor from the list', async () => {
        await host.press(host.hostCourses.row(course.title).getByRole('button', { name: host.words.host.publish, exact: true }));
        await expect(host.alert).toHaveText(host.words.problem.stops_missing);
        await host.hostCourses.expectState(course.title, 'draft');
      });
    });

    test('a place copied from a map may be pasted into one box', async ({ visitor: host }) => {
      const account = await host.getSession();
      await host.open('/host/courses/new');
      const course = newCourse();
      await host.form.fill(course);
      await host.form.stopField(1, 'stop_lat').fill('37.5443, 127.0374');
      await host.form.stopField(1, 'stop_lng').fill('');
      await host.form.saveDraft();
      await host.hostCourses.edit(course.title);
      await expect(host.form.stopField(1, 'stop_lat')).toHaveValue('37.5443');
      await expect(host.form.stopField(1, 'stop_lng')).toHaveValue('127.0374');
      expect((await account.course(host.page.url().split('/').at(-2) ?? '')).version).toBe(1);
    });
  });
}
