// Keeping a course, letting go of it, and losing it: both sides are told, on every open page, and the host does not learn who.
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import { newPerson } from '../support/person.ts';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with script' : 'without script', () => {
    test.use({ javaScriptEnabled });

    test('a bookmark is told, its cancel too, and what is kept and taken down is listed as such', async ({ visitor: customer, arrive, guard }) => {
      const course = newCourse();
      const { title } = course;
      const person = newPerson('몰래 저장한 사람');
      const account = await customer.getSession(person);
      const host = await arrive({ javaScriptEnabled: true });
      const id = await (await host.getSession()).writeAndPublish(course);
      const path = `/courses/${id}`;
      const openCourse = () => (javaScriptEnabled ? customer.openLive(path) : customer.open(path));
      /** Another open page of the customer's. */
      const other = await arrive({ javaScriptEnabled: true });
      await other.shareSession(account);
      await other.openLive(path);
      await host.openLive('/inbox');
      await expect(host.inbox.empty).toBeVisible();

      await test.step('kept, both are told', async () => {
        await openCourse();
        await customer.course.expectBookmarks(0, false);
        await customer.course.pressBookmark();
        await customer.course.expectBookmarks(1, true);
        await other.course.expectCounts({ bookmarks: 1 });
        await other.inbox.expectUnread(1);
        await host.inbox.expectUnread(1);
        await host.openLive('/inbox');
        await host.inbox.expectMessages({ kind: 'course_bookmarked' });
        await expect(host.inbox.messages).toContainText(title);
        expect(await host.page.content()).not.toContain(person.displayName);
        await customer.open('/inbox');
        await customer.inbox.expectMessages({ kind: 'bookmark_registered' });
      });

      await test.step('read, every open page knows', async () => {
        await customer.inbox.read(title);
        await customer.inbox.expectMessages({ kind: 'bookmark_registered', read: true });
        await other.inbox.expectUnread(0);
      });

      await test.step('let go from the list, both are told', async () => {
        await customer.open('/bookmarks');
        await customer.bookmarks.expectShown(title);
        await customer.bookmarks.remove(title);
        await expect(customer.bookmarks.empty).toBeVisible();
        await other.course.expectCounts({ bookmarks: 0 });
        await other.inbox.expectUnread(1);
        await customer.inbox.expectDelivered({ kind: 'bookmark_canceled' });
        await host.inbox.expectDelivered({ kind: 'course_unbookmarked' });
        expect(await host.page.content()).not.toContain(person.displayName);
      });

      await test.step('kept again and taken down, open pages say so and the list too', async () => {
        await openCourse();
        await customer.course.pressBookmark();
        await customer.course.expectBookmarks(1, true);
        await customer.inbox.expectDelivered({ kind: 'bookmark_registered' });
        await host.open('/host/courses');
        await host.hostCourses.unpublish(title);
        await expect(other.course.withdrawn).toBeVisible();
        await other.inbox.expectUnread(2);
        await customer.inbox.expectDelivered({ kind: 'course_withdrawn' }, { kind: 'bookmark_registered' });
        await customer.open('/bookmarks');
        await customer.bookmarks.expectWithdrawn(title);
      });

      await test.step('published again it is back, and deleted it is listed until it is let go', async () => {
        await host.hostCourses.publish(title);
        await customer.open('/bookmarks');
        await customer.bookmarks.expectShown(title);
        await host.hostCourses.delete(title);
        await expect(other.course.withdrawn).toBeVisible();
        await customer.open('/bookmarks');
        await customer.bookmarks.expectWithdrawn(title);
        guard.expectStatus(404);
        expect(await customer.open(path)).toBe(404);
        await customer.open('/bookmarks');
        await customer.bookmarks.remove(title);
        await expect(customer.bookmarks.empty).toBeVisible();
      });

      await test.step('read all at once', async () => {
        await customer.open('/inbox');
        await customer.inbox.readAll();
        await expect(customer.button(customer.words.inbox.read_all)).toHaveCount(0);
        await expect(customer.inbox.messages.first()).toBeVisible();
        await customer.inbox.expectUnread(0);
        await other.inbox.expectUnread(0);
      });
    });
  });
}
