// The program under measurement, with someone signed in who has a course. Arguments are those of the scripts that use it.
import { spawn } from "node:child_process";

export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
export const line = (what, value, goal) => console.log(`${what.padEnd(58)} ${value.padStart(12)}   goal ${goal}`);

/** Starts the program, hands over where it is, and ends it whatever happens. */
export async function serving([program, data, port], use) {
  const origin = `http://127.0.0.1:${port}`;
  const environment = { ...process.env, DULLE_DATA: data, DULLE_DEMO: "1", DULLE_RATE_LIMIT: "off", DULLE_ADDR: `127.0.0.1:${port}`, DULLE_ADMIN_ADDR: `127.0.0.1:${Number(port) + 1}` };
  const child = spawn(program, ["serve"], { env: environment, stdio: "ignore" });
  const ended = new Promise((done) => child.once("exit", done));
  try {
    for (let tries = 600; !(await fetch(`${origin}/readyz`).catch(() => undefined))?.ok; tries -= 1) {
      if (tries === 0 || child.exitCode !== null) throw new Error("the program does not get ready");
      await new Promise((done) => setTimeout(done, 100));
    }
    await use(origin);
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

async function call(origin, method, path, { token, body } = {}) {
  const headers = { "content-type": "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  const answer = await fetch(`${origin}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Someone who is signed in; a course of theirs; and the most liked course of all. */
export async function someone(origin) {
  const account = { email: `bench-${Date.now()}@example.com`, password: "a long walk together" };
  await call(origin, "POST", "/accounts", { body: { ...account, display_name: "bench" } });
  const { token } = await call(origin, "POST", "/sessions", { body: account });
  const stops = Array.from({ length: 6 }, (_, index) => ({ name: `서울숲 ${index + 1}`, category: "park", lat: 37.54 + index / 300, lng: 127.03, stay_minutes: 40, cost_krw: 5000, note: "천천히 걷는 길" }));
  const course = { title: "여섯 곳을 도는 하루", summary: "둘이 걷는 길", region: "seoul", tags: ["산책"], reviews_open: true, stops };
  const { id: own } = await call(origin, "POST", "/courses", { token, body: course });
  const { items } = await call(origin, "GET", "/viewpages?sort=popular&limit=1");
  return { token, own, liked: items[0].course_id };
}
