// How soon the page shows something after a press (INP), and whether anything jumps (CLS), with the processor slowed to a
// quarter. Arguments: the program, its data folder, a free port. Prints a table; nothing here fails for being slow.
import { chromium } from "playwright-core";
import { CHROMIUM, FLAGS, line, serving, someone } from "./serving.mjs";

const SLOWDOWN = 4;
const PRESSES = 12;
/** How often that is done: the median says more of the page, the longest of all more of what else the machine was at. */
const ROUNDS = 5;
/** Between two presses of an impatient finger, in milliseconds. */
const PAUSE = 200;
/** Browsers say nothing of what is quicker (Event Timing, 3.2). */
const SHORTEST = 16;

await serving(process.argv.slice(2), async (origin) => {
  const { token, liked } = await someone(origin);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await context.addCookies([{ name: "dulle", value: token, url: origin }]);
  const page = await context.newPage();
  let entries = [];
  let answered;
  await context.exposeFunction("noted", (entry) => entries.push(entry));
  await context.exposeFunction("answered", () => answered());
  await context.addInitScript((shortest) => {
    const note = (list) => {
      for (const { entryType, name, duration, interactionId, value, hadRecentInput } of list.getEntries()) {
        if (entryType === "layout-shift" || interactionId > 0) window.noted({ entryType, name, duration, interactionId, value, hadRecentInput });
      }
    };
    new PerformanceObserver(note).observe({ type: "event", durationThreshold: shortest, buffered: true });
    new PerformanceObserver(note).observe({ type: "first-input", buffered: true });
    new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
  }, SHORTEST);
  const slow = await context.newCDPSession(page);
  await slow.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });

  // Entries come after the frame that they are about.
  const frames = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 400))));
  // a press may lead to another page, which then is the one to wait for
  const settle = () => frames().catch(() => page.waitForLoadState().then(frames));
  async function measure(what, deeds, rounds = 1) {
    entries = [];
    const longest = [];
    for (let round = 0; round < rounds; round += 1) {
      const before = entries.length;
      await deeds();
      await settle();
      // fewer than fifty interactions: the longest counts (web-vitals, INP)
      const presses = entries.slice(before).filter((entry) => entry.entryType !== "layout-shift");
      longest.push(Math.max(0, ...presses.map((entry) => entry.duration)));
    }
    longest.sort((one, other) => one - other);
    const said = (duration) => (duration > 0 ? `${duration.toFixed(0)} ms` : `< ${SHORTEST} ms`);
    const shifted = (answer) =>
      entries
        .filter((entry) => entry.entryType === "layout-shift" && entry.hadRecentInput === answer)
        .reduce((sum, entry) => sum + entry.value, 0)
        .toFixed(4);
    line(`${what}, INP at ${SLOWDOWN}× slowed CPU`, said(longest[longest.length >> 1]), "≤ 100 ms");
    if (rounds > 1) line("  the longest of all rounds", said(longest.at(-1)), "–");
    line(`${what}, CLS`, shifted(false), "0");
    // what moves within half a second of a press is its answer, and no part of CLS (Layout Instability, 2.3)
    line("  moved by the answers to presses", shifted(true), "–");
  }

  const live = page.waitForResponse((answer) => new URL(answer.url()).pathname === "/api/v1/live");
  await measure("viewpage, opened", async () => {
    await page.goto(`${origin}/courses/${liked}`);
    await live;
  });
  for (const kind of ["like", "bookmark"]) {
    const button = page.locator(`.${kind}-button`);
    await button.scrollIntoViewIfNeeded();
    const { x, y, width, height } = await button.boundingBox();
    await button.evaluate((button) => new MutationObserver(() => window.answered()).observe(button, { attributes: true, attributeFilter: ["aria-pressed"] }));
    await measure(`${kind === "like" ? "like" : "save"}, median of ${ROUNDS} × ${PRESSES} presses`, async () => {
      // By the finger alone: a locator's own tap looks at the page in each frame until it may press, and that would be measured, too.
      for (let press = 0; press < PRESSES; press += 1) {
        const answer = new Promise((done) => (answered = done));
        await page.touchscreen.tap(x + width / 2, y + height / 2);
        await answer;
        await page.waitForTimeout(PAUSE);
      }
    }, ROUNDS);
  }
  await measure("discover, opened", () => page.goto(`${origin}/`));
  await measure("filter, typed, chosen and sent", async () => {
    const words = page.locator("input[name=q]");
    await words.tap();
    for (const letter of "seoul") await page.keyboard.press(letter);
    await page.locator("input[name=region]:checked").focus();
    await page.keyboard.press("ArrowRight");
    await settle();
    await words.tap();
    await page.keyboard.press("Enter");
    await page.waitForURL(/[?&]q=seoul/);
    await page.waitForLoadState();
  });
  await browser.close();
});
