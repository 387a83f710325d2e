import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { eventually } from './eventually.js';

/** The postmaster of a PostgreSQL data directory and all its children: whoever works in that directory. Linux only. */
export async function serverProcesses(clusterDir: string): Promise<number[]> {
  const cluster = await realpath(clusterDir);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) =>
      (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === cluster ? [Number(pid)] : [],
    ),
  );
  return found.flat();
}

/** Sends a signal to the server and its children, in the order in which they were started. */
export async function signalServer(clusterDir: string, signal: NodeJS.Signals): Promise<number[]> {
  const pids = await serverProcesses(clusterDir);
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself.
    }
  }
  return pids;
}

/** The processes that a process has started and that still run. Linux only. */
export async function childrenOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
  return children.trim().split(' ').filter(Boolean).map(Number);
}

/** Kills the server and its children with SIGKILL, and resolves when they are gone. */
export async function killServer(clusterDir: string): Promise<void> {
  const killed = await signalServer(clusterDir, 'SIGKILL');
  await eventually(async () => {
    const left = await serverProcesses(clusterDir);
    expect(killed.filter((pid) => left.includes(pid))).toEqual([]);
  });
}
