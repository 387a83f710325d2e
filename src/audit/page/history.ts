/** What `GET /api/audit-logs/stats` says of one action in one bucket. */
export interface Stats {
  action: string;
  bucketStart: string;
  count: number;
  errors: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
}

export interface Range {
  label: string;
  bucket: 'minute' | 'hour' | 'day';
  bucketSeconds: number;
  buckets: number;
}

export const RANGES = {
  hour: { label: 'Last hour', bucket: 'minute', bucketSeconds: 60, buckets: 60 },
  day: { label: 'Last 24 hours', bucket: 'hour', bucketSeconds: 3600, buckets: 24 },
  month: { label: 'Last 30 days', bucket: 'day', bucketSeconds: 86_400, buckets: 30 },
} as const satisfies Record<string, Range>;

export type RangeName = keyof typeof RANGES;

/** A value for each bucket, null where there is none. */
export type Values = (number | null)[];

/** What happened in a range of time, bucket by bucket. */
export class History {
  /** When each bucket begins, in seconds since 1970. */
  readonly times: number[];

  /** @param now in milliseconds since 1970; its bucket is the last */
  constructor(
    { bucketSeconds, buckets }: Range,
    now: number,
    private readonly stats: Stats[] = [],
  ) {
    const last = Math.floor(now / 1000 / bucketSeconds) * bucketSeconds;
    this.times = Array.from(
      { length: buckets },
      (_, i) => last - (buckets - 1 - i) * bucketSeconds,
    );
  }

  /** All actions, the most frequent first. */
  get actions(): string[] {
    const counts = new Map<string, number>();
    for (const { action, count } of this.stats) {
      counts.set(action, (counts.get(action) ?? 0) + count);
    }
    return [...counts]
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .map(([action]) => action);
  }

  /** How many of all actions together. */
  totals(what: 'count' | 'errors'): number[] {
    return this.times.map((time) =>
      this.stats.reduce((sum, item) => (startOf(item) === time ? sum + item[what] : sum), 0),
    );
  }

  /** The share of errors in percent, null where nothing was asked. */
  errorRates(): Values {
    const counts = this.totals('count');
    return this.totals('errors').map((errors, index) => {
      const count = counts[index] ?? 0;
      return count === 0 ? null : (errors / count) * 100;
    });
  }

  /** A percentile of one action's duration in milliseconds. */
  durations(action: string, percentile: 'p50Ms' | 'p95Ms' | 'p99Ms'): Values {
    const own = this.stats.filter((item) => item.action === action);
    const byTime = new Map(own.map((item) => [startOf(item), item[percentile]]));
    return this.times.map((time) => byTime.get(time) ?? null);
  }
}

function startOf({ bucketStart }: Stats): number {
  return Date.parse(bucketStart) / 1000;
}
