// What is wrong in the forms for signing up and in is named, and what was typed stays.
import { expect, test } from '../support/fixtures.ts';
import { newPerson } from '../support/person.ts';
import { phrase } from '../support/words.ts';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with script' : 'without script', () => {
    test.use({ javaScriptEnabled });

    test('an empty sign-up names each field', async ({ visitor, guard }) => {
      guard.expectStatus(422);
      await visitor.open('/sign-up');
      const [answer] = await Promise.all([visitor.page.waitForResponse(/\/sign-up$/), visitor.press(visitor.button(visitor.words.account.sign_up_action))]);
      expect(answer.status()).toBe(422);
      const { account, problem } = visitor.words;
      await expect(visitor.alert).toContainText(phrase(problem.summary, { count: 3 }));
      for (const label of [account.display_name, account.email, account.password]) {
        await visitor.expectWrong(visitor.field(label), problem.required);
        await expect(visitor.alert.getByRole('link', { name: label, exact: true })).toBeVisible();
      }
    });

    test('a sign-up that does not hold keeps what was typed, but for the password', async ({ visitor, guard }) => {
      guard.expectStatus(422);
      const { account, problem } = visitor.words;
      const typed = { displayName: `<b>${'가'.repeat(40)}`, email: 'mina at "home"', password: 'seven77' };
      await visitor.open('/sign-up');
      await visitor.fillSignUp(typed);
      await visitor.press(visitor.button(account.sign_up_action));
      await visitor.expectWrong(visitor.field(account.display_name), phrase(problem.too_long, { limit: 40 }));
      await visitor.expectWrong(visitor.field(account.email), problem.malformed);
      await visitor.expectWrong(visitor.field(account.password), phrase(problem.too_short, { limit: 8 }));
      await expect(visitor.field(account.display_name)).toHaveValue(typed.displayName);
      await expect(visitor.field(account.email)).toHaveValue(typed.email);
      await expect(visitor.field(account.password)).toHaveValue('');
      expect(await visitor.page.content()).not.toContain(typed.password);

      await test.step('put right, it goes through', async () => {
        const person = newPerson();
        await visitor.fillSignUp(person);
        await visitor.press(visitor.button(account.sign_up_action));
        await visitor.signInAfterSignUp(person);
        await visitor.expectSignedIn(person);
      });
    });

    test('wrong credentials are told, without saying which of the two is wrong', async ({ visitor, arrive, guard }) => {
      guard.expectStatus(401);
      const { account, problem } = visitor.words;
      const person = newPerson();
      await (await arrive()).getSession(person);
      await visitor.open('/sign-in');
      for (const wrong of [{ ...person, password: 'not the password' }, { ...newPerson() }]) {
        const answer = visitor.page.waitForResponse(/\/sign-in$/);
        await visitor.sendSignIn(wrong);
        expect((await answer).status()).toBe(401);
        await expect(visitor.alert).toHaveText(problem.wrong_credentials);
        await expect(visitor.field(account.email)).toHaveValue(wrong.email);
        await expect(visitor.field(account.password)).toHaveValue('');
      }
      await visitor.sendSignIn(person);
      await visitor.expectSignedIn(person);
    });

    test('signing up does not tell whether the address has an account', async ({ visitor, arrive, guard }) => {
      guard.expectStatus(401);
      const { account, problem } = visitor.words;
      const person = newPerson();
      await (await arrive()).getSession(person);
      const typed = { ...person, displayName: 'someone else', password: 'another password' };
      for (const who of [newPerson(), typed]) {
        await visitor.open('/sign-up');
        await visitor.fillSignUp(who);
        const answer = visitor.page.waitForResponse(/\/sign-up$/);
        await visitor.press(visitor.button(account.sign_up_action));
        expect((await answer).status()).toBe(200);
        await expect(visitor.page.getByText(account.signed_up)).toBeVisible();
        await expect(visitor.field(account.email)).toHaveValue(who.email);
        await expect(visitor.field(account.password)).toHaveValue('');
      }
      await visitor.signInAfterSignUp(typed);
      await expect(visitor.alert).toHaveText(problem.wrong_credentials);
      await visitor.sendSignIn(person);
      await visitor.expectSignedIn(person);
    });
  });
}
