import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateExternalIdentities implements MigrationInterface {
  name = 'CreateExternalIdentities1763900001000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE external_identities (
        issuer varchar(255) NOT NULL,
        subject varchar(255) NOT NULL
          CONSTRAINT external_identities_subject_check CHECK (subject <> ''),
        user_id uuid NOT NULL
          CONSTRAINT external_identities_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT external_identities_pkey PRIMARY KEY (issuer, subject)
      );
      CREATE INDEX external_identities_user_idx ON external_identities (user_id);

      CREATE TABLE ended_external_identities (
        digest bytea CONSTRAINT ended_external_identities_pkey PRIMARY KEY,
        ended_at timestamptz(3) NOT NULL DEFAULT now()
      );

      CREATE FUNCTION digest_of_external_identity(issuer text, subject text) RETURNS bytea
      LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT sha256(convert_to(issuer || ' ' || subject, 'UTF8')) $$;

      -- No token that is still good is a day old, so what ended earlier can be forgotten altogether.
      CREATE FUNCTION remember_ended_external_identity() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        DELETE FROM ended_external_identities WHERE ended_at < now() - interval '25 hours';
        INSERT INTO ended_external_identities (digest)
        VALUES (digest_of_external_identity(OLD.issuer, OLD.subject))
        ON CONFLICT (digest) DO UPDATE SET ended_at = now();
        RETURN NULL;
      END $$;
      CREATE TRIGGER external_identities_remember_end AFTER DELETE ON external_identities
        FOR EACH ROW EXECUTE FUNCTION remember_ended_external_identity();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE external_identities;
      DROP FUNCTION remember_ended_external_identity();
      DROP FUNCTION digest_of_external_identity(text, text);
      DROP TABLE ended_external_identities;
    `);
  }
}
