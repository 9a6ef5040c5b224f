// Photos of a course: chosen, described, moved and shown; what is none is refused by name.
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import { picture } from '../support/picture.ts';
import { phrase } from '../support/words.ts';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with script' : 'without script', () => {
    test.use({ javaScriptEnabled });

    test('photos come into a course, in their order, with words; what is none is named', async ({ visitor: host, guard }) => {
      guard.expectStatus(422);
      const { page, form, words } = host;
      await host.getSession();
      await host.open('/host/courses/new');
      const course = newCourse();
      await form.fill(course);
      if (javaScriptEnabled) await form.isTakenOver();
      await form.addPhotos(picture('first.png', 180, 60, 40), { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') }, picture('second.png', 40, 90, 160));
      await expect(form.photos).toContainText(`plan.txt: ${words.form.photo_unreadable}`);
      await form.expectCourse(course);

      await test.step('each needs words', async () => {
        await expect(form.photoAlt(2)).toBeVisible();
        await form.photoAlt(1).fill('벤치가 있는 길');
        await form.saveAndPublish();
        await host.expectWrong(form.photoAlt(2), words.problem.required);
        await expect(form.photoAlt(1)).toHaveValue('벤치가 있는 길');
      });

      await test.step('the second becomes the first', async () => {
        await form.photoAlt(2).fill('다리 위의 사람들');
        await host.press(host.button(phrase(words.form.photo_up_label, { number: 2 })));
        await expect(form.photoAlt(1)).toHaveValue('다리 위의 사람들');
        await form.saveAndPublish();
        await host.hostCourses.expectDone('done_published');
      });

      await test.step('all see them', async () => {
        await host.open('/');
        await host.press(host.discover.link(course.title));
        const photos = page.locator('.photo-row img');
        await expect(photos).toHaveCount(2);
        await expect(photos.first()).toHaveAttribute('alt', '다리 위의 사람들');
        await expect.poll(() => photos.first().evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 200)).toBe(true);
        const kept = await page.request.get(await photos.first().evaluate((image: HTMLImageElement) => image.currentSrc));
        expect(kept.headers()['content-type']).toBe('image/webp');
        expect(kept.headers()['cache-control']).toContain('immutable');
      });
    });
  });
}
