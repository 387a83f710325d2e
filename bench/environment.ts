/** A server to measure on instead of one of our own; its role must be allowed to create databases. */
export const BENCH_DATABASE_URL = process.env['BENCH_DATABASE_URL'];

/** What every server under measurement gets from the environment of this process. */
export const INHERITED = { PATH: process.env['PATH'] ?? '' };

/** What a server for comparison is told by whoever starts it. */
export function serverSettings(): { port: number; databaseUrl: string } {
  return { port: Number(process.env['PORT']), databaseUrl: process.env['DATABASE_URL'] ?? '' };
}

/** Where a profiled server leaves its profile. */
export const PROFILE_FILE = process.env['BENCH_PROFILE_FILE'] ?? '';
