import { type PostgresServer } from '../support/postgres-server.js';
import { type Program } from '../support/program.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { Load } from './load.js';
import { RestartableProgram } from './restartable-program.js';
import { expectNothingLost } from './verdict.js';

const SECRET_KEY = 'a secret that only the tests know, long enough';

/** The built program over a database of its own behind a proxy. */
export class Installation {
  private loaded: Load | null = null;

  private constructor(
    private readonly app: RestartableProgram,
    /** As the owner of the schema connects. */
    readonly directUrl: string,
    readonly proxy: TcpProxy,
  ) {}

  /**
   * @param tablespace where the database is kept, instead of beside the server's own
   */
  static async start(
    server: PostgresServer,
    overrides: NodeJS.ProcessEnv = {},
    tablespace?: string,
  ): Promise<Installation> {
    const { url, directUrl } = await server.database(tablespace);
    const proxy = await TcpProxy.before(url);
    const app = await RestartableProgram.start({
      SECRET_KEY,
      DATABASE_URL: proxy.url,
      DATABASE_DIRECT_URL: directUrl,
      ...overrides,
    });
    return new Installation(app, directUrl, proxy);
  }

  get program(): Program {
    return this.app.current;
  }

  get url(): string {
    return this.program.url;
  }

  /** Another process on the same database. */
  another(): Promise<Program> {
    return this.app.another();
  }

  /** A new load of it and perhaps of other instances; what a failed round may have left of the last one is stopped. */
  async load(...others: string[]): Promise<Load> {
    await this.loaded?.stop();
    this.loaded = await Load.start(this.url, ...others);
    return this.loaded;
  }

  /** Starts the program again, once it has ended, and resolves with the time until it is ready. */
  restart(): Promise<number> {
    return this.app.restart();
  }

  /**
   * Stops the load and compares what its clients know with the tables.
   *
   * @param tolerated codes of errors, besides 503s, that this fault may cause
   */
  async verdict(load: Load, tolerated: string[] = []): Promise<Load['ledger']> {
    this.proxy.slowDown(0);
    const ledger = await load.stop();
    await expectNothingLost(ledger, this.directUrl, tolerated);
    return ledger;
  }

  async stop(): Promise<void> {
    await this.loaded?.stop();
    await this.app.kill();
    await this.proxy.stop();
  }
}
