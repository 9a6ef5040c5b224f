// What the benchmark of changes needs: customers who are signed in, courses, and one course with twenty reviews and comments.
// Arguments: the origin, a folder. Writes the files `tokens`, `courses` and `full` (the course's id) there.
import { writeFileSync } from "node:fs";

const [origin, folder] = process.argv.slice(2);
const CUSTOMERS = 40;

async function call(method, path, { token, body } = {}) {
  const headers = { "content-type": "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  const answer = await fetch(`${origin}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function account(name) {
  const password = "a long walk together";
  const email = `${name}-${process.pid}@example.com`;
  await call("POST", "/accounts", { body: { email, password, display_name: name } });
  return (await call("POST", "/sessions", { body: { email, password } })).token;
}

const tokens = [];
for (let customer = 0; customer < CUSTOMERS; customer += 1) tokens.push(await account(`bench${customer}`));

const host = await account("host");
const stops = Array.from({ length: 6 }, (_, index) => ({ name: `서울숲 ${index + 1}`, category: "park", lat: 37.54 + index / 300, lng: 127.03, stay_minutes: 40, cost_krw: 5000, note: "천천히 걷는 길" }));
const course = { title: "후기가 많은 하루", summary: "둘이 걷는 길", region: "seoul", tags: ["산책"], reviews_open: true, stops };
const { id } = await call("POST", "/courses", { token: host, body: course });
await call("POST", `/courses/${id}/publish`, { token: host });
for (const [index, token] of tokens.slice(0, 20).entries()) {
  await call("POST", `/courses/${id}/reviews`, { token, body: { rating: 1 + (index % 5), body: `함께 걸어 보니 ${index + 1}번째 길이 가장 좋았어요. 다시 가고 싶어요.` } });
  await call("POST", `/courses/${id}/comments`, { token, body: { body: `${index + 1}번: 비가 와도 걸을 만한가요?` } });
}

const courses = [];
for (let next = ""; next !== null && courses.length < 500; ) {
  const page = await call("GET", `/viewpages?limit=100&sort=new${next && `&cursor=${encodeURIComponent(next)}`}`);
  courses.push(...page.items.map((item) => item.course_id));
  next = page.next;
}
const write = (name, lines) => writeFileSync(`${folder}/${name}`, `${lines.join("\n")}\n`);
write("tokens", tokens);
write("courses", courses.slice(0, 500));
write("full", [id]);
