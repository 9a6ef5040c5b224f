// A small world in which every state of every page can be looked at: a host with courses, people who talk about them, and one
// who has just come. Its words are always the same, so that pages can be compared with how they were; only ids and times differ.
import { expect } from '@playwright/test';
import { newStop, type StopText } from '../course.ts';
import { newPerson } from '../person.ts';
import { RestAccount, view } from '../rest.ts';

/** Who looks at a page. */
export type Who = 'stranger' | 'newcomer' | 'customer' | 'host';

/** More than a page of their list holds. */
const COMMENTS = 21;

/** An unbroken word that is wider than a phone. */
const LONG = 'https://example.com/walks/seoul/seongsu/'.repeat(3);

export interface World {
  origin: string;
  people: Record<Exclude<Who, 'stranger'>, RestAccount>;
  /** A published course that much is said about. */
  full: string;
  /** One that is written in both languages and that nobody has said anything about. */
  quiet: string;
  /** One that is written but not shown. */
  draft: string;
  /** One that the customer keeps and the host has taken down. */
  withdrawn: string;
  /** The tag that only this world's courses have. */
  tag: string;
}

export async function newWorld(origin: string): Promise<World> {
  const leaving = newPerson('떠난 사람');
  const names = ['둘레 산책반', '하늘', 'Newcomer', 'A name that is as long as a name may be'];
  // not at once: passwords are made slowly on purpose, and a server with much to do turns away who can't wait
  const accounts: RestAccount[] = [];
  for (const person of [...names.map((name) => newPerson(name)), leaving]) accounts.push(await RestAccount.open(origin, person));
  const [host, customer, newcomer, talker, leaver] = accounts as [RestAccount, RestAccount, RestAccount, RestAccount, RestAccount];
  const tag = `길${host.token.replaceAll(/[^a-z0-9]/gi, '').slice(0, 8)}`;
  const write = (course: object) => host.ask<{ id: string }>('POST', '/courses', 201, course).then(({ id }) => id);
  const full = await write({
    ...words('노을까지 한 바퀴', tag),
    stops: [
      stop('서울숲', { lat: '37.5444', lng: '127.0374' }),
      stop('성수동 연무장길', { category: 'walk', lat: '37.5424', lng: '127.0550', costKrw: '0' }),
      stop('뚝섬한강공원', { category: 'viewpoint', lat: '37.5296', lng: '127.0700', stayMinutes: '0', note: LONG }),
      stop('서울숲 카페거리', { category: 'cafe', lat: '37.5468', lng: '127.0421', costKrw: '1234500' }),
    ],
  });
  const quiet = await write({
    ...words('조용한 골목', tag),
    stops: [stop('서촌 골목', { lat: '37.5796', lng: '126.9707' }), stop('통인시장', { category: 'market', lat: '37.5807', lng: '126.9699' })],
    translation: { title: 'Quiet lanes', summary: 'Slowly, and early.', stops: [{ name: 'Lanes of Seochon', note: 'a word' }, { name: 'Tongin Market', note: '' }] },
  });
  const draft = await write({ ...words('아직 쓰는 중', tag), stops: [] });
  const withdrawn = await write({ ...words('사라진 길', tag), stops: [stop('남산', { lat: '37.5512', lng: '126.9882' })] });
  for (const id of [full, quiet, withdrawn]) await host.publish(id);

  // One after the other, so that all is in the same order every time: what people are told comes behind what it is about.
  await customer.like(full);
  for (const id of [full, withdrawn]) await customer.ask('PUT', `/courses/${id}/bookmark`, 200);
  await told(customer, 'bookmark_registered', 2);
  await told(host, 'course_bookmarked', 2);
  const talk: [RestAccount, number, string][] = [
    [leaver, 3, '걸을 만했어요.'],
    [talker, 1, LONG],
    [customer, 5, '함께 걸어 보니 마지막 길이 가장 좋았어요.\n다시 가고 싶어요.'],
  ];
  let last = '';
  for (const [person, rating, body] of talk) last = (await person.ask<{ id: string }>('POST', `/courses/${full}/reviews`, 201, { rating, body })).id;
  await told(host, 'review_received', talk.length);
  await host.ask('PUT', `/reviews/${last}/reply`, 200, { body: '고맙습니다. 봄에 또 오세요.' });
  await told(customer, 'review_replied', 1);
  for (let number = 1; number <= COMMENTS; number += 1) await customer.ask('POST', `/courses/${full}/comments`, 201, { body: `${number}번: 비가 와도 걸을 만한가요?` });
  await talker.ask('POST', `/courses/${full}/comments`, 201, { body: LONG });
  await host.ask('POST', `/courses/${full}/comments`, 201, { body: '네, 비 오는 날도 좋아요.' });
  await told(host, 'comment_received', COMMENTS + 1);
  await host.unpublish(withdrawn);
  await told(customer, 'course_withdrawn', 1);
  await leaver.ask('DELETE', '/me', 202, { password: leaving.password });
  await until('whoever left has no name any more', async () => (await view(origin, full)).reviews.some(({ author }) => author.display_name === ''));
  return { origin, people: { host, customer, newcomer }, full, quiet, draft, withdrawn, tag };
}

function told(person: RestAccount, kind: string, count: number): Promise<void> {
  return until(`${count} messages of ${kind}`, async () => {
    const { items } = await person.ask<{ items: { kind: string }[] }>('GET', '/me/messages?limit=100', 200);
    return items.filter((item) => item.kind === kind).length >= count;
  });
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  await expect.poll(holds, { message: what, timeout: 30_000, intervals: [50] }).toBe(true);
}

function words(title: string, tag: string): object {
  const summary = '해 지기 두 시간 전에 만나\n강가에서 헤어지는 길이에요.';
  return { language: 'ko', title, summary, region: 'seoul', tags: ['산책', tag], reviews_open: true };
}

function stop(name: string, changed: Partial<StopText>): object {
  const { lat, lng, stayMinutes, costKrw, ...rest } = { ...newStop(name), note: '천천히 걷는 길이에요.', ...changed };
  return { ...rest, lat: Number(lat), lng: Number(lng), stay_minutes: Number(stayMinutes), cost_krw: Number(costKrw) };
}
