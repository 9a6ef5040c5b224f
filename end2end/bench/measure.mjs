// What `make bench` measures with a browser or by starting the program. Arguments: the program, its data folder, a free port.
// Prints a table; nothing here fails for being slow.
import { chromium } from "playwright-core";
import { spawn } from "node:child_process";
import http from "node:http";

const [program, data, port] = process.argv.slice(2);
const origin = `http://127.0.0.1:${port}`;
const environment = {
  ...process.env,
  DULLE_DATA: data,
  DULLE_DEMO: "1",
  DULLE_RATE_LIMIT: "off",
  DULLE_ADDR: `127.0.0.1:${port}`,
  DULLE_ADMIN_ADDR: `127.0.0.1:${Number(port) + 1}`,
};
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const line = (what, value, goal) => console.log(`${what.padEnd(58)} ${value.padStart(12)}   goal ${goal}`);

function get(path, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.get(origin + path, { headers, agent: false }, (answer) => {
      let bytes = 0;
      const parts = [];
      answer.on("data", (part) => {
        bytes += part.length;
        parts.push(part);
      });
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, bytes, body: Buffer.concat(parts) }));
    });
    request.on("error", reject);
  });
}

// Starts the program and answers with the milliseconds to the first 200.
async function start() {
  const began = performance.now();
  const child = spawn(program, ["serve"], { env: environment, stdio: "ignore" });
  for (;;) {
    const answer = await get("/").catch(() => undefined);
    if (answer?.status === 200) return { child, took: performance.now() - began };
    await new Promise((done) => setTimeout(done, 5));
  }
}

function stop(child) {
  return new Promise((done) => {
    child.once("exit", done);
    child.kill("SIGTERM");
  });
}

const starts = [];
for (let round = 0; round < 5; round += 1) {
  const { child, took } = await start();
  starts.push(took);
  await stop(child);
}
line("`dulle serve` on an initialised folder to the first 200", `${median(starts).toFixed(0)} ms`, "≤ 1500 ms");

const { child } = await start();
try {
  const { items } = JSON.parse((await get("/api/v1/viewpages")).body);
  const course = items[0].course_id;
  const page = (await get(`/courses/${course}`)).body.toString();
  const files = [...new Set([...page.matchAll(/(?:href|src)="(\/pkg\/[^"]+)"/g)].map((match) => match[1]))];
  let total = 0;
  for (const file of files) {
    const answer = await get(file, { "accept-encoding": "br" });
    if (answer.headers["content-encoding"] !== "br") throw new Error(`${file} is not served as brotli`);
    total += answer.bytes;
  }
  line(`first load of the viewpage, brotli (${files.length} files)`, `${(total / 1024).toFixed(1)} KB`, "≤ 170 KB");

  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const email = `bench-${Date.now()}@example.com`;
  const password = "a long walk together";
  const json = { "content-type": "application/json" };
  await fetch(`${origin}/api/v1/accounts`, { method: "POST", headers: json, body: JSON.stringify({ email, password, display_name: "bench" }) });
  const session = await fetch(`${origin}/api/v1/sessions`, { method: "POST", headers: json, body: JSON.stringify({ email, password }) });
  const { token } = await session.json();
  const [clicking, watching] = [await browser.newContext(), await browser.newContext()];
  await clicking.addCookies([{ name: "dulle", value: token, url: origin }]);
  const [clicker, watcher] = [await clicking.newPage(), await watching.newPage()];
  await Promise.all([clicker, watcher].map((one) => one.goto(`${origin}/courses/${course}`, { waitUntil: "networkidle" }).catch(() => {})));
  // What both see last: when the click happened, when the number moved, on the one clock of the machine.
  await watcher.evaluate(() => {
    const number = document.querySelector(".count.likes .count-number");
    window.moved = [];
    new MutationObserver(() => window.moved.push(performance.timeOrigin + performance.now())).observe(number, { childList: true, characterData: true, subtree: true });
  });
  await clicker.evaluate(() => {
    window.clicked = [];
    document.addEventListener("click", () => window.clicked.push(performance.timeOrigin + performance.now()), { capture: true });
  });
  const button = clicker.locator("form button[type=submit].like, .like button, button.like").first();
  const rounds = 30;
  for (let round = 1; round <= rounds; round += 1) {
    await button.click();
    await watcher.waitForFunction((count) => window.moved.length >= count, round, { polling: 5 });
  }
  const [clicked, moved] = [await clicker.evaluate(() => window.clicked), await watcher.evaluate(() => window.moved)];
  const waits = clicked.map((at, index) => moved[index] - at);
  line(`like to the number on another browser's page (${rounds} likes)`, `${median(waits).toFixed(1)} ms`, "median ≤ 60 ms");
  await browser.close();
} finally {
  await stop(child);
}
