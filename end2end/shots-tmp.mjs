import { chromium } from 'playwright-core';
import { spawn } from 'node:child_process';
import { mkdtempSync, chmodSync } from 'node:fs';
const data = mkdtempSync('/tmp/live-data-'); chmodSync(data, 0o755);
const server = spawn('/work/wt/live/target/debug/dulle', ['serve'], { cwd: data, env: { ...process.env, DULLE_ADDR: '127.0.0.1:0', DULLE_ADMIN_ADDR: '127.0.0.1:0', DULLE_DATA: data, DULLE_RATE_LIMIT: 'off' } });
const origin = await new Promise((ok) => { let t=''; server.stdout.on('data', (d) => { t += d; const m = /listening on (\S+)/.exec(t); if (m) ok(m[1]); }); server.stderr.on('data', () => {}); });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
try {
  const json = await (await fetch(`${origin}/api/v1/viewpages?sort=popular`)).json();
  const id = json.items[0].course_id;
  const post = async (path, body, token) => (await fetch(`${origin}/api/v1${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) }, body: JSON.stringify(body) })).json();
  await post('/accounts', { email: 'a@example.com', password: 'correct horse 9', display_name: '준호' });
  const { token } = await post('/sessions', { email: 'a@example.com', password: 'correct horse 9' });
  for (const [name, viewport, colorScheme, lang] of [['phone-light-ko', { width: 390, height: 844 }, 'light', ''], ['desktop-dark-en', { width: 1440, height: 900 }, 'dark', '/en'], ['small-dark-ko', { width: 320, height: 700 }, 'dark', '']]) {
    const context = await browser.newContext({ viewport, colorScheme, locale: lang ? 'en-US' : 'ko-KR' });
    await context.addCookies([{ name: 'dulle', value: token, url: origin, httpOnly: true, sameSite: 'Lax' }]);
    const page = await context.newPage();
    const other = await (await browser.newContext()).newPage();
    await other.goto(`${origin}/courses/${id}`);
    await page.goto(`${origin}${lang}/courses/${id}`);
    await page.locator('.looking:not(:empty)').waitFor();
    await page.screenshot({ path: `/tmp/live-shots/${name}.png`, fullPage: true });
    await page.locator('.bookmark-button').click();
    await page.waitForFunction(() => document.querySelector('.bookmark-button')?.getAttribute('aria-pressed') === 'true');
    await page.waitForTimeout(600);
    await page.locator('.bookmark-button').click();
    await page.locator('.toast:not(.none)').waitFor();
    await page.screenshot({ path: `/tmp/live-shots/${name}-toast.png` });
    await page.evaluate(() => { Object.defineProperty(navigator, 'clipboard', { value: undefined }); Object.defineProperty(navigator, 'share', { value: undefined }); });
    await page.locator('.share summary').click();
    await page.locator('.share input').waitFor();
    await page.screenshot({ path: `/tmp/live-shots/${name}-share.png` });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    console.log(name, 'sideways', wide);
    await page.goto(`${origin}${lang}/courses/${id}/reviews?sort=lowest`);
    await page.screenshot({ path: `/tmp/live-shots/${name}-reviews.png` });
    await other.context().close(); await context.close();
  }
  const page = await browser.newPage({ viewport: { width: 794, height: 1123 } });
  await page.goto(`${origin}/courses/${id}`);
  await page.emulateMedia({ media: 'print' });
  await page.screenshot({ path: '/tmp/live-shots/print.png', fullPage: true });
} finally { await browser.close(); server.kill('SIGTERM'); }
