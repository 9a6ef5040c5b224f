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

/** For how long, in milliseconds, a finger stands still before it lets go. Right after one that lets go while it moves, Chromium makes no click of a tap. */
const STILL = 150;

async function standStill(page: Page): Promise<void> {
  await page.evaluate(async (still) => {
    const begin = performance.now();
    while (performance.now() - begin < still) await new Promise(requestAnimationFrame);
  }, STILL);
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
