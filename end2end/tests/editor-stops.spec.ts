// The stops of a course in the host's editor: in their list and on the map.
import { handOn, middle } from '../support/drag.ts';
import { editing, names, stored } from '../support/editing.ts';
import { expect, test } from '../support/fixtures.ts';
import { phrase } from '../support/words.ts';

test.describe('stops', () => {
  test('are moved by keyboard: announced, renumbered, and the focus goes along', async ({ visitor: host }) => {
    const { account, course, id } = await editing(host);
    const [first, second, third] = names(course) as [string, string, string];
    const { form } = host;
    await form.grip(1).focus();
    await host.page.keyboard.press('ArrowDown');
    await form.expectNames([second, first, third]);
    await expect(form.grip(2)).toBeFocused();
    await expect(form.said).toHaveText(phrase(host.words.editor.moved, { name: first, number: 2, count: 3 }));
    await host.page.keyboard.press('End');
    await form.expectNames([second, third, first]);
    await expect(form.grip(3)).toBeFocused();
    await host.page.keyboard.press('Home');
    await form.expectNames([first, second, third]);
    await host.page.keyboard.press('ArrowDown');
    await form.save();
    await host.hostCourses.expectDone('done_saved');
    expect((await stored(account, id)).stops.map((stop) => stop.name)).toEqual([second, first, third]);
  });

  test('are moved by buttons, which keep the focus until they can go no further', async ({ visitor: host }) => {
    const { course } = await editing(host);
    const [first, second, third] = names(course) as [string, string, string];
    const { form } = host;
    await host.press(form.stopButton('move_down_label', 1));
    await form.expectNames([second, first, third]);
    await expect(form.stopButton('move_down_label', 2)).toBeFocused();
    await host.page.keyboard.press('Enter');
    await form.expectNames([second, third, first]);
    await expect(form.grip(3)).toBeFocused();
    await expect(form.stopButton('move_down_label', 3)).toBeDisabled();
    await expect(form.stopButton('move_up_label', 1)).toBeDisabled();
    await expect(form.stopButton('move_down_label', 2)).toBeEnabled();
    await expect(host.page).toHaveURL(/\/edit$/);
  });

  test('are dragged, by whatever there is to drag with', async ({ visitor: host, hasTouch }) => {
    const { account, course, id } = await editing(host);
    const [first, second, third] = names(course) as [string, string, string];
    const { form, page } = host;
    const hand = await handOn(page, hasTouch);
    const from = await middle(form.grip(1));
    await hand.down(from);
    await hand.move({ x: from.x, y: from.y + 12 });
    await expect(page.locator('#stop-list')).toHaveClass(/arranging/);
    await expect(form.stopField(1, 'stop_note')).toBeHidden();
    const last = await page.locator('#stop-3').boundingBox();
    await hand.move({ x: from.x, y: (last?.y ?? 0) + (last?.height ?? 0) - 2 });
    await form.expectNames([second, third, first]);
    await hand.up();
    await expect(page.locator('#stop-list')).not.toHaveClass(/arranging/);
    await expect(form.grip(3)).toBeFocused();
    await form.save();
    await host.hostCourses.expectDone('done_saved');
    expect((await stored(account, id)).stops.map((stop) => stop.name)).toEqual([second, third, first]);
  });

  test('are on the map as they are written, also where it comes later than the rest of the editor', async ({ visitor: host }) => {
    let come = (): void => undefined;
    const held = new Promise<void>((resolve) => (come = resolve));
    await host.page.route(/split_stop_map.*\.wasm$/, async (route) => {
      await held;
      await route.continue();
    });
    await editing(host);
    const { form } = host;
    await form.stopField(2, 'stop_name').fill('노들섬');
    await expect(form.mark(2)).not.toHaveAccessibleName(/노들섬/);
    come();
    await expect(form.mark(2)).toHaveAccessibleName('2. 노들섬');
    await expect(form.mark(2)).toHaveAttribute('aria-pressed', 'true');
    await expect(form.mark(1)).toHaveAttribute('aria-pressed', 'false');
  });

  test('that are dragged go back with Escape', async ({ visitor: host, hasTouch }) => {
    const { course } = await editing(host);
    const { form, page } = host;
    const hand = await handOn(page, hasTouch);
    const from = await middle(form.grip(1));
    await hand.down(from);
    await hand.move({ x: from.x, y: from.y + 12 });
    const last = await page.locator('#stop-3').boundingBox();
    await hand.move({ x: from.x, y: (last?.y ?? 0) + 4 });
    await expect(form.stopField(1, 'stop_name')).not.toHaveValue(names(course)[0] ?? '');
    await page.keyboard.press('Escape');
    await form.expectNames(names(course));
    await hand.up();
    await form.expectNames(names(course));
  });

  test('that are removed come back as they were, with their words in the other language', async ({ visitor: host }) => {
    const { course } = await editing(host);
    const [first, second, third] = names(course) as [string, string, string];
    const { form, words } = host;
    await host.press(host.page.getByText(words.form.translation, { exact: true }));
    await host.field(phrase(words.form.translation_stop_name, { number: 2 })).fill('Yeonmujang-gil');
    await form.stopField(2, 'stop_note').fill('changed before');
    await host.press(form.stopButton('remove_stop_label', 2));
    await form.expectNames([first, third]);
    await expect(host.field(phrase(words.form.translation_stop_name, { number: 2 }))).toHaveValue('');
    await expect(form.said).toHaveText(phrase(words.editor.removed, { name: second }));
    await expect(form.grip(2)).toBeFocused();
    await host.press(host.button(words.editor.undo));
    await form.expectNames([first, second, third]);
    await expect(form.stopField(2, 'stop_note')).toHaveValue('changed before');
    await expect(host.field(phrase(words.form.translation_stop_name, { number: 2 }))).toHaveValue('Yeonmujang-gil');
    await expect(form.grip(2)).toBeFocused();
    await expect(host.button(words.editor.undo)).toHaveCount(0);
  });

  test('are twenty at the most, and each new one is where one writes next', async ({ visitor: host }) => {
    await editing(host);
    const { form } = host;
    for (let count = 4; count <= 20; count++) {
      await form.addStop();
      await expect(form.stopField(count, 'stop_name')).toBeFocused();
    }
    await expect(host.button(host.words.form.add_stop)).toHaveCount(0);
    await host.press(form.stopButton('remove_stop_label', 20));
    await expect(host.button(host.words.form.add_stop)).toBeVisible();
  });
});

test.describe('the map', () => {
  test('puts the chosen stop where it is pressed, and moves it by arrow keys', async ({ visitor: host, hasTouch }) => {
    const { course } = await editing(host);
    const { form, page } = host;
    await form.stopField(2, 'stop_name').focus();
    await expect(form.mark(2)).toHaveAttribute('aria-pressed', 'true');
    const before = Number(course.stops[1]?.lat);
    const map = page.locator('svg.placing');
    await map.scrollIntoViewIfNeeded();
    const box = await map.boundingBox();
    const position = { x: 12, y: (box?.height ?? 0) - 12 };
    await (hasTouch ? map.tap({ position }) : map.click({ position }));
    const lat = Number(await form.stopField(2, 'stop_lat').inputValue());
    expect(lat).toBeLessThan(before);
    await expect(form.said).toContainText(String(lat));

    await form.mark(2).focus();
    await page.keyboard.press('Shift+ArrowUp');
    await expect.poll(async () => Number(await form.stopField(2, 'stop_lat').inputValue())).toBeGreaterThan(lat);
    await expect(form.mark(2)).toBeFocused();
    await expect(form.stopField(1, 'stop_lat')).toHaveValue(/^37\.5444/);
  });

  test('follows what is written, and shows nothing that is nowhere', async ({ visitor: host, guard }) => {
    // a draft that doesn't hold is offered to the server, too
    guard.expectStatus(422);
    await editing(host);
    const { form } = host;
    const place = () => form.mark(2).getAttribute('transform');
    const before = await place();
    await form.stopField(2, 'stop_lat').fill('37.5300');
    await expect.poll(place).not.toBe(before);
    await form.stopField(2, 'stop_lat').fill('north');
    await expect(form.mark(2)).toBeHidden();
    await expect(form.mark(1)).toBeVisible();
  });

  test('a mark is dragged', async ({ visitor: host, hasTouch }) => {
    await editing(host);
    const { form, page } = host;
    const lng = Number(await form.stopField(1, 'stop_lng').inputValue());
    const hand = await handOn(page, hasTouch);
    const from = await middle(form.mark(1).locator('circle'));
    await hand.down(from);
    await hand.move({ x: from.x + 40, y: from.y });
    await hand.up();
    await expect.poll(async () => Number(await form.stopField(1, 'stop_lng').inputValue())).toBeGreaterThan(lng);
  });

  test('a pair of coordinates that is pasted or typed comes apart', async ({ visitor: host }) => {
    await editing(host);
    const { form } = host;
    const [lat, lng] = [form.stopField(1, 'stop_lat'), form.stopField(1, 'stop_lng')];
    await lat.evaluate((field) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', '35.1532, 129.1186');
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    });
    await expect(lat).toHaveValue('35.1532');
    await expect(lng).toHaveValue('129.1186');
    await lng.fill('');
    await lat.fill('33.4996, 126.5312');
    await lat.blur();
    await expect(lat).toHaveValue('33.4996');
    await expect(lng).toHaveValue('126.5312');
  });
});
