import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { invalidField } from '../http/problem.js';
import { type AuditStatsQuery, auditStatsStatement, type Bucket } from './audit-stats.query.js';

const DEFAULT_BUCKETS = 24;
const MAX_BUCKETS = 1500;
const BUCKET_MS: Record<Bucket, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** How many requests there were, how many failed, and how long they took. */
@Injectable()
export class AuditStatsService {
  constructor(private readonly database: Database) {}

  /**
   * One user's requests by time and action, as the JSON text `{"items":[…]}`.
   *
   * @param query without `to` until now; without `from` the last 24 buckets, the one under way included
   * @throws ProblemError `validation_failed` for `from` when it is not before `to`, or too long before it
   */
  async count(
    userId: string,
    { bucket, from, to = new Date() }: Pick<AuditStatsQuery, 'bucket'> & Partial<AuditStatsQuery>,
  ): Promise<string> {
    const query = { bucket, from: from ?? defaultFrom(bucket, to), to };
    checkSpan(query);
    const { text, values } = auditStatsStatement(userId, query);
    const [row] = await this.database.query<{ json: string }>(text, values);
    return row?.json ?? '{"items":[]}';
  }
}

function defaultFrom(bucket: Bucket, to: Date): Date {
  const end = Math.ceil(to.getTime() / BUCKET_MS[bucket]);
  return new Date((end - DEFAULT_BUCKETS) * BUCKET_MS[bucket]);
}

function checkSpan({ bucket, from, to }: AuditStatsQuery): void {
  const buckets = (to.getTime() - from.getTime()) / BUCKET_MS[bucket];
  if (buckets <= 0) throw invalidField('from', 'from must be before to');
  if (buckets > MAX_BUCKETS) {
    const limit = `${String(MAX_BUCKETS)} ${bucket}s`;
    throw invalidField('from', `from must be at most ${limit} before to`);
  }
}
