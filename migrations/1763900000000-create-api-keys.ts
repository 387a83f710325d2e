import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateApiKeys implements MigrationInterface {
  name = 'CreateApiKeys1763900000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION scopes_are_valid(scopes text[]) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN cardinality(scopes) >= 1
        AND array_ndims(scopes) = 1
        AND scopes <@ ARRAY['tasks:read', 'tasks:write', 'preferences:read', 'preferences:write', 'audit:read']
        AND (SELECT count(DISTINCT scope) = count(*) FROM unnest(scopes) AS scope);

      CREATE TABLE api_keys (
        user_id uuid NOT NULL
          CONSTRAINT api_keys_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
        id uuid NOT NULL,
        name varchar(100) NOT NULL
          CONSTRAINT api_keys_name_check CHECK (name <> '' AND name = btrim(name)),
        key_hash bytea NOT NULL
          CONSTRAINT api_keys_key_hash_check CHECK (octet_length(key_hash) = 32),
        scopes text[] NOT NULL CONSTRAINT api_keys_scopes_check CHECK (scopes_are_valid(scopes)),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        expires_at timestamptz(3),
        last_used_at timestamptz(3),
        CONSTRAINT api_keys_pkey PRIMARY KEY (user_id, id),
        CONSTRAINT api_keys_key_hash_key UNIQUE (user_id, key_hash)
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE api_keys;
      DROP FUNCTION scopes_are_valid(text[]);
    `);
  }
}
