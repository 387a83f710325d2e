import { type RequestContext } from '../http/request-context.js';
import { type AuditRow, auditRow, COLUMNS } from './audit-row.js';

/** The refusals of one route that one address got in one second. */
export class Flood {
  /** How many there were, those with rows of their own included. */
  seen = 0;
  private first: AuditRow | null = null;
  private count = 0;
  private durationMs = 0;
  private readonly statuses = new Map<number, number>();

  /** @param second seconds since 1970 */
  constructor(private readonly second: number) {}

  /** Who is refused what: floods are told apart by it. */
  static keyOf(context: RequestContext, status: number): string {
    return `${context.actionFor(status)} ${addressOf(context)}`;
  }

  /** Counts a refusal instead of giving it a row of its own. */
  add(context: RequestContext, status: number): void {
    this.first ??= auditRow(context, status).map((value, index) =>
      COLUMNS[index]?.[0] === 'client' ? addressOf(context) : value,
    );
    this.count++;
    this.durationMs += context.durationMs;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
  }

  /**
   * The row for all that were counted: what the first of them says, the mean of their durations, and how many had which
   * status. Null when none was counted.
   */
  row(): AuditRow | null {
    const shared: Partial<Record<string, string | number | null>> = {
      timestamp: new Date(this.second * 1000).toISOString(),
      trace_id: null,
      request_duration_ms: this.durationMs / this.count,
      details: JSON.stringify({ statuses: Object.fromEntries(this.statuses) }),
      count: this.count,
    };
    return (
      this.first?.map((value, index) => {
        const replaced = shared[COLUMNS[index]?.[0] ?? ''];
        return replaced === undefined ? value : replaced;
      }) ?? null
    );
  }
}

function addressOf({ client }: RequestContext): string {
  return client?.split(' ', 1)[0] ?? '-';
}
