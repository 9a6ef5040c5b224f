// Server-sent events as they come over the wire (WHATWG HTML, 9.2.6).
import { request, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

export interface ServerEvent {
  id: string;
  name: string;
  data: unknown;
}

export class EventStream {
  readonly headers: IncomingHttpHeaders;
  private readonly outgoing: ClientRequest;
  private readonly events: ServerEvent[] = [];
  private readonly waiting: ((event: ServerEvent | undefined) => void)[] = [];
  private ended = false;

  private constructor(outgoing: ClientRequest, incoming: IncomingMessage) {
    this.outgoing = outgoing;
    this.headers = incoming.headers;
    let text = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (part: string) => {
      text += part;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) this.take(block);
    });
    incoming.on('close', () => {
      this.ended = true;
      for (const wait of this.waiting.splice(0)) wait(undefined);
    });
    incoming.on('error', () => {});
  }

  static open(url: string, headers: Record<string, string> = {}): Promise<EventStream> {
    return new Promise((resolve, reject) => {
      const outgoing = request(url, { headers: { accept: 'text/event-stream', ...headers } }, (incoming) => {
        if (incoming.statusCode === 200) resolve(new EventStream(outgoing, incoming));
        else reject(new Error(`${url}: ${incoming.statusCode}`));
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  }

  /** The next event that says something; `undefined` when the stream has ended. */
  next(): Promise<ServerEvent | undefined> {
    const event = this.events.shift();
    if (event) return Promise.resolve(event);
    if (this.ended) return Promise.resolve(undefined);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  close(): void {
    this.outgoing.destroy();
  }

  private take(block: string): void {
    const value = (field: string) => {
      const lines = block.split('\n').filter((line) => line.startsWith(`${field}:`));
      return lines.map((line) => line.slice(field.length + 1).replace(/^ /, '')).join('\n');
    };
    const name = value('event');
    // comments and signs of life
    if (name === '' || name === 'ping') return;
    const event = { id: value('id'), name, data: JSON.parse(value('data')) as unknown };
    const wait = this.waiting.shift();
    if (wait) wait(event);
    else this.events.push(event);
  }
}
