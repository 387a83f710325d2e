import { type RequestContext } from '../http/request-context.js';

/** The columns of `audit_logs`, in the order in which the committer's arrays are sent, with their types. */
export const COLUMNS = [
  ['timestamp', 'timestamptz'],
  ['id', 'uuid'],
  ['user_id', 'uuid'],
  ['action', 'varchar'],
  ['resource_id', 'uuid'],
  ['result', 'varchar'],
  ['error_message', 'text'],
  ['request_duration_ms', 'float8'],
  ['trace_id', 'varchar'],
  ['method', 'varchar'],
  ['route', 'varchar'],
  ['status_code', 'smallint'],
  ['client', 'varchar'],
  ['details', 'jsonb'],
  ['count', 'integer'],
] as const;

/** What a client can put text into, and the little of it that a row can do without. */
const CLIENT_TEXT = new Set<string>([
  'error_message',
  'trace_id',
  'client',
  'details',
  'resource_id',
]);

/** Widths of the columns that every row needs. */
const WIDTHS: Partial<Record<string, number>> = { action: 100, method: 20, route: 200 };

export type AuditRow = (string | number | null)[];

/** What the record says of a request that is answered with `status`. */
export function auditRow(context: RequestContext, status: number): AuditRow {
  const isError = status >= 400;
  return [
    context.arrivedAt.toISOString(),
    context.id,
    context.principal?.userId ?? null,
    context.actionFor(status),
    context.resourceId,
    isError ? 'error' : 'success',
    isError ? storable(context.errorMessage) : null,
    context.durationMs,
    storable(context.traceId),
    context.method,
    context.operation?.path ?? null,
    status,
    storable(context.client),
    context.details === null ? null : JSON.stringify(context.details),
    1,
  ];
}

/** The row as it fits the table whatever a client sent: the facts of the request without its texts. */
export function withoutClientText(row: AuditRow): AuditRow {
  return row.map((value, index) => {
    const name = COLUMNS[index]?.[0] ?? '';
    if (CLIENT_TEXT.has(name)) return null;
    return typeof value === 'string' ? (storable(value)?.slice(0, WIDTHS[name]) ?? null) : value;
  });
}

/** Client-given text without what PostgreSQL cannot store. */
function storable(text: string | null): string | null {
  return text === null ? null : text.toWellFormed().replaceAll('\0', '\ufffd');
}
