// A course leaves the site: as a plan, as a track, as a link with a picture.
import { readFileSync } from 'node:fs';
import { newCourse } from '../support/course.ts';
import { expect, test } from '../support/fixtures.ts';
import { phrase } from '../support/words.ts';

for (const javaScriptEnabled of [true, false]) {
  test(`the plan of a walk is saved ${javaScriptEnabled ? 'with' : 'without'} script`, async ({ visitor, arrive }) => {
    const course = newCourse();
    const id = await (await visitor.getSession()).writeAndPublish(course);
    const someone = await arrive({ javaScriptEnabled, acceptDownloads: true });
    expect(await someone.open(`/courses/${id}`)).toBe(200);
    const { words } = someone;
    await someone.field(words.course.start).fill('2026-12-05T11:00');
    const [saved] = await Promise.all([someone.page.waitForEvent('download'), someone.press(someone.button(words.course.take_ics))]);
    expect(saved.suggestedFilename()).toBe(`${course.title}.ics`);
    const plan = readFileSync(await saved.path(), 'utf8');
    expect(plan.match(/^BEGIN:VEVENT\r$/gm)).toHaveLength(course.stops.length);
    expect(plan).toContain('DTSTART:20261205T110000\r\n');

    for (const [name, ending] of [[words.course.take_gpx, 'gpx'], [words.course.take_geojson, 'geojson']] as const) {
      const link = someone.page.getByRole('link', { name, exact: true });
      const [file] = await Promise.all([someone.page.waitForEvent('download'), someone.press(link)]);
      expect(file.suggestedFilename()).toBe(`${course.title}.${ending}`);
    }
  });
}

test('the browser understands what the page says about itself, and has nothing to say about it', async ({ visitor }) => {
  const course = newCourse();
  course.title = `</script><script>window.injected = true</script>${course.title}`.slice(0, 80);
  const id = await (await visitor.getSession()).writeAndPublish(course);
  await visitor.openLive(`/courses/${id}`);
  const data = await visitor.page.locator('script[type="application/ld+json"]').textContent();
  const trip = JSON.parse(data ?? '') as { '@type': string; name: string; itinerary: { itemListElement: unknown[] } };
  expect(trip).toMatchObject({ '@type': 'TouristTrip', name: course.title });
  expect(trip.itinerary.itemListElement).toHaveLength(course.stops.length);
  expect(await visitor.page.evaluate(() => 'injected' in window)).toBe(false);

  const picture = await visitor.page.locator('meta[property="og:image"]').getAttribute('content');
  const size = await visitor.page.evaluate(async (address) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  }, picture ?? '');
  expect(size).toEqual([1200, 630]);
});

test('the host of a course has a page with the courses', async ({ visitor }) => {
  const course = newCourse();
  const account = await visitor.getSession();
  const id = await account.writeAndPublish(course);
  const { display_name: name } = await account.ask<{ display_name: string }>('GET', '/me', 200);
  const { words } = visitor;
  await visitor.openLive(`/courses/${id}`);
  await visitor.press(visitor.page.getByRole('link', { name: phrase(words.course.by, { name }), exact: true }));
  await expect(visitor.page.getByRole('heading', { level: 1 })).toHaveText(phrase(words.hosts.title, { name }));
  await expect(visitor.page.getByRole('link', { name: course.title })).toBeVisible();
  const feed = await visitor.page.locator('link[type="application/atom+xml"]').getAttribute('href');
  const answer = await visitor.page.request.get(new URL(feed ?? '', visitor.page.url()).href);
  expect(await answer.text()).toContain(`urn:uuid:${id}`);
});
