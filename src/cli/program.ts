import 'reflect-metadata';
import { bootstrap } from '../bootstrap.js';
import { loadEnvironment } from '../config/load-environment.js';
import { type Settings } from '../config/settings.js';

/** What a command has to say, and how it went: 0 well, 1 badly, 64 wrong arguments. */
export interface Outcome {
  text: string;
  exitCode: 0 | 1 | 64;
}

/** Runs one of the operator's commands on the configured database, or the embedded one, and prints its outcome. */
export async function program(
  command: (settings: Settings, args: string[]) => Promise<Outcome>,
): Promise<void> {
  let release: () => Promise<void> = () => Promise.resolve();
  try {
    const environment = loadEnvironment();
    const started = await bootstrap(environment, () => undefined);
    release = started.release;
    const { text, exitCode } = await command(started.settings, process.argv.slice(2));
    const stream = exitCode === 0 ? process.stdout : process.stderr;
    stream.write(`${text}\n`);
    process.exitCode = exitCode;
  } catch (error) {
    process.stderr.write(`${reason(error)}\n`);
    process.exitCode = 1;
  } finally {
    await release();
  }
}

/** A connection refused by every address of a name is an error with a code and no message. */
function reason(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message === undefined || message === '' ? (code ?? String(error)) : message;
}
