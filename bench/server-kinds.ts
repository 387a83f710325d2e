import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { projectFile } from '../src/config/project-file.js';

const SERVERS = new URL('./servers/', import.meta.url);

export type ServerName = 'ours' | 'bare' | 'bare-json' | 'naive';

/** How a server under measurement is started. */
export interface ServerKind {
  /** The arguments of `node`. */
  args: string[];
  env: Record<string, string>;
}

const start = startCommand();

/** The service as `npm start` starts it in production, without the limits that would stop the load; and what it is compared to. */
export const SERVER_KINDS: Record<ServerName, ServerKind> = {
  ours: {
    args: start.args,
    env: {
      ...start.env,
      NODE_ENV: 'production',
      SECRET_KEY: 'known to whoever reads the benchmark',
      RATE_LIMIT_PER_MINUTE: '0',
      AUTH_RATE_LIMIT_PER_MINUTE: '0',
      ACCESS_TOKEN_TTL: '1d',
    },
  },
  bare: { args: [server('bare.js')], env: { NODE_ENV: 'production' } },
  'bare-json': { args: [server('bare.js'), 'json'], env: { NODE_ENV: 'production' } },
  naive: { args: [server('naive.js')], env: { NODE_ENV: 'production' } },
};

export const SERVER_NAMES = Object.keys(SERVER_KINDS) as ServerName[];

function server(file: string): string {
  return fileURLToPath(new URL(file, SERVERS));
}

/** What `npm start` runs, wherever it is run: `NAME=value … exec node --flag … file`. */
function startCommand(): ServerKind {
  const { scripts } = JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  const words = scripts.start.split(' ');
  const node = words.indexOf('node');
  const assignments = words.slice(0, node).filter((word) => word.includes('='));
  return {
    args: words
      .slice(node + 1)
      .map((word) => (word.startsWith('-') ? word : fileURLToPath(projectFile(word)))),
    env: Object.fromEntries(assignments.map((word) => word.split('=', 2) as [string, string])),
  };
}
