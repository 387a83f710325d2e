import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { freePort, Program } from '../support/program.js';

const READY_WITHIN_MS = 20_000;

/** The built program on a port that it keeps, to be killed and brought back. */
export class RestartableProgram {
  private constructor(
    private process: Program,
    private readonly variables: NodeJS.ProcessEnv,
    private readonly directory: string,
  ) {}

  /** Resolves once the program is ready. Nothing limits how often it may be asked. */
  static async start(overrides: NodeJS.ProcessEnv): Promise<RestartableProgram> {
    const directory = await mkdtemp(join(tmpdir(), 'mindflow-program-'));
    await chmod(directory, 0o755);
    const variables = {
      LOG_LEVEL: 'warn',
      RATE_LIMIT_PER_MINUTE: '0',
      AUTH_RATE_LIMIT_PER_MINUTE: '0',
      PORT: String(await freePort()),
      ...overrides,
    };
    return new RestartableProgram(await readyProgram(variables, directory), variables, directory);
  }

  get current(): Program {
    return this.process;
  }

  /** Another process with the same settings on a port of its own. */
  async another(): Promise<Program> {
    return readyProgram({ ...this.variables, PORT: String(await freePort()) });
  }

  /** Starts the program again, once it has ended, and resolves with the time until it is ready. */
  async restart(): Promise<number> {
    await this.process.ended;
    const startedMs = performance.now();
    this.process = await readyProgram(this.variables, this.directory);
    return performance.now() - startedMs;
  }

  async kill(): Promise<void> {
    await this.process.stop('SIGKILL');
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Resolves once the program and its database are ready. */
async function readyProgram(variables: NodeJS.ProcessEnv, directory?: string): Promise<Program> {
  const program = await Program.start(variables, directory);
  await eventually(async () => {
    expect(await program.status('/health')).toBe(200);
  }, READY_WITHIN_MS);
  return program;
}
