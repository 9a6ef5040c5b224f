// What the description of the REST interface promises, tried by a program that makes up requests from it: those of its phases that are
// the same each time. Without `--phases` it makes up others by chance, too.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { newCourse } from '../../support/course.ts';
import { expect, test } from '../../support/fixtures.ts';
import { newPerson } from '../../support/person.ts';
import { RestAccount } from '../../support/rest.ts';

const SCHEMATHESIS = resolve(import.meta.dirname, '../../../target/setup/schemathesis/bin/schemathesis');

/** A stream has no end, and these end the very session that everything is tried with. */
const LEFT_OUT = [
  ['GET', '/live'],
  ['DELETE', '/sessions'],
  ['DELETE', '/sessions/current'],
] as const;

test('keeps every promise of its description', async ({ site }, testInfo) => {
  test.setTimeout(300_000);
  expect(existsSync(SCHEMATHESIS), 'schemathesis is installed by `make setup`').toBe(true);
  const person = await RestAccount.open(site.origin, newPerson());
  await person.writeAndPublish(newCourse());
  const leftOut = LEFT_OUT.flatMap(([method, path]) => ['--exclude-name', `${method} ${path}`]);
  mkdirSync(testInfo.outputPath('.'), { recursive: true });
  const child = spawn(
    SCHEMATHESIS,
    ['run', `${site.origin}/api/v1/openapi.json`, '--url', `${site.origin}/api/v1`, '--checks', 'all', '--phases', 'examples,coverage', '--no-color']
      .concat(leftOut, ['--header', `Authorization: Bearer ${person.token}`]),
    // It remembers what it found in the folder that it runs in; each run is to be the same.
    { cwd: testInfo.outputPath('.'), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let told = '';
  for (const output of [child.stdout, child.stderr]) output.on('data', (part: Buffer) => (told += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code, told).toBe(0);
});
