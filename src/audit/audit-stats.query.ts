/** What requests are counted by: the calendar's units, in UTC. */
export const BUCKETS = ['minute', 'hour', 'day'] as const;

export type Bucket = (typeof BUCKETS)[number];

export interface AuditStatsQuery {
  bucket: Bucket;
  /** First moment of arrival. */
  from: Date;
  /** First moment after those of arrival. */
  to: Date;
}

/**
 * The statement that counts one user's requests by time and action, as one row with the whole answer: `json` is
 * `{"items": […]}`. A row that stands for several refusals counts as many, but has one duration. The edges of the span
 * are exact, so that its first and last bucket may be parts.
 */
export function auditStatsStatement(
  userId: string,
  { bucket, from, to }: AuditStatsQuery,
): { text: string; values: unknown[] } {
  return { text: STATS, values: [userId, bucket, from, to] };
}

const STATS = `
  SELECT json_build_object('items', coalesce(json_agg(json_build_object(
    'action', action, 'bucketStart', to_char(start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'count', total, 'errors', errors,
    'p50Ms', percentiles[1], 'p95Ms', percentiles[2], 'p99Ms', percentiles[3]) ORDER BY start, action), '[]'))::text AS json
  FROM (
    SELECT action, date_trunc($2, timestamp, 'UTC') AS start, sum(count) AS total,
      coalesce(sum(count) FILTER (WHERE result = 'error'), 0) AS errors,
      percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY request_duration_ms) AS percentiles
    FROM audit_logs
    WHERE user_id = $1 AND timestamp >= $3 AND timestamp < $4
    GROUP BY 1, 2
  ) AS bucket`;
