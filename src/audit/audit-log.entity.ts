import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One answered request. The table is partitioned by month of `timestamp`. */
@Entity('audit_logs')
@Check('audit_logs_result_check', `result IN ('success', 'error')`)
@Check('audit_logs_request_duration_ms_check', 'request_duration_ms >= 0')
@Check('audit_logs_status_code_check', 'status_code BETWEEN 100 AND 599')
@Check('audit_logs_count_check', 'count >= 1')
@Index('audit_logs_user_idx', ['userId', 'timestamp', 'id'])
@Index('audit_logs_action_idx', ['action', 'timestamp'])
@Index('audit_logs_errors_idx', ['timestamp'], { where: `result = 'error'` })
@Index('audit_logs_recommendations_idx', ['userId', 'timestamp', 'id'], {
  where: `action = 'GET_BEST_TASK'`,
})
@Index('audit_logs_task_changes_idx', ['userId', 'resourceId', 'timestamp'], {
  where: `action IN ('UPDATE_TASK', 'COMPLETE_TASK', 'SNOOZE_TASK', 'DELETE_TASK')`,
})
@Index('audit_logs_position_idx', { synchronize: false })
export class AuditLog {
  /** When the request arrived. */
  @PrimaryColumn('timestamp with time zone', {
    precision: 3,
    primaryKeyConstraintName: 'audit_logs_pkey',
  })
  timestamp!: Date;

  /** The `X-Request-Id` of the answer. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'audit_logs_pkey' })
  id!: string;

  /** Null when nobody was signed in, or when the user's account is gone. */
  @Column('uuid', { name: 'user_id', nullable: true })
  userId!: string | null;

  @Column('varchar', { length: 100 })
  action!: string;

  @Column('uuid', { name: 'resource_id', nullable: true })
  resourceId!: string | null;

  @Column('varchar', { length: 10 })
  result!: 'success' | 'error';

  @Column('text', { name: 'error_message', nullable: true })
  errorMessage!: string | null;

  @Column('double precision', { name: 'request_duration_ms' })
  requestDurationMs!: number;

  /** The client's own request id or `traceparent`: logged, never trusted. */
  @Column('varchar', { name: 'trace_id', length: 200, nullable: true })
  traceId!: string | null;

  @Column('varchar', { length: 20 })
  method!: string;

  /** The template, such as `/api/tasks/:ref`; null when none matched. */
  @Column('varchar', { length: 200, nullable: true })
  route!: string | null;

  @Column('smallint', { name: 'status_code' })
  statusCode!: number;

  /** Address and user agent. */
  @Column('varchar', { length: 250, nullable: true })
  client!: string | null;

  @Column('jsonb', { nullable: true })
  details!: object | null;

  /** How many like refusals this row stands for. */
  @Column('integer', { default: 1 })
  count!: number;

  /** Grows with the id of the transaction that stored the row; the seals go by it. */
  @Column('bigint', { default: () => 'audit_position(pg_current_xact_id())' })
  position!: string;
}
