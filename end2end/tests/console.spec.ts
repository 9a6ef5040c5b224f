// The browser has nothing to say about any page, and the policy is in force.
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';

test('no page makes the browser say anything', async ({ visitor, arrive }) => {
  const said: string[] = [];
  const listen = (page: typeof visitor.page) => page.context().on('console', (message) => said.push(`${page.url()}: ${message.type()}: ${message.text()}`));
  const account = await visitor.getSession();
  const id = await account.writeAndPublish(newCourse());
  const stranger = await arrive();
  listen(visitor.page);
  listen(stranger.page);

  for (const someone of [visitor, stranger]) for (const path of ['/', `/courses/${id}`]) await someone.openLive(path);
  for (const path of ['/host/courses', '/host/courses/new', `/host/courses/${id}/edit`]) expect(await visitor.open(path)).toBe(200);
  for (const path of ['/sign-in', '/sign-up']) expect(await stranger.open(path)).toBe(200);
  expect(said).toEqual([]);
});

test('what is not ours to run does not run', async ({ visitor, guard }) => {
  guard.expectComplaint(/Content Security Policy/);
  await visitor.openLive('/');
  const ran = await visitor.page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.body.append(script);
    const element = document.createElement('p');
    element.setAttribute('onclick', 'window.injected = true');
    document.body.append(element);
    element.click();
    return 'injected' in window;
  });
  expect(ran).toBe(false);
});
