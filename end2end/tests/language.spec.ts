// Changing the language keeps the page and what was asked for.
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';

test('the other language shows the same page, and back', async ({ visitor, arrive, guard }) => {
  guard.expectStatus(404);
  const host = await (await arrive()).getSession();
  const course = await host.writeAndPublish(newCourse());
  const own = await (await visitor.getSession()).write(newCourse());
  const stranger = await arrive();
  const other = visitor.site.in(visitor.site.language === 'ko' ? 'en' : 'ko');

  const everyone = ['/', '/?region=seoul&sort=popular', `/courses/${course}`, '/nowhere'];
  const walks = [
    ...[...everyone, '/sign-in', '/sign-up', '/sign-in?next=%2Fhost%2Fcourses'].map((path) => [stranger, path] as const),
    ...[...everyone, '/host/courses', '/host/courses/new', `/host/courses/${own}/edit`].map((path) => [visitor, path] as const),
  ];
  for (const [someone, path] of walks) {
    await test.step(path, async () => {
      const html = someone.page.locator('html');
      const heading = someone.page.getByRole('heading', { level: 1 });
      await someone.open(path);
      await expect(html).toHaveAttribute('lang', someone.site.language);
      const title = await heading.innerText();

      await someone.press(someone.page.getByRole('link', { name: someone.words.header.other_language, exact: true }));
      await someone.page.waitForURL(other.url(path));
      await expect(html).toHaveAttribute('lang', other.language);
      if (!path.startsWith('/courses/')) await expect(heading).not.toHaveText(title);

      await someone.press(someone.page.getByRole('link', { name: other.words.header.other_language, exact: true }));
      await someone.page.waitForURL(someone.site.url(path));
      await expect(heading).toHaveText(title);
    });
  }
});

test('pages name each other for search engines', async ({ visitor }) => {
  await visitor.open('/?region=jeju');
  for (const language of ['ko', 'en'] as const) {
    const link = visitor.page.locator(`link[rel=alternate][hreflang=${language}]`);
    await expect(link).toHaveAttribute('href', visitor.site.in(language).url('/?region=jeju'));
  }
  await expect(visitor.page.locator('link[rel=canonical]')).toHaveAttribute('href', visitor.site.url('/?region=jeju'));
});
