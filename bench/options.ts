import { parseArgs } from 'node:util';
import { SERVER_NAMES, type ServerName } from './server-kinds.js';
import { type Workload, WORKLOADS } from './workloads.js';

export interface Options {
  rounds: number;
  seconds: number;
  workloads: Workload[];
  servers: ServerName[];
  /** Whether the figures go into the documentation. */
  isWritten: boolean;
}

/**
 * `--rounds 5 --seconds 2 --only get,list --servers ours,bare --no-write`
 *
 * @throws Error for an argument that is none of these
 */
export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '2' },
      only: { type: 'string', default: WORKLOADS.map(({ name }) => name).join() },
      servers: { type: 'string', default: SERVER_NAMES.join() },
      write: { type: 'boolean', default: true },
    },
  });
  const servers = known(values.servers, SERVER_NAMES);
  const names = known(
    values.only,
    WORKLOADS.map(({ name }) => name),
  );
  return {
    rounds: whole(values.rounds),
    seconds: whole(values.seconds),
    servers,
    workloads: WORKLOADS.filter(({ name }) => names.includes(name)),
    isWritten: values.write,
  };
}

function known<T extends string>(list: string, all: readonly T[]): T[] {
  return list.split(',').map((name) => {
    const found = all.find((candidate) => candidate === name);
    if (!found) throw new Error(`${name} is none of ${all.join(', ')}`);
    return found;
  });
}

function whole(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${text} is no number of rounds or seconds`);
  return Number(text);
}
