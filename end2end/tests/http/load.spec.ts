// A page that is asked for a thousand times is a whole page a thousand times.
import { newCourse } from '../../support/course.ts';
import { expect, test } from '../../support/fixtures.ts';
import { ask } from '../../support/http.ts';
import { newPerson } from '../../support/person.ts';
import { RestAccount } from '../../support/rest.ts';

const REQUESTS = 1_000;
const CONNECTIONS = 64;

for (const language of ['ko', 'en'] as const) {
  test.describe(language, () => {
    test.use({ language });

    for (const name of ['discover', 'viewpage', 'sign-in', 'sign-up', 'host list', 'new form', 'edit form']) {
      test(`${name}, ${REQUESTS} times over ${CONNECTIONS} connections`, async ({ site }) => {
        const account = await RestAccount.open(site.origin, newPerson());
        const id = await account.writeAndPublish(newCourse());
        const paths: Record<string, string> = {
          discover: '/',
          viewpage: `/courses/${id}`,
          'sign-in': '/sign-in',
          'sign-up': '/sign-up',
          'host list': '/host/courses',
          'new form': '/host/courses/new',
          'edit form': `/host/courses/${id}/edit`,
        };
        const path = paths[name] ?? '';
        const headers: Record<string, string> = path.startsWith('/host') ? { cookie: account.cookie } : {};
        const answers = new Map<string, number>();
        await ask(site.url(path), REQUESTS, CONNECTIONS, headers, ({ status, text }) => {
          const answer = `${status} ${text.endsWith('</html>') ? 'whole' : `ends in ${text.slice(-20)}`}`;
          answers.set(answer, (answers.get(answer) ?? 0) + 1);
        });
        expect(Object.fromEntries(answers)).toEqual({ '200 whole': REQUESTS });
      });
    }
  });
}
