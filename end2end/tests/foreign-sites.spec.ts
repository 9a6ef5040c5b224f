// Links and forms of other sites: nobody is led away, and nothing is done in anybody's name.
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import { likes } from '../support/rest.ts';

const AWAY = ['//evil.example', 'https://evil.example/', '/\\evil.example', '\\\\evil.example', '/\r\nLocation: https://evil.example', 'javascript:window.__xss=1'];

test('after signing in one stays on this site, whatever the link said', async ({ visitor }) => {
  const elsewhere: string[] = [];
  visitor.page.context().on('request', (request) => {
    if (new URL(request.url()).origin !== visitor.site.origin) elsewhere.push(request.url());
  });
  const person = await visitor.signUp();
  for (const next of AWAY) {
    const query = `?next=${encodeURIComponent(next)}`;
    await test.step(next, async () => {
      await visitor.open(`/sign-in${query}`);
      expect(new URL(visitor.page.url()).origin, 'signed in already').toBe(visitor.site.origin);
      await visitor.open('/');
      await visitor.signOut();
      await visitor.open(`/sign-in${query}`);
      await visitor.sendSignIn(person);
      await visitor.expectSignedIn(person);
      expect(new URL(visitor.page.url()).origin).toBe(visitor.site.origin);
    });
  }
  expect(elsewhere).toEqual([]);
  await visitor.open('/');
  await visitor.signOut();
  const own = visitor.site.href('/host/courses');
  await visitor.open(`/sign-in?next=${encodeURIComponent(own)}`);
  await visitor.sendSignIn(person);
  await visitor.page.waitForURL(visitor.site.origin + own);
});

test('a form on another site does nothing here', async ({ visitor, arrive, guard }) => {
  guard.expectStatus(403);
  const host = await (await arrive()).getSession();
  const id = await host.writeAndPublish(newCourse());
  await visitor.getSession();
  const action = visitor.site.url(`/courses/${id}/like`);
  await visitor.page.route('http://evil.example/', (route) => route.fulfill({ contentType: 'text/html', body: `<form method="post" action="${action}"><button>a kitten</button></form>` }));
  await visitor.page.goto('http://evil.example/');
  const [answer] = await Promise.all([visitor.page.waitForResponse(action), visitor.button('a kitten').click()]);
  expect(answer.status()).toBe(403);
  expect(await likes(visitor.site.origin, id)).toBe(0);
});
