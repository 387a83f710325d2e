import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateAuditLogs implements MigrationInterface {
  name = 'CreateAuditLogs1763800003000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
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
        CONSTRAINT audit_logs_pkey PRIMARY KEY (timestamp, id)
      ) PARTITION BY RANGE (timestamp);
      CREATE INDEX audit_logs_user_idx ON audit_logs (user_id, timestamp, id);
      CREATE INDEX audit_logs_action_idx ON audit_logs (action, timestamp);
      CREATE INDEX audit_logs_errors_idx ON audit_logs (timestamp) WHERE result = 'error';
      CREATE INDEX audit_logs_recommendations_idx ON audit_logs (user_id, timestamp, id)
        WHERE action = 'GET_BEST_TASK';
      CREATE INDEX audit_logs_task_changes_idx ON audit_logs (user_id, resource_id, timestamp)
        WHERE action IN ('UPDATE_TASK', 'COMPLETE_TASK', 'SNOOZE_TASK', 'DELETE_TASK');

      -- A row whose month has no partition yet is kept all the same.
      CREATE TABLE audit_logs_default PARTITION OF audit_logs DEFAULT;

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
      DROP TABLE audit_logs;
    `);
  }
}
