// The REST interface, for what a journey needs and isn't about.
import { expect } from '@playwright/test';
import { send, type Answer } from './http.ts';
import type { CourseText } from './course.ts';
import type { Person } from './person.ts';

/** A person who is signed in over REST. */
export class RestAccount {
  readonly origin: string;
  readonly token: string;

  private constructor(origin: string, token: string) {
    this.origin = origin;
    this.token = token;
  }

  static async open(origin: string, { email, password, displayName }: Person): Promise<RestAccount> {
    await call(origin, 'POST', '/accounts', 201, { body: { email, password, display_name: displayName } });
    return RestAccount.signIn(origin, { email, password });
  }

  static async signIn(origin: string, credentials: Pick<Person, 'email' | 'password'>): Promise<RestAccount> {
    const { email, password } = credentials;
    const session = await call(origin, 'POST', '/sessions', 201, { body: { email, password } });
    return new RestAccount(origin, (JSON.parse(session.text) as { token: string }).token);
  }

  /** The session as a browser carries it. */
  get cookie(): string {
    return `dulle=${this.token}`;
  }

  async write(course: CourseText): Promise<string> {
    const answer = await this.call('POST', '/courses', 201, input(course));
    return (JSON.parse(answer.text) as { id: string }).id;
  }

  async publish(id: string): Promise<void> {
    await this.call('POST', `/courses/${id}/publish`, 200);
  }

  async writeAndPublish(course: CourseText): Promise<string> {
    const id = await this.write(course);
    await this.publish(id);
    return id;
  }

  async unpublish(id: string): Promise<void> {
    await this.call('POST', `/courses/${id}/unpublish`, 200);
  }

  async like(id: string): Promise<void> {
    await this.setLike('PUT', id);
  }

  async unlike(id: string): Promise<void> {
    await this.setLike('DELETE', id);
  }

  /** Until everyone is shown it: the answer itself comes as soon as it is stored. */
  private async setLike(method: string, id: string): Promise<void> {
    const told = await this.ask<{ likes: number }>(method, `/courses/${id}/like`, 200);
    await expect.poll(() => likes(this.origin, id)).toBe(told.likes);
  }

  async course(id: string): Promise<{ title: string; state: string; version: number }> {
    const answer = await this.call('GET', `/courses/${id}`, 200);
    return JSON.parse(answer.text) as { title: string; state: string; version: number };
  }

  /** Any call: what it answers as JSON, which has to come with this status. */
  async ask<T = unknown>(method: string, path: string, status: number, body?: object): Promise<T> {
    const answer = await this.call(method, path, status, body);
    return (answer.text === '' ? undefined : JSON.parse(answer.text)) as T;
  }

  /** Any call, whatever comes of it. */
  try(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
    const content: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    return send(`${this.origin}/api/v1${path}`, { method, headers: { ...content, authorization: `Bearer ${this.token}`, ...headers }, ...text });
  }

  private call(method: string, path: string, status: number, body?: object): Promise<Answer> {
    return call(this.origin, method, path, status, body === undefined ? { token: this.token } : { token: this.token, body });
  }
}

/** A published course as everyone sees it. */
export interface CourseView {
  course: { id: string; title: string; stops: { name: string; cost_krw: number }[] };
  host: { id: string; display_name: string };
  counts: { likes: number; bookmarks: number; comments: number; reviews: number };
  rating: { average: number | null; count: number };
  reviews: { id: string; author: { display_name: string }; rating: number; body: string; reply: { body: string } | null }[];
  comments: { id: string; body: string }[];
  version: number;
}

export async function view(origin: string, id: string): Promise<CourseView> {
  return JSON.parse((await call(origin, 'GET', `/viewpages/${id}`, 200, {})).text) as CourseView;
}

/** How many like a published course. */
export async function likes(origin: string, id: string): Promise<number> {
  const answer = await call(origin, 'GET', `/viewpages/${id}`, 200, {});
  return (JSON.parse(answer.text) as { counts: { likes: number } }).counts.likes;
}

async function call(origin: string, method: string, path: string, status: number, { token, body }: { token?: string; body?: object }): Promise<Answer> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await send(`${origin}/api/v1${path}`, { method, headers, ...text });
  if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} instead of ${status}: ${answer.text}`);
  return answer;
}

function input({ title, summary, region, tags, stops }: CourseText): object {
  return {
    title,
    summary,
    region,
    tags,
    reviews_open: true,
    stops: stops.map(({ name, category, lat, lng, stayMinutes, costKrw, note }) => ({
      name,
      category,
      lat: Number(lat),
      lng: Number(lng),
      stay_minutes: Number(stayMinutes),
      cost_krw: Number(costKrw),
      note,
    })),
  };
}
