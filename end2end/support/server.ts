// A server of our own: the built program with a private Postgres in a folder that nobody else uses.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { send } from './http.ts';

const folder = resolve(import.meta.dirname, '..');

/** The program under test. */
export const binary = resolve(folder, process.env.DULLE_BINARY ?? '../target/release/dulle');

/** Whether it is a debug build: those bring no compressed files. */
export const isDebugBuild = dirname(binary).endsWith('debug');

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return port;
}

const LISTENING = /listening on (http:\/\/\S+)/;

interface Options {
  demo: boolean;
  /** The address of a database that another server runs; without it, a private one. */
  database?: string;
  /** What else is configured. */
  environment?: Record<string, string>;
}

export class DulleServer {
  readonly log: string;
  private readonly data: string;
  private readonly demo: boolean;
  private readonly named: string | undefined;
  private readonly besides: Record<string, string>;
  private address = '127.0.0.1:0';
  private admin = '';
  private process: ChildProcess | undefined;

  private constructor(log: string, { demo, database, environment = {} }: Options) {
    this.log = log;
    this.demo = demo;
    this.named = database;
    this.besides = environment;
    mkdirSync(dirname(log), { recursive: true });
    this.data = mkdtempSync(join(tmpdir(), 'dulle-e2e-'));
    // Postgres refuses to run as root and gets an account of its own, which has to get here.
    chmodSync(this.data, 0o755);
  }

  get origin(): string {
    return `http://${this.address}`;
  }

  /** How many live streams are open. */
  async streams(): Promise<number> {
    return Number(/^live_streams_open (\d+)/m.exec(await this.metrics())?.[1] ?? 0);
  }

  /** How many times a page of this route was asked for, and shown. */
  async shown(route: string): Promise<number> {
    const line = `http_requests_total{method="GET",route="${route}",status="200"} `;
    return Number((await this.metrics()).split('\n').find((text) => text.startsWith(line))?.slice(line.length) ?? 0);
  }

  private async metrics(): Promise<string> {
    return (await send(`http://${this.admin}/metrics`)).text;
  }

  /** The address of its private database, for as long as it runs. */
  get database(): string {
    const [, socket = ''] = readFileSync(join(this.data, 'dulle.lock'), 'utf8').split('\n');
    return `postgres://dulle@localhost/dulle?host=${encodeURIComponent(socket)}`;
  }

  /** A server that runs; one that can't leaves nothing behind but its log. */
  static async started(log: string, options: Options): Promise<DulleServer> {
    const server = new DulleServer(log, options);
    try {
      await server.start();
    } catch (error) {
      rmSync(server.data, { recursive: true, force: true });
      throw error;
    }
    return server;
  }

  /** Starts it; a second time on the same data and the same port. */
  async start(): Promise<void> {
    if (!existsSync(binary)) throw new Error(`there is no ${binary}: build it, or name another in DULLE_BINARY`);
    this.admin ||= `127.0.0.1:${await freePort()}`;
    const child = spawn(binary, ['serve'], { cwd: this.data, env: this.environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    this.process = child;
    // A test runner that is cut off must not leave it behind; without it Postgres ends by itself.
    const cutOff = () => child.kill('SIGKILL');
    process.once('exit', cutOff);
    child.once('exit', () => process.off('exit', cutOff));
    child.stderr.on('data', (text: Buffer) => appendFileSync(this.log, text));
    const died = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`the server ended (${code ?? signal}) before it listened; its log is ${this.log}`);
    });
    died.catch(() => {});
    this.address = new URL(await Promise.race([this.listening(child), died])).host;
  }

  /** Ends it as an operator does, and insists on an orderly end. */
  async stop(): Promise<void> {
    const code = await this.end('SIGTERM');
    if (code !== 0) throw new Error(`after SIGTERM the server ended with ${code}; its log is ${this.log}`);
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Ends it for good. A panic, wherever it was caught, is a defect. */
  async dispose(): Promise<void> {
    try {
      if (this.process) await this.stop();
    } finally {
      rmSync(this.data, { recursive: true, force: true });
    }
    const panic = readFileSync(this.log, 'utf8').split('\n').find((line) => line.includes('panicked'));
    if (panic !== undefined) throw new Error(`the server panicked: ${panic}; its log is ${this.log}`);
  }

  private async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const child = this.process;
    if (!child) throw new Error('the server does not run');
    this.process = undefined;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the server had ended by itself; its log is ${this.log}`);
    const ended = once(child, 'exit');
    child.kill(signal);
    const [code] = (await ended) as [number | null];
    return code;
  }

  private listening(child: ChildProcess): Promise<string> {
    return new Promise((resolve) => {
      if (!child.stdout) return;
      createInterface(child.stdout).on('line', (line) => {
        appendFileSync(this.log, `${line}\n`);
        const address = LISTENING.exec(line)?.[1];
        if (address !== undefined) resolve(address);
      });
    });
  }

  /** The surroundings of the tests may configure a server of their own: none of that is meant for this one, but where its site lies. */
  private environment(): NodeJS.ProcessEnv {
    const foreign = /^(DULLE_(?!SITE$)|LEPTOS_|PG|DATABASE_URL$)/;
    const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
    return {
      ...Object.fromEntries(kept),
      DULLE_ADDR: this.address,
      DULLE_ADMIN_ADDR: this.admin,
      DULLE_DATA: this.data,
      DULLE_DEMO: this.demo ? '1' : '0',
      DULLE_RATE_LIMIT: 'off',
      ...(this.named === undefined ? {} : { DATABASE_URL: this.named }),
      ...this.besides,
    };
  }
}
