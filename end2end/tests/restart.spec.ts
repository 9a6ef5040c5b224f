// The server goes and comes back, in an orderly way and by a crash: open pages say so and recover by themselves.
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import { RestAccount } from '../support/rest.ts';
import { newPerson } from '../support/person.ts';
import { Site } from '../support/site.ts';

/** Pages wait up to 15 s between two tries to connect. */
const RECONNECTED = { timeout: 45_000 };

for (const end of ['stop', 'kill'] as const) {
  test(`after the server's ${end} pages recover by themselves`, async ({ ownServer, language, arrive, guard }) => {
    const site = new Site(ownServer.origin, language);
    const course = newCourse();
    const host = await arrive({}, site);
    const id = await (await host.getSession()).writeAndPublish(course);
    const customer = await arrive({}, site);
    const person = newPerson();
    await customer.getSession(person);
    const onlooker = await arrive({}, site);

    await customer.openLive(`/courses/${id}`);
    await onlooker.openLive('/');
    await customer.course.pressLike();
    await customer.course.expectLikes(1, true);
    await expect(onlooker.discover.likes(course.title)).toHaveText('1');

    guard.expectLostConnections();
    await ownServer[end]();
    await expect(customer.course.lost).toBeVisible(RECONNECTED);
    await expect(onlooker.course.lost).toBeVisible(RECONNECTED);

    await test.step('what is pressed meanwhile is said not to have worked', async () => {
      await customer.course.pressLike();
      await expect(customer.page.getByText(customer.words.like.failed)).toBeVisible();
      await customer.course.expectLikes(1, true);
    });

    await ownServer.start();
    const other = await RestAccount.open(site.origin, newPerson());
    await other.like(id);

    await expect(customer.course.lost).toHaveCount(0, RECONNECTED);
    await expect(onlooker.course.lost).toHaveCount(0, RECONNECTED);
    await customer.course.expectLikes(2, true);
    await expect(onlooker.discover.likes(course.title)).toHaveText('2');

    await test.step('and move again, with the session that was', async () => {
      await customer.course.pressLike();
      await customer.course.expectLikes(1, false);
      await expect(onlooker.discover.likes(course.title)).toHaveText('1');
      await customer.openLive(`/courses/${id}`);
      await customer.expectSignedIn(person);
      await customer.course.expectLikes(1, false);
    });
  });
}
