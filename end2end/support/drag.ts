// Dragging with a mouse or a finger, as the browser hears it from either.
import { expect, type Locator, type Page } from '@playwright/test';

interface Point {
  x: number;
  y: number;
}

interface Hand {
  down: (at: Point) => Promise<void>;
  move: (to: Point) => Promise<void>;
  up: () => Promise<void>;
}

async function mouse(page: Page): Promise<Hand> {
  return {
    down: async ({ x, y }) => {
      await page.mouse.move(x, y);
      await page.mouse.down();
    },
    move: ({ x, y }) => page.mouse.move(x, y, { steps: 6 }),
    up: () => page.mouse.up(),
  };
}

/** Long enough for a movement to be over: some frames of the page. */
function standStill(page: Page): Promise<void> {
  return page.evaluate(async (frames) => {
    for (let frame = 0; frame < frames; frame += 1) await new Promise(requestAnimationFrame);
  }, 8);
}

async function finger(page: Page): Promise<Hand> {
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: Point[]) => session.send('Input.dispatchTouchEvent', { type, touchPoints: points });
  let last: Point = { x: 0, y: 0 };
  return {
    down: async (at) => {
      last = at;
      await touch('touchStart', [at]);
    },
    move: async (to) => {
      for (let step = 1; step <= 6; step++) await touch('touchMove', [{ x: last.x + ((to.x - last.x) * step) / 6, y: last.y + ((to.y - last.y) * step) / 6 }]);
      last = to;
    },
    up: async () => {
      // one that is still moving would throw what it holds, and the browser takes the next press for the one that stops it
      await standStill(page);
      await touch('touchEnd', []);
    },
  };
}

/** A hand on this screen. */
export function handOn(page: Page, touches: boolean): Promise<Hand> {
  return touches ? finger(page) : mouse(page);
}

/** The middle of what is seen of an element. */
export async function middle(target: Locator): Promise<Point> {
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  expect(box, 'it is seen').not.toBeNull();
  const { x, y, width, height } = box ?? { x: 0, y: 0, width: 0, height: 0 };
  return { x: x + width / 2, y: y + height / 2 };
}
