import { appendFile, chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server } from '../../src/database/embedded/server.js';
import { killServer } from '../support/processes.js';
import { type Program } from '../support/program.js';
import { Load } from './load.js';
import { RestartableProgram } from './restartable-program.js';
import { expectNothingLost } from './verdict.js';

/** Who comes and goes is written down, by name. */
const LOGGED = `
log_line_prefix = '%u: '
log_connections = on
log_disconnections = on
`;

/** The built program with its embedded PostgreSQL, as `npm start` runs it. */
export class EmbeddedApp {
  private loaded: Load | null = null;

  private constructor(
    private readonly app: RestartableProgram,
    private readonly server: Server,
    private readonly dataDir: string,
  ) {}

  static async start(): Promise<EmbeddedApp> {
    const dataDir = await mkdtemp(join(tmpdir(), 'mindflow-faults-'));
    await chmod(dataDir, 0o755);
    const server = await Server.prepare(dataDir, () => undefined);
    await appendFile(join(dataDir, 'postgres', 'postgresql.conf'), LOGGED);
    const app = await RestartableProgram.start({ MINDFLOW_DATA_DIR: dataDir });
    return new EmbeddedApp(app, server, dataDir);
  }

  get program(): Program {
    return this.app.current;
  }

  /** A new load; what a failed round may have left of the last one is stopped. */
  async load(): Promise<Load> {
    await this.loaded?.stop();
    this.loaded = await Load.start(this.program.url);
    return this.loaded;
  }

  /** Starts the program again, once it has ended, and resolves with the time until it is ready. */
  restart(): Promise<number> {
    return this.app.restart();
  }

  /** The lines of the server's log, which say who they are about. */
  async serverLog(): Promise<string[]> {
    return (await readFile(join(this.dataDir, 'postgres.log'), 'utf8')).split('\n');
  }

  /** `kill -9` for the postmaster and its children. */
  async killServer(): Promise<void> {
    await killServer(join(this.dataDir, 'postgres'));
  }

  async verdict(load: Load): Promise<Load['ledger']> {
    const ledger = await load.stop();
    await expectNothingLost(ledger, this.server.url('mindflow_owner'));
    return ledger;
  }

  async stop(): Promise<void> {
    await this.loaded?.stop();
    await this.app.kill();
    await this.killServer();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}
