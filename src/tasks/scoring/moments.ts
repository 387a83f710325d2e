import { sql } from './sql.js';

/** SQL of a moment as clients read it: UTC with milliseconds. */
export function isoMoment(moment: string): string {
  return sql`to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** SQL of a moment on the wall of the user whose clock is `k`, to the minute. */
export function localTime(moment: string): string {
  return sql`to_char(${moment} AT TIME ZONE k.timezone, 'YYYY-MM-DD"T"HH24:MI')`;
}
