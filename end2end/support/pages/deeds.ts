// What people do on a page that is open: states which script alone brings about. Each leaves the world as it was, so that other
// states are what they are: nothing is saved, and nothing is deleted.
import { expect } from '@playwright/test';
import type { Visitor } from '../visitor.ts';
import { timed } from '../words.ts';

export type Deed = (visitor: Visitor) => Promise<void>;

/** Writes another title, and waits for what becomes of it. */
async function write({ form }: Visitor, title: string, status: string): Promise<void> {
  await form.title.fill(title);
  await expect(form.status).toHaveText(timed(status));
}

export const keptInTheBrowser: Deed = async (visitor) => write(visitor, '아직 나만 보는 제목', visitor.words.editor.kept);

export const removesAStop: Deed = async (visitor) => {
  const { form, words } = visitor;
  await visitor.press(form.stopButton('remove_stop_label', 2));
  await expect(visitor.button(words.editor.undo)).toBeVisible();
  await expect(form.status).toHaveText(timed(words.editor.kept));
};

/** Stops are a line each while one is held. */
export const holdsAStop: Deed = async ({ form, page }) => {
  await form.grip(2).scrollIntoViewIfNeeded();
  const box = await form.grip(2).boundingBox();
  const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y + 12, { steps: 4 });
  await expect(page.locator('#stop-list')).toHaveClass(/arranging/);
};

export const comesBackToWhatWasWritten: Deed = async (visitor) => {
  await keptInTheBrowser(visitor);
  await visitor.page.reload();
  await expect(visitor.button(visitor.words.editor.restore)).toBeVisible();
};

export const leavesAFieldOpen: Deed = async (visitor) => write(visitor, '', visitor.words.editor.incomplete);

/** As if someone else had saved it after it was opened. */
export const isBehind: Deed = async (visitor) => {
  await visitor.page.locator('#course-form [name=version]').evaluate((field: HTMLInputElement) => (field.value = '0'));
  await write(visitor, '다른 제목', visitor.words.editor.changed);
  await expect(visitor.button(visitor.words.editor.compare)).toBeVisible();
};

export const writesAfterTheSession: Deed = async (visitor) => {
  await visitor.page.context().clearCookies();
  await write(visitor, '다른 제목', visitor.words.editor.signed_out);
};

export const writesInATunnel: Deed = async (visitor) => {
  await visitor.page.context().setOffline(true);
  await write(visitor, '다른 제목', visitor.words.editor.offline);
};

/** Asks for a course to be deleted; by keyboard, so that the way back is held open. */
export const announcesADeletion: Deed = async (visitor) => {
  const { hostCourses, page } = visitor;
  // leaving the page would decide it
  await page.evaluate(() => (navigator.sendBeacon = () => false));
  await page.route(/delete/, (route) => route.abort());
  await hostCourses.row('조용한 골목').or(hostCourses.row('Quiet lanes')).locator('summary').focus();
  await page.keyboard.press('Enter');
  await expect(hostCourses.undo).toBeFocused();
};
