// Whatever a browser complains about fails the test: errors in the console, uncaught exceptions, requests to us that fail.
import type { BrowserContext } from '@playwright/test';

/**
 * The browser's own words for requests that it gave up itself: the page was left or the stream closed; scripts are switched
 * off (one that a policy of ours kept from being loaded is an error in the console too).
 */
const GIVEN_UP = ['net::ERR_ABORTED', 'csp'];

export class ConsoleGuard {
  private readonly complaints: string[] = [];
  private readonly expected: RegExp[] = [];

  watch(context: BrowserContext): void {
    context.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`console: ${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => this.complaints.push(`exception: ${String(error.error())} ${error.error().stack ?? ''}`));
    context.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? 'unknown';
      if (isOurs(request.url()) && !GIVEN_UP.includes(why)) this.complaints.push(`request: ${request.method()} ${request.url()} ${why}`);
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
