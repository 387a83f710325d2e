import { type BenchData, loadData } from './bench-data.js';
import { checkConformance } from './conformance.js';
import { autocannonLoad } from './load/autocannon.js';
import { type Load } from './load/load.js';
import { hasWrk, wrk } from './load/wrk.js';
import { BenchDatabase } from './postgres/bench-database.js';
import { postmasterOf } from './processor-time.js';
import { SERVER_KINDS, type ServerName } from './server-kinds.js';
import { ServerProcess } from './server-process.js';

/** A database with data, and every server that is measured on it, found to answer alike. */
export interface Session {
  database: BenchDatabase;
  postmaster: number | null;
  data: BenchData;
  contestants: Contestant[];
  load: Load;
  loadName: 'wrk' | 'autocannon';
}

export interface Contestant {
  name: ServerName;
  server: ServerProcess;
  /** The query of its page far down. */
  deepPage: string;
}

/** Starts everything, does `work` and removes it all. */
export async function withSession(
  names: ServerName[],
  say: (text: string) => void,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const database = await BenchDatabase.create();
  const servers: ServerProcess[] = [];
  const start = async (name: ServerName) => {
    const server = await ServerProcess.start(SERVER_KINDS[name], database.url);
    servers.push(server);
    return server;
  };
  try {
    say('loading data');
    const ours = await start('ours');
    const data = await loadData(database, ours);
    await database.tidy();
    const contestants: Contestant[] = [];
    for (const name of names) {
      const server = name === 'ours' ? ours : await start(name);
      const deepPage = await checkConformance({ name, server, database, data });
      contestants.push({ name, server, deepPage });
    }
    say('all servers answer alike');
    const postmaster = await postmasterOf(await database.backendPid());
    await work({ database, postmaster, data, contestants, ...(await generator()) });
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await database.drop();
  }
}

/** wrk where it is installed. */
export async function generator(): Promise<Pick<Session, 'load' | 'loadName'>> {
  return (await hasWrk())
    ? { load: wrk, loadName: 'wrk' }
    : { load: autocannonLoad, loadName: 'autocannon' };
}
