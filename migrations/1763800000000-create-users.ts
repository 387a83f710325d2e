import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateUsers implements MigrationInterface {
  name = 'CreateUsers1763800000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.updated_at := now();
        RETURN NEW;
      END $$;

      CREATE FUNCTION set_first_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.updated_at := NEW.created_at;
        RETURN NEW;
      END $$;

      CREATE TABLE users (
        id uuid NOT NULL CONSTRAINT users_pkey PRIMARY KEY,
        email varchar(255) NOT NULL
          CONSTRAINT users_email_check CHECK (email LIKE '%_@_%' AND email = btrim(email)),
        password_hash varchar(255),
        full_name varchar(255) NOT NULL DEFAULT '',
        plan varchar(20) NOT NULL DEFAULT 'free'
          CONSTRAINT users_plan_check CHECK (plan IN ('free', 'pro', 'enterprise')),
        is_active boolean NOT NULL DEFAULT true,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now()
      );
      CREATE UNIQUE INDEX users_email_key ON users (lower(email));
      CREATE TRIGGER users_set_updated_at BEFORE UPDATE ON users
        FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION set_updated_at();

      CREATE TRIGGER users_set_first_updated_at BEFORE INSERT ON users
        FOR EACH ROW WHEN (NEW.updated_at <> NEW.created_at) EXECUTE FUNCTION set_first_updated_at();

      CREATE TABLE sessions (
        user_id uuid NOT NULL
          CONSTRAINT sessions_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
        id uuid NOT NULL,
        generation integer NOT NULL DEFAULT 0
          CONSTRAINT sessions_generation_check CHECK (generation >= 0),
        rotated_at timestamptz(3) NOT NULL DEFAULT now(),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        last_used_at timestamptz(3) NOT NULL DEFAULT now(),
        expires_at timestamptz(3) NOT NULL,
        revoked_at timestamptz(3),
        client varchar(250),
        CONSTRAINT sessions_pkey PRIMARY KEY (user_id, id)
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE sessions;
      DROP TABLE users;
      DROP FUNCTION set_first_updated_at();
      DROP FUNCTION set_updated_at();
    `);
  }
}
