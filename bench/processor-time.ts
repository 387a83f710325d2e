import { readdir, readFile } from 'node:fs/promises';

/** Of `/proc/<pid>/stat`: Linux has counted in hundredths of a second for user space since ever. */
const CLOCK_TICK_US = 10_000;
const STAT = { parent: 1, user: 11, system: 12, reapedUser: 13, reapedSystem: 14 };

/**
 * Processor time, user and system, of a process and its threads, of the children it has and of those that have ended, in
 * microseconds: of a postmaster and its backends, of a service and its workers. Linux only: NaN elsewhere, and for null.
 */
export async function treeTimeUs(root: number | null): Promise<number> {
  if (root === null) return NaN;
  const own = await statOf(root);
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const children = await Promise.all(
    pids.map(async (pid) => {
      const fields = await statOf(Number(pid));
      return Number(fields?.[STAT.parent]) === root ? usedBy(fields) : 0;
    }),
  );
  const living = children.reduce((sum, time) => sum + time, 0);
  return usedBy(own) + field(own, STAT.reapedUser) + field(own, STAT.reapedSystem) + living;
}

/** The postmaster above a backend, if it runs on this machine. */
export async function postmasterOf(backendPid: number): Promise<number | null> {
  const fields = await statOf(backendPid);
  const isHere = fields !== null && (await nameOf(backendPid)).startsWith('postgres');
  return isHere ? Number(fields[STAT.parent]) : null;
}

/** Resident memory in MiB. */
export async function residentMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? NaN) / 1024;
}

async function nameOf(pid: number): Promise<string> {
  return readFile(`/proc/${String(pid)}/comm`, 'utf8').catch(() => '');
}

/** The fields behind the name, which may contain anything. */
async function statOf(pid: number): Promise<string[] | null> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => null);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? null;
}

function usedBy(fields: string[] | null): number {
  return field(fields, STAT.user) + field(fields, STAT.system);
}

function field(fields: string[] | null, index: number): number {
  return Number(fields?.[index] ?? NaN) * CLOCK_TICK_US;
}
