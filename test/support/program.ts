import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IS_POOLED } from './test-database.js';

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const DEFAULTS = { DATABASE_PREPARED_STATEMENTS: String(!IS_POOLED) };

/** The built program in a process of its own, in an empty directory, with only the variables that it is given. */
export class Program {
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.stdout.push(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.stderr.push(text));
    this.ended = once(child, 'close').then(
      ([code, signal]) => (code ?? signal) as number | string | null,
    );
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  static async start(variables: NodeJS.ProcessEnv, directory?: string): Promise<Program> {
    const cwd = directory ?? (await mkdtemp(join(tmpdir(), 'mindflow-program-')));
    const port = variables['PORT'] ?? String(await freePort());
    const child = spawn(process.execPath, [MAIN], {
      cwd,
      env: { PATH: process.env['PATH'], PORT: port, ...DEFAULTS, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const program = new Program(child, `http://127.0.0.1:${port}`);
    if (!directory) void program.ended.then(() => rm(cwd, { recursive: true, force: true }));
    return program;
  }

  /** The status of its answer; 0 while it does not answer. */
  async status(path: string): Promise<number> {
    return fetch(this.url + path, { signal: AbortSignal.timeout(3000) }).then(
      ({ status }) => status,
      () => 0,
    );
  }

  /** Signals it without waiting for what comes of it. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | string | null> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** A port of the loopback interface that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
