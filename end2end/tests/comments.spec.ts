// Comments are written, changed and deleted by their authors, and deleted by the host.
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import { newPerson } from '../support/person.ts';
import { phrase } from '../support/words.ts';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with script' : 'without script', () => {
    test.use({ javaScriptEnabled });

    test('comments come, change and go, and every open page follows', async ({ visitor: customer, arrive, guard }) => {
      guard.expectStatus(422);
      const { comment: words, problem, talk, live } = customer.words;
      const person = newPerson('지호');
      await customer.getSession(person);
      const host = await arrive();
      const id = await (await host.getSession(newPerson('둘레 산책반'))).writeAndPublish(newCourse());
      const path = `/courses/${id}`;
      /** Someone who reads and isn't signed in. */
      const onlooker = await arrive({ javaScriptEnabled: true });
      await onlooker.openLive(path);
      await expect(onlooker.course.comments.section.getByRole('link', { name: words.sign_in, exact: true })).toBeVisible();
      await expect(onlooker.course.comments.form.root).toHaveCount(0);

      const { comments } = customer.course;
      await test.step('what does not hold is named beside its field, and stays', async () => {
        await customer.open(path);
        await comments.form.send();
        await customer.expectWrong(comments.form.body, problem.required);
        await comments.form.fill(`</textarea>${'길'.repeat(1_000)}`);
        await comments.form.send();
        await customer.expectWrong(comments.form.body, phrase(problem.too_long, { limit: 1_000 }));
        await comments.form.expectTyped(`</textarea>${'길'.repeat(1_000)}`);
      });

      await test.step('written, it is there for everyone', async () => {
        await comments.form.fill('주차할 곳이\n있나요?');
        await comments.form.send();
        await expect(comments.texts).toHaveText('주차할 곳이\n있나요?', { useInnerText: true });
        const own = comments.of('주차할 곳이 있나요?');
        await expect(own.byline).toContainText(person.displayName);
        await own.expectActions(words.edit, words.delete);
        await onlooker.course.expectCounts({ comments: 1 });
        const { news } = onlooker.course.comments;
        await expect(news).toContainText(phrase(live.new_comments, { count: 1 }));
        await onlooker.becomesLive(() => onlooker.press(news.getByRole('link', { name: live.see, exact: true })));
        await onlooker.course.comments.of('주차할 곳이 있나요?').expectActions();
      });

      await test.step('changed, it says so', async () => {
        const own = comments.of('주차할 곳이 있나요?');
        await own.unfold(words.edit);
        await comments.edit(own).fill(' ');
        await comments.edit(own).send();
        await customer.expectWrong(comments.edit(own).body, problem.required);
        await comments.edit(own).fill('버스가 다니나요?');
        await comments.edit(own).send();
        await expect(comments.texts).toHaveText(['버스가 다니나요?']);
        await expect(comments.of('버스가 다니나요?').byline).toContainText(talk.changed);
      });

      await test.step('the host answers, is known as the host, and may delete but not change', async () => {
        await host.inbox.expectDelivered({ kind: 'comment_received' });
        await host.open(path);
        const { comments: seen } = host.course;
        await seen.of('버스가 다니나요?').expectActions(words.delete);
        await seen.form.fill('네, 2224번이요');
        await seen.form.send();
        await expect(seen.of('네, 2224번이요').byline).toContainText(talk.host);
        await onlooker.course.expectCounts({ comments: 2 });
        await seen.of('버스가 다니나요?').delete(words.delete);
        await expect(seen.texts).toHaveText(['네, 2224번이요']);
        await onlooker.course.expectCounts({ comments: 1 });
      });

      await test.step('one deletes one’s own, and nobody else’s', async () => {
        await customer.open(path);
        await comments.of('네, 2224번이요').expectActions();
        await comments.form.fill('고맙습니다');
        await comments.form.send();
        await comments.of('고맙습니다').delete(words.delete);
        await expect(comments.texts).toHaveText(['네, 2224번이요']);
        await onlooker.course.expectCounts({ comments: 1 });
      });
    });
  });
}
