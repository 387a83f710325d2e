import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { type PostgresServer } from '../support/postgres-server.js';
import { freePort, Program } from '../support/program.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { Load } from './load.js';
import { expectNothingLost } from './verdict.js';

const SECRET_KEY = 'a secret that only the tests know, long enough';
const LIMITLESS = { RATE_LIMIT_PER_MINUTE: '0', AUTH_RATE_LIMIT_PER_MINUTE: '0' };
const READY_WITHIN_MS = 20_000;

/** The built program on a port that it keeps, over a database of its own behind a proxy, to be killed and brought back. */
export class Installation {
  private constructor(
    private current: Program,
    private readonly variables: NodeJS.ProcessEnv & { DATABASE_DIRECT_URL: string },
    private readonly directory: string,
    readonly proxy: TcpProxy,
  ) {}

  static async start(
    server: PostgresServer,
    overrides: NodeJS.ProcessEnv = {},
  ): Promise<Installation> {
    const database = await server.database();
    const proxy = await TcpProxy.before(database.url);
    const directory = await mkdtemp(join(tmpdir(), 'mindflow-program-'));
    await chmod(directory, 0o755);
    const variables = {
      SECRET_KEY,
      DATABASE_URL: proxy.url,
      DATABASE_DIRECT_URL: database.directUrl,
      LOG_LEVEL: 'warn',
      PORT: String(await freePort()),
      ...LIMITLESS,
      ...overrides,
    };
    const program = await Program.start(variables, directory);
    const installation = new Installation(program, variables, directory, proxy);
    await readyAt(program);
    return installation;
  }

  get program(): Program {
    return this.current;
  }

  get url(): string {
    return this.current.url;
  }

  /** As the owner of the schema connects. */
  get directUrl(): string {
    return this.variables.DATABASE_DIRECT_URL;
  }

  /** Another process on the same database. */
  async another(): Promise<Program> {
    const program = await Program.start({ ...this.variables, PORT: String(await freePort()) });
    await readyAt(program);
    return program;
  }

  load(): Promise<Load> {
    return Load.start(this.url);
  }

  /** Starts the program again, once it has ended, and resolves with the time until it is ready. */
  async restart(): Promise<number> {
    await this.current.ended;
    const startedMs = performance.now();
    this.current = await Program.start(this.variables, this.directory);
    await readyAt(this.current);
    return performance.now() - startedMs;
  }

  /** Stops the load and compares what its clients know with the tables. */
  async verdict(load: Load): Promise<Load['ledger']> {
    const ledger = await load.stop();
    await expectNothingLost(ledger, this.directUrl);
    return ledger;
  }

  async stop(): Promise<void> {
    await this.current.stop('SIGKILL');
    await this.proxy.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Resolves once the program and its database are ready. */
export async function readyAt(program: Program): Promise<void> {
  await eventually(async () => {
    expect(await program.status('/health')).toBe(200);
  }, READY_WITHIN_MS);
}
