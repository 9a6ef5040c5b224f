// The people and the course that the pictures show, made once beside the demo courses.
import { newPerson } from '../support/person.ts';
import { RestAccount } from '../support/rest.ts';
import { send } from '../support/http.ts';

export interface Scene {
  /** Everyone's favourite among the demo courses. */
  favourite: string;
  /** A course with reviews, an answer and comments. */
  course: string;
  host: RestAccount;
  customer: RestAccount;
  /** Someone who has done nothing yet. */
  newcomer: RestAccount;
}

const STOPS = [
  { name: '경의선숲길 연남동 구간', category: 'walk', lat: 37.5601, lng: 126.9251, stay_minutes: 60, cost_krw: 0, note: '철길이 있던 자리예요. 잔디에 앉은 사람들을 구경하며 천천히 걸어요.' },
  { name: '연남동 골목 책방', category: 'shop', lat: 37.5628, lng: 126.9236, stay_minutes: 40, cost_krw: 15000, note: '서로에게 줄 책을 한 권씩 골라 보세요.' },
  { name: '동진시장 건너 작은 식당', category: 'restaurant', lat: 37.5639, lng: 126.9262, stay_minutes: 70, cost_krw: 32000, note: '여섯 자리뿐이라 저녁은 이르게 가는 쪽이 좋아요.' },
  { name: '홍제천 물길', category: 'nature', lat: 37.5677, lng: 126.9219, stay_minutes: 50, cost_krw: 0, note: '해가 질 무렵 징검다리를 건너요.' },
];

const ENGLISH = {
  title: 'Along the old railway to the stream',
  summary: 'A slow evening in Yeonnam-dong: the park where trains once ran, a bookshop in an alley, an early dinner, and stepping stones at dusk.',
  stops: [
    { name: 'Gyeongui Line Forest Park, Yeonnam', note: 'Trains ran here once. Walk slowly and watch the people on the grass.' },
    { name: 'A bookshop in the alleys', note: 'Choose one book for each other.' },
    { name: 'A small restaurant across from Dongjin Market', note: 'Six seats only: come early.' },
    { name: 'Hongjecheon stream', note: 'Cross the stepping stones at dusk.' },
  ],
};

function written(title: string, stops: typeof STOPS, en?: typeof ENGLISH): object {
  const summary = '기차가 다니던 숲길에서 시작해 골목 책방을 지나고, 이른 저녁을 먹고, 해 질 무렵 물길에서 헤어지는 느린 저녁이에요.';
  const base = { title, summary, region: 'seoul', tags: ['산책', '책방', '저녁'], reviews_open: true, stops };
  return en === undefined ? base : { ...base, language: 'ko', translation: { language: 'en', ...en } };
}

async function published(host: RestAccount, course: object): Promise<string> {
  const { id } = await host.ask<{ id: string }>('POST', '/courses', 201, course);
  await host.publish(id);
  return id;
}

export async function setScene(origin: string): Promise<Scene> {
  const [host, customer, other, newcomer] = await Promise.all(['골목 수집가', '서연', '지호', '민아'].map((name) => RestAccount.open(origin, newPerson(name))));
  if (!host || !customer || !other || !newcomer) throw new Error('someone is missing');
  const { text } = await send(`${origin}/api/v1/viewpages?sort=popular&limit=3`);
  const liked = (JSON.parse(text) as { items: { course_id: string }[] }).items.map((card) => card.course_id);

  await host.ask('POST', '/courses', 201, written('장마철에 걷는 지하상가', STOPS.slice(0, 2)));
  const withdrawn = await published(host, written('한강 밤 산책', STOPS.slice(1)));
  const course = await published(host, written('연남동 숲길에서 홍제천까지', STOPS, ENGLISH));

  for (const id of [...liked, withdrawn, course]) await customer.ask('PUT', `/courses/${id}/bookmark`, 200);
  for (const id of [...liked.slice(0, 1), course]) await customer.like(id);
  await other.like(course);
  await host.unpublish(withdrawn);

  await other.ask('POST', `/courses/${course}/reviews`, 201, { rating: 3, body: '길은 좋은데 식당 줄이 길었어요. 평일에 가면 나을 것 같아요.' });
  const review = await customer.ask<{ id: string }>('POST', `/courses/${course}/reviews`, 201, {
    rating: 5,
    body: '책방에서 서로 고른 책을 식당에서 펴 봤어요. 저녁 여섯 시에 시작하니 징검다리에서 딱 노을이 졌습니다.\n\n구두는 피하는 게 좋아요.',
  });
  await host.ask('PUT', `/reviews/${review.id}/reply`, 200, { body: '노을 시간까지 맞추셨네요. 고맙습니다!' });
  await customer.ask('POST', `/courses/${course}/comments`, 201, { body: '비가 와도 징검다리를 건널 수 있나요?' });
  await host.ask('POST', `/courses/${course}/comments`, 201, { body: '많이 온 다음 날은 막아 두니, 그때는 위쪽 다리로 건너세요.' });
  await other.ask('POST', `/courses/${course}/comments`, 201, { body: '유모차로도 갈 만한지 궁금해요.' });
  return { favourite: liked[0] ?? '', course, host, customer, newcomer };
}
