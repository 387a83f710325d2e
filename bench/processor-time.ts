import { readdir, readFile } from 'node:fs/promises';

/** Of `/proc/<pid>/stat`: Linux has counted in hundredths of a second for user space since ever. */
const CLOCK_TICK_US = 10_000;
const STAT = { parent: 1, user: 11, system: 12, reapedUser: 13, reapedSystem: 14 };

/** Processor time of a process and its threads, user and system, in microseconds. Linux only: NaN elsewhere. */
export async function processTimeUs(pid: number): Promise<number> {
  const fields = await statOf(pid);
  return field(fields, STAT.user) + field(fields, STAT.system);
}

/** Processor time of a postmaster, of all children it has and of those that have ended, in microseconds. */
export async function postgresTimeUs(postmaster: number | null): Promise<number> {
  if (postmaster === null) return NaN;
  const own = await statOf(postmaster);
  const reaped = field(own, STAT.reapedUser) + field(own, STAT.reapedSystem);
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const children = await Promise.all(
    pids.map(async (pid) => {
      const fields = await statOf(Number(pid));
      const isChild = Number(fields?.[STAT.parent]) === postmaster;
      return isChild ? field(fields, STAT.user) + field(fields, STAT.system) : 0;
    }),
  );
  const living = children.reduce((sum, time) => sum + time, 0);
  return field(own, STAT.user) + field(own, STAT.system) + reaped + living;
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

function field(fields: string[] | null, index: number): number {
  return Number(fields?.[index] ?? NaN) * CLOCK_TICK_US;
}
