import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from '../../src/database/embedded/server.js';
import { killServer } from '../support/processes.js';
import { freePort, Program } from '../support/program.js';
import { readyAt } from './installation.js';
import { Load } from './load.js';
import { expectNothingLost } from './verdict.js';

/** The built program with its embedded PostgreSQL, as `npm start` runs it. */
export class EmbeddedApp {
  private constructor(
    private current: Program,
    private readonly variables: NodeJS.ProcessEnv,
    private readonly dataDir: string,
  ) {}

  static async start(): Promise<EmbeddedApp> {
    const dataDir = await mkdtemp(join(tmpdir(), 'mindflow-faults-'));
    await chmod(dataDir, 0o755);
    const variables = {
      MINDFLOW_DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
      RATE_LIMIT_PER_MINUTE: '0',
      AUTH_RATE_LIMIT_PER_MINUTE: '0',
      PORT: String(await freePort()),
    };
    const app = new EmbeddedApp(await Program.start(variables), variables, dataDir);
    await readyAt(app.program);
    return app;
  }

  get program(): Program {
    return this.current;
  }

  load(): Promise<Load> {
    return Load.start(this.current.url);
  }

  /** Starts the program again, once it has ended, and resolves with the time until it is ready. */
  async restart(): Promise<number> {
    await this.current.ended;
    const startedMs = performance.now();
    this.current = await Program.start(this.variables);
    await readyAt(this.current);
    return performance.now() - startedMs;
  }

  /** `kill -9` for the postmaster and its children. */
  async killServer(): Promise<void> {
    await killServer(this.clusterDir);
  }

  async verdict(load: Load): Promise<Load['ledger']> {
    const ledger = await load.stop();
    const server = await Server.prepare(this.dataDir, () => undefined);
    await expectNothingLost(ledger, server.url('mindflow_owner'));
    return ledger;
  }

  async stop(): Promise<void> {
    await this.current.stop('SIGKILL');
    await this.killServer();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private get clusterDir(): string {
    return join(this.dataDir, 'postgres');
  }
}
