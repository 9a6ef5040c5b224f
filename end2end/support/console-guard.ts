// Whatever a browser complains about fails the test: errors in the console, uncaught exceptions, requests to us that fail.
import type { BrowserContext } from '@playwright/test';

/** The browser's own words for a request that it gave up itself: the page was left, or the stream closed. */
const GIVEN_UP = 'net::ERR_ABORTED';

export class ConsoleGuard {
  private readonly complaints: string[] = [];
  private readonly expected: RegExp[] = [];

  watch(context: BrowserContext): void {
    context.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`console: ${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => this.complaints.push(`exception: ${error.error().stack ?? error.error().message}`));
    context.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? 'unknown';
      if (isOurs(request.url()) && why !== GIVEN_UP) this.complaints.push(`request: ${request.method()} ${request.url()} ${why}`);
    });
    context.on('response', (response) => {
      if (isOurs(response.url()) && response.status() >= 500) this.complaints.push(`response: ${response.status()} ${response.url()}`);
    });
  }

  /** A refusal that the test is about: browsers put every such answer into the console. */
  expectStatus(...statuses: number[]): void {
    this.expected.push(...statuses.map((status) => new RegExp(`the server responded with a status of ${status}\\b`)));
  }

  /** The test takes the server away. */
  expectLostConnections(): void {
    this.expected.push(/net::ERR_(CONNECTION|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|SOCKET)/);
  }

  /** The test provokes this very complaint. */
  expectComplaint(pattern: RegExp): void {
    this.expected.push(pattern);
  }

  unexpected(): string[] {
    return this.complaints.filter((complaint) => !this.expected.some((pattern) => pattern.test(complaint)));
  }
}

function isOurs(url: string): boolean {
  return new URL(url).hostname === '127.0.0.1';
}
