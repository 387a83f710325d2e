import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from '../../src/database/embedded/server.js';
import { eventually } from '../support/eventually.js';
import { killServer } from '../support/processes.js';
import { freePort, Program } from '../support/program.js';
import { Load } from './load.js';
import { expectNothingLost } from './verdict.js';

const READY_WITHIN_MS = 20_000;

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
    await app.ready();
    return app;
  }

  get program(): Program {
    return this.current;
  }

  load(): Promise<Load> {
    return Load.start(this.current.url);
  }

  /** Resolves with how long it takes until it is ready. */
  async ready(): Promise<number> {
    const startedMs = performance.now();
    await eventually(async () => {
      expect(await this.current.status('/health')).toBe(200);
    }, READY_WITHIN_MS);
    return performance.now() - startedMs;
  }

  /** Starts the program again, once it has ended, and resolves with the time until it is ready. */
  async restart(): Promise<number> {
    await this.current.ended;
    const startedMs = performance.now();
    this.current = await Program.start(this.variables);
    await this.ready();
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
