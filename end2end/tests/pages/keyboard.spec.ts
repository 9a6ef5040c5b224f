// Every journey by keyboard alone, with the place of the focus seen all the way.
import { newCourse } from '../../support/course.ts';
import { newPerson } from '../../support/person.ts';
import { RestAccount } from '../../support/rest.ts';
import { Keyboard } from '../../support/pages/keyboard.ts';
import { expect, test } from '../../support/pages/visit.ts';
import { isDebugBuild } from '../../support/server.ts';
import { phrase } from '../../support/words.ts';

// Keyboards come with desks; what is focused in which order is the same in both builds.
test.skip(({ isMobile }) => isMobile || isDebugBuild, 'walked at a desk, on the release build');
// A page that scrolls smoothly arrives where the focus is a little later.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

for (const state of ['discover found', 'course of a customer', 'course, review refused', 'bookmarks', 'inbox of a customer', 'settings', 'own courses', 'course form of a course', 'sign-up refused', 'not found']) {
  test(`the tab key stops at everything once, in the order of the page: ${state}`, async ({ visitor, bring, language }) => {
    test.skip(language !== 'ko', 'the order is the same in both languages');
    await bring(state);
    const keyboard = new Keyboard(visitor.page);
    const walked = await keyboard.walk();
    expect(walked).toEqual(await keyboard.expected());
    expect(walked[0]).toContain(visitor.words.skip_to_content);
  });
}

test('the first stop leads past the header', async ({ visitor, bring }) => {
  await bring('course of a customer');
  const keyboard = new Keyboard(visitor.page);
  await keyboard.tab();
  await expect(visitor.page.getByRole('link', { name: visitor.words.skip_to_content })).toBeFocused();
  await keyboard.press('Enter');
  await keyboard.tab();
  expect(await visitor.page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
});

test('signing up, by way of a mistake, and in', async ({ visitor, guard }) => {
  guard.expectStatus(422);
  const { page, words } = visitor;
  const person = newPerson();
  const keyboard = new Keyboard(page);
  await visitor.open('/');
  await keyboard.follow(page.getByRole('link', { name: words.header.sign_up, exact: true }));
  await page.waitForURL('**/sign-up');
  await keyboard.follow(visitor.button(words.account.sign_up_action));
  await test.step('the summary leads to the field', async () => {
    await keyboard.follow(visitor.alert.getByRole('link', { name: words.account.display_name, exact: true }));
    await expect(visitor.field(words.account.display_name)).toBeFocused();
  });
  await keyboard.type(person.displayName);
  await keyboard.write(visitor.field(words.account.email), person.email);
  await keyboard.write(visitor.field(words.account.password), person.password);
  await keyboard.press('Enter');
  await expect(page.getByText(words.account.signed_up)).toBeVisible();
  await keyboard.write(visitor.field(words.account.password), person.password);
  await keyboard.press('Enter');
  await visitor.expectSignedIn(person);
});

test('finding a course, liking and keeping it, a review and a comment', async ({ visitor }) => {
  const { page, words, site } = visitor;
  const keyboard = new Keyboard(page);
  // of its own: others look at the world as it is
  const { title, ...course } = newCourse();
  await (await RestAccount.open(site.origin, newPerson())).writeAndPublish({ title, ...course });
  await visitor.getSession();
  await visitor.open('/');
  await keyboard.write(visitor.discover.words, title);
  await keyboard.press('Enter');
  await page.waitForURL(/q=/);
  await expect(visitor.discover.cards).toHaveCount(1);
  await visitor.becomesLive(() => keyboard.follow(visitor.discover.link(title)));
  for (const word of [words.like.like, words.bookmark.bookmark]) {
    const button = page.getByRole('button', { name: new RegExp(`^${word}`) });
    await keyboard.follow(button, 'Space');
    await expect(button).toHaveAttribute('aria-pressed', 'true');
    await expect(button).toBeFocused();
  }

  const body = '하루가 짧았어요.';
  const reviews = page.locator('#reviews');
  await keyboard.to(reviews.getByRole('radio').first());
  await keyboard.press('ArrowRight', 'ArrowRight', 'ArrowRight');
  await expect(reviews.getByRole('radio', { name: phrase(words.review.points, { count: 4 }) })).toBeChecked();
  await keyboard.write(reviews.getByRole('textbox', { name: words.review.body, exact: true }), body);
  await keyboard.follow(visitor.button(words.review.send));
  await expect(reviews.getByRole('listitem').filter({ hasText: body })).toContainText(phrase(words.review.given, { count: 4 }));

  const comments = page.locator('#comments');
  await keyboard.write(comments.getByRole('textbox', { name: words.comment.body, exact: true }), '몇 시가 좋아요?');
  await keyboard.follow(visitor.button(words.comment.send));
  const comment = comments.getByRole('listitem').filter({ hasText: '몇 시가 좋아요?' });
  await expect(comment).toBeVisible();
  await keyboard.follow(comment.locator('summary').filter({ hasText: words.comment.delete }), 'Space');
  await keyboard.follow(comment.getByRole('button', { name: words.talk.delete_confirm }));
  await expect(comment).toHaveCount(0);

  await keyboard.follow(page.getByRole('link', { name: words.header.bookmarks, exact: true }));
  await keyboard.follow(page.getByRole('button', { name: phrase(words.bookmark.remove_label, { title }) }));
  await expect(page.getByRole('heading', { name: words.bookmark.empty })).toBeVisible();
});

test('choosing what one is told', async ({ visitor }) => {
  const { page, words } = visitor;
  const keyboard = new Keyboard(page);
  await visitor.getSession();
  await visitor.open('/settings');
  const receipts = visitor.field(words.settings.receipts);
  await keyboard.follow(receipts, 'Space');
  await expect(receipts).not.toBeChecked();
  await keyboard.follow(visitor.button(words.settings.save));
  await expect(page.getByRole('status').filter({ hasText: words.settings.done_messages })).toBeVisible();
  await expect(receipts).not.toBeChecked();
});

test('putting a stop somewhere else on the map', async ({ visitor: { form, page }, bring }) => {
  await bring('course form of a course');
  const keyboard = new Keyboard(page);
  const before = Number(await form.stopField(2, 'stop_lng').inputValue());
  await keyboard.to(form.mark(2));
  await keyboard.press('ArrowRight');
  await expect.poll(async () => Number(await form.stopField(2, 'stop_lng').inputValue())).toBeGreaterThan(before);
  await expect(form.mark(2)).toBeFocused();
});

test('writing a course, moving a stop, publishing and deleting it', async ({ visitor: host }) => {
  const { page, words, form } = host;
  const keyboard = new Keyboard(page);
  await host.getSession();
  await host.open('/host/courses');
  await keyboard.follow(page.getByRole('link', { name: words.host.new, exact: true }));
  await keyboard.write(form.title, '손으로 쓴 길');
  await keyboard.to(form.region);
  await keyboard.press('ArrowDown');
  for (const [number, name] of [[1, '서울숲'], [2, '뚝섬']] as const) {
    await keyboard.write(form.stopField(number, 'stop_name'), name);
    await keyboard.to(form.stopField(number, 'stop_category'));
    await keyboard.press('ArrowDown');
    await keyboard.write(form.stopField(number, 'stop_lat'), '37.5444');
    await keyboard.write(form.stopField(number, 'stop_lng'), '127.0374');
  }
  await keyboard.follow(form.stopButton('move_up_label', 2));
  await expect(form.stopField(1, 'stop_name')).toHaveValue('뚝섬');
  await keyboard.to(form.grip(2));
  await keyboard.press('ArrowUp');
  await expect(form.stopField(1, 'stop_name')).toHaveValue('서울숲');
  await expect(form.grip(1)).toBeFocused();
  await keyboard.follow(host.button(words.form.save_publish));
  await host.hostCourses.expectDone('done_published');
  await host.isHydrated();
  const row = host.hostCourses.row('손으로 쓴 길');
  await test.step('a deletion waits for who is on the way back, and for nobody else', async () => {
    await keyboard.follow(row.locator('summary'));
    await expect(host.hostCourses.undo).toBeFocused();
    await keyboard.press('Enter');
    await expect(row).toBeVisible();
    await expect(row.locator('summary')).toBeFocused();
    await keyboard.press('Enter');
    await expect(host.hostCourses.undo).toBeFocused();
    const deleted = page.waitForResponse((response) => response.request().method() === 'POST', { timeout: 30_000 });
    await keyboard.press('Shift+Tab');
    expect((await deleted).status()).toBe(200);
  });
  await host.open('/host/courses');
  await expect(row).toHaveCount(0);
});
