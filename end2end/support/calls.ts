// What a page sends by script and its server answers.
import { expect, type Page, type Request } from '@playwright/test';

/** The calls of one server function by one page, from now on. */
export class Calls {
  private readonly path: string;
  private pending = 0;
  private last: unknown;

  constructor(page: Page, path: string) {
    this.path = path;
    page.on('request', (request) => {
      if (this.concerns(request)) this.pending += 1;
    });
    page.on('requestfinished', (request) => {
      if (!this.concerns(request)) return;
      this.pending -= 1;
      this.last = request.postDataJSON();
    });
  }

  /**
   * Waits until nothing is under way and the last call that was answered was this one. A page shows at once what it has yet to
   * send; who leaves it before then may leave something unsent.
   */
  async expectLast(call: object): Promise<void> {
    await expect.poll(() => ({ pending: this.pending, last: this.last })).toEqual({ pending: 0, last: call });
  }

  private concerns(request: Request): boolean {
    return new URL(request.url()).pathname === this.path;
  }
}
