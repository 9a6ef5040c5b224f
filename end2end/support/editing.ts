// A course in the host's editor, beside what the server holds of it.
import { newCourse, type CourseText } from './course.ts';
import type { RestAccount } from './rest.ts';
import type { Visitor } from './visitor.ts';

interface Stored {
  title: string;
  summary: string;
  version: number;
  stops: { name: string; lat: number; lng: number }[];
}

/** A course that exists, open in the editor. */
export async function editing(host: Visitor, { publish = false } = {}): Promise<{ account: RestAccount; course: CourseText; id: string; path: string }> {
  const course = newCourse();
  const account = await host.getSession();
  const id = publish ? await account.writeAndPublish(course) : await account.write(course);
  const path = `/host/courses/${id}/edit`;
  await host.form.open(path);
  return { account, course, id, path };
}

export const stored = (account: RestAccount, id: string) => account.ask<Stored>('GET', `/courses/${id}`, 200);
export const names = (course: CourseText) => course.stops.map((stop) => stop.name);
