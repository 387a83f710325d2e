import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateAuditLogs implements MigrationInterface {
  name = 'CreateAuditLogs1763800003000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- Grows with the ids of transactions. What is added makes it go on growing after a restore into a new cluster.
      CREATE FUNCTION audit_position(transaction_id xid8) RETURNS bigint
      LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT transaction_id::text::bigint + 0';

      CREATE TABLE audit_logs (
        timestamp timestamptz(3) NOT NULL,
        id uuid NOT NULL,
        user_id uuid,
        action varchar(100) NOT NULL,
        resource_id uuid,
        result varchar(10) NOT NULL
          CONSTRAINT audit_logs_result_check CHECK (result IN ('success', 'error')),
        error_message text,
        request_duration_ms double precision NOT NULL
          CONSTRAINT audit_logs_request_duration_ms_check CHECK (request_duration_ms >= 0),
        trace_id varchar(200),
        method varchar(20) NOT NULL,
        route varchar(200),
        status_code smallint NOT NULL
          CONSTRAINT audit_logs_status_code_check CHECK (status_code BETWEEN 100 AND 599),
        client varchar(250),
        details jsonb,
        count integer NOT NULL DEFAULT 1 CONSTRAINT audit_logs_count_check CHECK (count >= 1),
        position bigint NOT NULL DEFAULT audit_position(pg_current_xact_id()),
        CONSTRAINT audit_logs_pkey PRIMARY KEY (timestamp, id)
      ) PARTITION BY RANGE (timestamp);
      CREATE INDEX audit_logs_user_idx ON audit_logs (user_id, timestamp, id);
      CREATE INDEX audit_logs_action_idx ON audit_logs (action, timestamp);
      CREATE INDEX audit_logs_errors_idx ON audit_logs (timestamp) WHERE result = 'error';
      CREATE INDEX audit_logs_recommendations_idx ON audit_logs (user_id, timestamp, id)
        WHERE action = 'GET_BEST_TASK';
      CREATE INDEX audit_logs_task_changes_idx ON audit_logs (user_id, resource_id, timestamp)
        WHERE action IN ('UPDATE_TASK', 'COMPLETE_TASK', 'SNOOZE_TASK', 'DELETE_TASK');
      CREATE INDEX audit_logs_position_idx ON audit_logs USING brin (position) WITH (autosummarize = on);

      -- A row whose month has no partition yet is kept all the same.
      CREATE TABLE audit_logs_default PARTITION OF audit_logs DEFAULT;

      CREATE TABLE audit_seals (
        sequence integer CONSTRAINT audit_seals_pkey PRIMARY KEY
          CONSTRAINT audit_seals_sequence_check CHECK (sequence >= 1),
        from_position bigint NOT NULL,
        to_position bigint NOT NULL,
        month date NOT NULL,
        row_count integer NOT NULL CONSTRAINT audit_seals_row_count_check CHECK (row_count >= 1),
        rows_digest bytea NOT NULL,
        previous bytea NOT NULL,
        digest bytea NOT NULL,
        sealed_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT audit_seals_stretch_check CHECK (from_position < to_position)
      );

      -- The first update does the bulk. The lock lets the inserts under way end and holds up new ones until the
      -- deletion is committed; the second update finds what came meanwhile, so the lock is short.
      CREATE FUNCTION forget_user_in_audit_logs(forgotten uuid) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      BEGIN
        UPDATE audit_logs SET user_id = NULL, client = NULL, error_message = NULL, trace_id = NULL
        WHERE user_id = forgotten;
        LOCK TABLE ONLY audit_logs IN SHARE ROW EXCLUSIVE MODE;
        UPDATE audit_logs SET user_id = NULL, client = NULL, error_message = NULL, trace_id = NULL
        WHERE user_id = forgotten;
      END $$;
      REVOKE EXECUTE ON FUNCTION forget_user_in_audit_logs(uuid) FROM PUBLIC;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP FUNCTION forget_user_in_audit_logs(uuid);
      DROP TABLE audit_seals;
      DROP TABLE audit_logs;
      DROP FUNCTION audit_position(xid8);
    `);
  }
}
