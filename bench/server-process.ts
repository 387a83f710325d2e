import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { INHERITED } from './environment.js';
import { freePort } from './free-port.js';
import { type ServerKind } from './server-kinds.js';

const READY_WITHIN_MS = 30_000;
const POLL_MS = 50;

/** A server in a process of its own, in an empty directory. What it logs goes through a pipe and is thrown away. */
export class ServerProcess {
  private constructor(
    readonly pid: number,
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly directory: string,
  ) {}

  /** Resolves once it answers. */
  static async start({ args, env }: ServerKind, databaseUrl: string): Promise<ServerProcess> {
    const directory = await mkdtemp(join(tmpdir(), 'mindflow-bench-server-'));
    const port = String(await freePort());
    const child = spawn(process.execPath, args, {
      cwd: directory,
      env: { ...INHERITED, ...env, PORT: port, DATABASE_URL: databaseUrl },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.resume();
    const url = `http://127.0.0.1:${port}`;
    const server = new ServerProcess(child.pid ?? 0, url, child, directory);
    await server.ready();
    return server;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      this.child.kill('SIGTERM');
      await once(this.child, 'exit');
    }
    await rm(this.directory, { recursive: true, force: true });
  }

  private async ready(): Promise<void> {
    const deadlineMs = performance.now() + READY_WITHIN_MS;
    for (;;) {
      const isReady = await fetch(`${this.url}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady) return;
      if (this.child.exitCode !== null || performance.now() > deadlineMs) {
        throw new Error(`${this.child.spawnargs.join(' ')} does not answer`);
      }
      await pause(POLL_MS);
    }
  }
}
