import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface LogLine {
  msg: string;
  url?: string;
  [field: string]: unknown;
}

/** The service in a process of its own, as an operator starts it. */
export class Service {
  readonly log: LogLine[] = [];
  readonly stderr: string[] = [];
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  private readonly waiting = new Set<() => void>();

  private constructor(readonly process: ChildProcess) {
    if (!process.stdout || !process.stderr) throw new Error('no pipes');
    createInterface({ input: process.stdout }).on('line', (line) => {
      if (line.startsWith('{')) this.log.push(JSON.parse(line) as LogLine);
      for (const check of this.waiting) check();
    });
    createInterface({ input: process.stderr }).on('line', (line) => this.stderr.push(line));
    this.ended = once(process, 'exit').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
    }));
  }

  static start(command: string[], env: Record<string, string>): Service {
    const [program = '', ...args] = command;
    return new Service(
      spawn(program, args, {
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      }),
    );
  }

  /** The first line of the log that matches, now or later. */
  async line(matches: (line: LogLine) => boolean): Promise<LogLine> {
    let stop: (() => void) | undefined;
    const found = new Promise<LogLine>((resolve) => {
      const check = () => {
        const line = this.log.find(matches);
        if (line) resolve(line);
      };
      this.waiting.add(check);
      stop = () => this.waiting.delete(check);
      check();
    });
    const ended = this.ended.then(({ code }) => {
      throw new Error(`ended with ${String(code)}: ${this.stderr.join('\n')}`);
    });
    try {
      return await Promise.race([found, ended]);
    } finally {
      stop?.();
    }
  }

  /** Where it listens, once it does. */
  async url(): Promise<string> {
    const { url } = await this.line(({ msg }) => msg === 'listening');
    return url ?? '';
  }

  /** Signals the process and all that it started in its group. */
  signal(signal: NodeJS.Signals): void {
    if (this.process.pid !== undefined && this.process.exitCode === null) {
      process.kill(-this.process.pid, signal);
    }
  }

  /** Stops it as a supervisor does: by a signal to the one process it started. */
  async stop(): Promise<void> {
    this.process.kill('SIGTERM');
    await this.ended;
  }
}
