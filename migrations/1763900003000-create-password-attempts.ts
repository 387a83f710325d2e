import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreatePasswordAttempts implements MigrationInterface {
  name = 'CreatePasswordAttempts1763900003000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE password_attempts (
        user_id uuid NOT NULL
          CONSTRAINT password_attempts_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
        source varchar(64) NOT NULL,
        failures integer NOT NULL DEFAULT 0
          CONSTRAINT password_attempts_failures_check CHECK (failures >= 0),
        failed_at timestamptz(3),
        succeeded_at timestamptz(3),
        CONSTRAINT password_attempts_pkey PRIMARY KEY (user_id, source)
      );

      -- Unlogged: a minute's counts are not worth a flush to disk for every attempt.
      CREATE UNLOGGED TABLE rate_limits (
        key varchar(255) NOT NULL CONSTRAINT rate_limits_pkey PRIMARY KEY,
        points integer NOT NULL DEFAULT 0,
        expire bigint
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE rate_limits;
      DROP TABLE password_attempts;
    `);
  }
}
