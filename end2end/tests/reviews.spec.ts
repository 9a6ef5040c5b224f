// Reviews are written, changed, answered and deleted where the course is read; what is refused is named and stays.
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import { newPerson } from '../support/person.ts';
import { phrase } from '../support/words.ts';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with script' : 'without script', () => {
    test.use({ javaScriptEnabled });

    test('a review is written, changed, answered and deleted, and every open page follows', async ({ visitor: customer, arrive, guard }) => {
      guard.expectStatus(409, 422);
      const { review: words, problem, talk, live } = customer.words;
      const person = newPerson('서연');
      const account = await customer.getSession(person);
      const host = await arrive();
      const id = await (await host.getSession(newPerson('둘레 산책반'))).writeAndPublish(newCourse());
      const path = `/courses/${id}`;
      /** Someone who reads and isn't signed in. */
      const onlooker = await arrive({ javaScriptEnabled: true });
      await onlooker.openLive(path);
      await onlooker.course.expectCounts({ reviews: 0, rating: '–' });
      await expect(onlooker.course.reviews.section.getByRole('link', { name: words.sign_in, exact: true })).toBeVisible();
      await expect(onlooker.course.reviews.form.root).toHaveCount(0);

      const { reviews } = customer.course;
      /** The customer's other device. */
      const second = await arrive();
      await second.shareSession(account);
      await second.open(path);

      await test.step('what is missing is named beside its field, and what is there stays', async () => {
        await customer.open(path);
        await reviews.form.send();
        await expect(reviews.form.alert).toContainText(phrase(problem.summary, { count: 2 }));
        await reviews.form.expectWrongRating(problem.choose);
        await customer.expectWrong(reviews.form.body, problem.required);

        await reviews.form.fill('  \n');
        await customer.press(reviews.form.star(4));
        await reviews.form.send();
        await customer.expectWrong(reviews.form.body, problem.required);
        await expect(reviews.form.star(4)).toBeChecked();

        await customer.open(path);
        await reviews.form.fill('별점을 잊은 글 & "따옴표"\n둘째 줄');
        await reviews.form.send();
        await expect(reviews.form.alert).toContainText(phrase(problem.summary, { count: 1 }));
        await reviews.form.expectWrongRating(problem.choose);
        await reviews.form.expectTyped('별점을 잊은 글 & "따옴표"\n둘째 줄');
        await onlooker.course.expectCounts({ reviews: 0 });
      });

      await test.step('put right, it is there for everyone', async () => {
        await reviews.form.fill('노을이 좋았어요', 4);
        await reviews.form.send();
        const own = reviews.of('노을이 좋았어요');
        await expect(own.stars).toHaveText(phrase(words.given, { count: 4 }));
        await expect(own.byline).toContainText(person.displayName);
        await own.expectActions(words.edit, words.delete);
        await customer.course.expectCounts({ reviews: 1, rating: '4.0' });

        await onlooker.course.expectCounts({ reviews: 1, rating: '4.0' });
        const { news } = onlooker.course.reviews;
        await expect(news).toContainText(phrase(live.new_reviews, { count: 1 }));
        await onlooker.becomesLive(() => onlooker.press(news.getByRole('link', { name: live.see, exact: true })));
        await onlooker.course.reviews.of('노을이 좋았어요').expectActions();
        await expect(news).toBeEmpty();
      });

      await test.step('one is enough: the form is gone, and the other device’s form is refused with its text', async () => {
        await expect(reviews.form.root).toHaveCount(0);
        await second.course.reviews.form.fill('한 번 더', 5);
        await second.course.reviews.form.send();
        await expect(second.course.reviews.form.alert).toHaveText(problem.already_reviewed);
        await second.course.reviews.form.expectTyped('한 번 더', 5);
        await onlooker.course.expectCounts({ reviews: 1 });
      });

      await test.step('changed, the average follows', async () => {
        const own = reviews.of('노을이 좋았어요');
        await own.unfold(words.edit);
        await reviews.edit(own).expectTyped('노을이 좋았어요', 4);
        await reviews.edit(own).fill('길'.repeat(2_001), 2);
        await reviews.edit(own).send();
        await customer.expectWrong(reviews.edit(own).body, phrase(problem.too_long, { limit: 2_000 }));
        await reviews.edit(own).expectTyped('길'.repeat(2_001), 2);

        await reviews.edit(own).fill('다시 보니 조금 멀어요');
        await reviews.edit(own).send();
        const changed = reviews.of('다시 보니 조금 멀어요');
        await expect(changed.stars).toHaveText(phrase(words.given, { count: 2 }));
        await expect(changed.byline).toContainText(talk.changed);
        await onlooker.course.expectCounts({ reviews: 1, rating: '2.0' });
      });

      await test.step('the host writes none, but answers', async () => {
        await host.inbox.expectDelivered({ kind: 'review_received' });
        await host.open(path);
        const { reviews: seen } = host.course;
        const review = seen.of('다시 보니 조금 멀어요');
        await review.expectActions(words.reply);
        await expect(seen.form.root).toHaveCount(0);
        await review.unfold(words.reply);
        await seen.reply(review).send();
        await host.expectWrong(seen.reply(review).body, problem.required);
        await seen.reply(review).fill('버스도 다녀요.\n고맙습니다');
        await seen.reply(review).send();
        await expect(review.reply).toHaveText('버스도 다녀요.\n고맙습니다', { useInnerText: true });
        await customer.inbox.expectDelivered({ kind: 'review_replied' });
        await review.unfold(words.reply_edit);
        await seen.reply(review).expectTyped('버스도 다녀요.\n고맙습니다');
        await seen.reply(review).fill('다음에는 버스로요');
        await seen.reply(review).send();
        await expect(review.reply).toHaveText('다음에는 버스로요');
        await customer.open(path);
        await expect(reviews.of('다시 보니 조금 멀어요').reply).toHaveText('다음에는 버스로요');
      });

      await test.step('deleted, it is gone, and another may be written', async () => {
        await reviews.of('다시 보니 조금 멀어요').delete(words.delete);
        await expect(reviews.section.getByText(words.empty, { exact: true })).toBeVisible();
        await expect(reviews.form.root).toBeVisible();
        await onlooker.course.expectCounts({ reviews: 0, rating: '–' });
      });

      await test.step('closed meanwhile, what was written stays; opened again, none is offered', async () => {
        await reviews.form.fill('닫힌 뒤에 보낸 글', 3);
        await host.open(`/host/courses/${id}/edit`);
        await host.press(host.form.reviewsOpen);
        await host.form.save();
        await host.hostCourses.expectDone('done_saved');
        await reviews.form.send();
        await expect(reviews.form.alert).toHaveText(problem.reviews_closed);
        await reviews.form.expectTyped('닫힌 뒤에 보낸 글', 3);
        await customer.open(path);
        await expect(reviews.section.getByText(problem.reviews_closed, { exact: true })).toBeVisible();
        await expect(reviews.form.root).toHaveCount(0);
      });
    });
  });
}
