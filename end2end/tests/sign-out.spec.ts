// Signing out ends the session: in this browser, on its other pages, and for whoever kept the cookie.
import { expect, test } from '../support/fixtures.ts';
import { send } from '../support/http.ts';
import { newPerson } from '../support/person.ts';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with script' : 'without script', () => {
    test.use({ javaScriptEnabled });

    test('who signs out is signed out everywhere', async ({ visitor, arrive }) => {
      const person = newPerson();
      const other = await (await arrive()).getSession(person);
      await visitor.signIn(person);
      const session = async () => (await visitor.page.context().cookies()).find(({ name }) => name === 'dulle');
      const kept = await session();
      expect(kept?.value, 'a session of its own').not.toBe(other.token);
      const me = async (cookie: string) => (await send(`${visitor.site.origin}/api/v1/me`, { headers: { cookie } })).status;
      expect(await me(`dulle=${kept?.value}`)).toBe(200);
      const second = await visitor.newTab();
      await second.open('/host/courses');
      await second.expectSignedIn(person);

      await visitor.signOut();
      await expect(visitor.button(visitor.words.header.sign_out)).toHaveCount(0);
      await expect(visitor.page.getByRole('banner')).not.toContainText(person.displayName);
      expect(await session()).toBeUndefined();
      expect(await me(`dulle=${kept?.value}`), 'the cookie is worth nothing any more').toBe(401);
      expect(await me(other.cookie), 'the session in another browser goes on').toBe(200);

      for (const tab of [visitor, second]) {
        await tab.open('/host/courses');
        await tab.page.waitForURL('**/sign-in?next=*');
      }
      await visitor.sendSignIn(person);
      await visitor.expectSignedIn(person);
      expect(new URL(visitor.page.url()).pathname, 'back where it was wanted').toBe(visitor.site.href('/host/courses'));
    });
  });
}
