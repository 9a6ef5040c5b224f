// The gateway in nginx, as deploy/nginx/serve starts it.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

const serve = resolve(import.meta.dirname, '../../deploy/nginx/serve');

/** A port that nobody has just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export class Gateway {
  readonly origin: string;
  readonly secureOrigin: string;
  private readonly process: ChildProcess;

  private constructor(child: ChildProcess, http: string, https: string) {
    this.process = child;
    this.origin = `http://${http}`;
    this.secureOrigin = `https://${https}`;
  }

  /** A gateway that takes connections, in front of `upstreams`, each an origin; pages of `origins` may use REST. */
  static async started(log: string, { upstreams, origins = [] }: { upstreams: string[]; origins?: string[] }): Promise<Gateway> {
    mkdirSync(dirname(log), { recursive: true });
    const [http, https] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
    const behind = upstreams.flatMap((upstream) => ['--upstream', new URL(upstream).host]);
    const listed = origins.flatMap((origin) => ['--origin', origin]);
    const child = spawn(serve, ['--http', http, '--https', https, ...behind, ...listed], { stdio: ['ignore', 'pipe', 'pipe'] });
    const cutOff = () => child.kill();
    process.once('exit', cutOff);
    child.once('exit', () => process.off('exit', cutOff));
    let said = '';
    child.stderr.on('data', (text: Buffer) => {
      said += text.toString();
      appendFileSync(log, text);
    });
    const listening = new Promise<void>((done) => {
      createInterface(child.stdout).on('line', (line) => {
        if (line.startsWith('gateway on')) done();
      });
    });
    const died = once(child, 'exit').then(() => {
      throw new Error(`the gateway ended before it listened: ${said}`);
    });
    died.catch(() => {});
    await Promise.race([listening, died]);
    return new Gateway(child, http, https);
  }

  async stop(): Promise<void> {
    const ended = once(this.process, 'exit');
    this.process.kill();
    const [code] = (await ended) as [number | null];
    if (code !== 0) throw new Error(`the gateway ended with ${code}`);
  }
}
