import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateIdempotencyKeys implements MigrationInterface {
  name = 'CreateIdempotencyKeys1763900002000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE idempotency_keys (
        user_id uuid NOT NULL
          CONSTRAINT idempotency_keys_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
        operation varchar(100) NOT NULL,
        key varchar(255) NOT NULL,
        fingerprint bytea NOT NULL,
        task_id uuid NOT NULL,
        task_version integer NOT NULL,
        answer text NOT NULL,
        expires_at timestamptz(3) NOT NULL DEFAULT now() + interval '24 hours',
        CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, operation, key)
      );
      CREATE INDEX idempotency_keys_expires_at_idx ON idempotency_keys (expires_at);

      CREATE FUNCTION claim_idempotency_key(owner uuid, route text, client_key text) RETURNS void
      LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT pg_try_advisory_xact_lock(hashtextextended(concat_ws(' ', owner, route, client_key), 0)) THEN
          RAISE lock_not_available USING MESSAGE = 'the idempotency key is in use';
        END IF;
        DELETE FROM idempotency_keys k
        WHERE k.user_id = owner AND k.operation = route AND k.key = client_key AND k.expires_at <= now();
        IF EXISTS (SELECT FROM idempotency_keys k
                   WHERE k.user_id = owner AND k.operation = route AND k.key = client_key) THEN
          RAISE unique_violation
            USING MESSAGE = 'the idempotency key was used', CONSTRAINT = 'idempotency_keys_pkey';
        END IF;
      END $$;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP FUNCTION claim_idempotency_key(uuid, text, text);
      DROP TABLE idempotency_keys;
    `);
  }
}
