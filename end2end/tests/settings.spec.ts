// What people decide for themselves: what they are told, their password, their sessions, and the end of their account.
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import { newPerson } from '../support/person.ts';
import type { Visitor } from '../support/visitor.ts';
import { phrase } from '../support/words.ts';

async function expectSignedOut(visitor: Visitor): Promise<void> {
  await visitor.open('/settings');
  await visitor.page.waitForURL('**/sign-in?next=*');
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with script' : 'without script', () => {
    test.use({ javaScriptEnabled });

    test('one is told what one chose to be told', async ({ visitor: host, arrive }) => {
      const id = await (await host.getSession()).writeAndPublish(newCourse());
      const customer = await (await arrive()).getSession();
      await host.open('/settings');
      await expect(host.settings.box('bookmarks')).toBeChecked();
      await host.settings.box('bookmarks').uncheck();
      await host.settings.saveMessages();
      await expect(host.settings.box('bookmarks')).not.toBeChecked();
      await expect(host.settings.box('comments')).toBeChecked();
      await customer.ask('PUT', `/courses/${id}/bookmark`, 200);
      await customer.ask('POST', `/courses/${id}/comments`, 201, { body: '안녕하세요' });
      await host.inbox.expectDelivered({ kind: 'comment_received' });
    });

    test('a new password ends the other sessions, and all can be ended at once', async ({ visitor, arrive, guard }) => {
      guard.expectStatus(401, 403, 422);
      const { problem } = visitor.words;
      const person = newPerson();
      const other = await arrive();
      await other.getSession(person);
      await visitor.signIn(person);
      const { settings } = visitor;

      await visitor.open('/settings');
      await settings.changePassword('not the password', 'short');
      await visitor.expectWrong(settings.currentPassword, problem.mismatch);
      await visitor.expectWrong(settings.newPassword, phrase(problem.too_short, { limit: 8 }));
      await expect(settings.part('password').getByRole('alert')).toContainText(phrase(problem.summary, { count: 2 }));
      expect(await other.open('/settings'), 'nothing was changed').toBe(200);
      await other.expectSignedIn(person);

      const renewed = { ...person, password: `${person.password}, again` };
      await settings.changePassword(person.password, renewed.password);
      await expect(settings.part('password').getByText(visitor.words.settings.done_password, { exact: true })).toBeVisible();
      await visitor.expectSignedIn(person);
      await expectSignedOut(other);
      await other.sendSignIn(person);
      await expect(other.alert).toHaveText(problem.wrong_credentials);
      await other.sendSignIn(renewed);
      await other.expectSignedIn(person);

      await visitor.open('/settings');
      await settings.signOutEverywhere();
      await expectSignedOut(visitor);
      await expectSignedOut(other);
    });

    test('a closed account leaves its words without its name, and nothing else', async ({ visitor: leaver, arrive, guard }) => {
      guard.expectStatus(401, 403, 404, 422);
      const { problem, talk, settings: words } = leaver.words;
      const host = await (await arrive()).getSession(newPerson('둘레 산책반'));
      const id = await host.writeAndPublish(newCourse());
      const person = newPerson('떠나는 사람');
      const account = await leaver.getSession(person);
      const own = await account.writeAndPublish(newCourse());
      await account.like(id);
      await account.ask('PUT', `/courses/${id}/bookmark`, 200);
      await account.ask('POST', `/courses/${id}/reviews`, 201, { rating: 4, body: '남는 후기' });
      await account.ask('POST', `/courses/${id}/comments`, 201, { body: '남는 댓글' });
      const onlooker = await arrive({ javaScriptEnabled: true });
      await onlooker.openLive(`/courses/${id}`);
      await onlooker.course.expectCounts({ likes: 1, bookmarks: 1, comments: 1, reviews: 1 });
      await expect(onlooker.course.reviews.of('남는 후기').byline).toContainText(person.displayName);
      const guest = await onlooker.newTab();
      await guest.openLive(`/courses/${own}`);

      const { settings } = leaver;
      await leaver.open('/settings');
      await settings.closingPassword.fill(person.password);
      await settings.close();
      await leaver.expectWrong(settings.closingConsent, problem.required);
      await settings.closingConsent.check();
      await settings.closingPassword.fill('not the password');
      await settings.close();
      await leaver.expectWrong(settings.closingPassword, problem.mismatch);
      await settings.closingConsent.check();
      await settings.closingPassword.fill(person.password);
      await settings.close();
      await expect(leaver.course.title).toHaveText(words.closed);
      await expectSignedOut(leaver);
      await leaver.sendSignIn(person);
      await expect(leaver.alert).toHaveText(problem.wrong_credentials);

      await onlooker.course.expectCounts({ likes: 0, bookmarks: 0, comments: 1, reviews: 1 });
      await expect(guest.course.withdrawn).toBeVisible();
      expect(await guest.open(`/courses/${own}`)).toBe(404);
      await expect(async () => {
        await onlooker.open(`/courses/${id}`);
        expect(await onlooker.page.content()).not.toContain(person.displayName);
      }).toPass();
      await expect(onlooker.course.reviews.of('남는 후기').byline).toContainText(talk.closed_account);
      await expect(onlooker.course.comments.of('남는 댓글').byline).toContainText(talk.closed_account);
    });
  });
}
