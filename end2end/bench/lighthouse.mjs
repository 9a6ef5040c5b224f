// Lighthouse on its phone preset. Arguments: the program, its data folder, a free port; LIGHTHOUSE_RUNS (5) of each page.
// Prints the median of each category beside its goal, and what keeps a page from it; nothing here fails.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { CHROMIUM, FLAGS, line, median, serving, someone } from "./serving.mjs";

const RUNS = Number(process.env.LIGHTHOUSE_RUNS ?? 5);
const GOALS = { performance: 97, accessibility: 100, "best-practices": 100, seo: 100 };

await serving(process.argv.slice(2), async (origin) => {
  const { token, own, liked } = await someone(origin);
  const pages = [
    ["discover", "/"],
    ["viewpage", `/courses/${liked}`],
    ["editor", `/host/courses/${own}/edit`, { Cookie: `dulle=${token}` }],
  ];
  const chrome = await launch({ chromePath: CHROMIUM, chromeFlags: ["--headless=new", ...FLAGS], logLevel: "error" });
  try {
    for (const [name, path, extraHeaders] of pages) await measure(name, origin + path, { port: chrome.port, logLevel: "error", extraHeaders });
  } finally {
    chrome.kill();
  }
});

async function measure(name, url, flags) {
  const runs = [];
  let lost = 0;
  while (runs.length < RUNS) {
    const { lhr } = await lighthouse(url, { ...flags, onlyCategories: Object.keys(GOALS) });
    if (lhr.runtimeError) {
      // on a busy machine a trace is lost now and then
      lost += 1;
      if (lost > RUNS) throw new Error(`${url}: ${lhr.runtimeError.message}`);
      continue;
    }
    if (lhr.finalDisplayedUrl !== url) throw new Error(`${url} led to ${lhr.finalDisplayedUrl}`);
    runs.push(lhr);
  }
  for (const [category, goal] of Object.entries(GOALS)) {
    const score = median(runs.map((lhr) => Math.round(lhr.categories[category].score * 100)));
    line(`Lighthouse, ${name}, ${category}, median of ${RUNS}`, String(score), goal === 100 ? "100" : `≥ ${goal}`);
    if (score < goal) complain(runs[0], category);
  }
  // its own measure of the machine, without which runs can't be compared
  line("  the machine's benchmark index", median(runs.map((lhr) => lhr.environment.benchmarkIndex)).toFixed(0), "–");
  const timing = (audit) => median(runs.map((lhr) => lhr.audits[audit].numericValue));
  line(`  first and largest paint, simulated slow 4G`, `${timing("first-contentful-paint").toFixed(0)}, ${timing("largest-contentful-paint").toFixed(0)} ms`, "–");
  line(`  blocked, shifted`, `${timing("total-blocking-time").toFixed(0)} ms, ${timing("cumulative-layout-shift").toFixed(3)}`, "–");
}

// What costs the most points first.
function complain(lhr, category) {
  const lost = lhr.categories[category].auditRefs
    .map(({ id, weight }) => ({ ...lhr.audits[id], cost: weight * (1 - (lhr.audits[id].score ?? 1)) }))
    .filter(({ cost }) => cost > 0)
    .sort((a, b) => b.cost - a.cost);
  for (const { id, title, displayValue } of lost) console.log(`    ${id}: ${title} ${displayValue ?? ""}`);
}
