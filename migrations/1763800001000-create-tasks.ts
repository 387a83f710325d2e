import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreateTasks implements MigrationInterface {
  name = 'CreateTasks1763800001000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE task_counters (
        user_id uuid NOT NULL CONSTRAINT task_counters_pkey PRIMARY KEY
          CONSTRAINT task_counters_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
        last_number integer NOT NULL
          CONSTRAINT task_counters_last_number_check CHECK (last_number >= 1)
      );

      CREATE FUNCTION tags_are_valid(tags text[]) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN cardinality(tags) = 0 OR (
        cardinality(tags) <= 20
        AND array_ndims(tags) = 1
        AND array_position(tags, NULL) IS NULL
        AND (SELECT bool_and(char_length(tag) BETWEEN 1 AND 50 AND tag = btrim(tag))
                    AND count(DISTINCT tag) = count(*)
             FROM unnest(tags) AS tag)
      );

      CREATE TABLE tasks (
        user_id uuid NOT NULL
          CONSTRAINT tasks_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
        id uuid NOT NULL,
        number integer NOT NULL CONSTRAINT tasks_number_check CHECK (number >= 1),
        title varchar(256) NOT NULL
          CONSTRAINT tasks_title_check CHECK (title <> '' AND title = btrim(title)),
        description varchar(2000),
        status varchar(20) NOT NULL DEFAULT 'pending'
          CONSTRAINT tasks_status_check CHECK (status IN ('pending', 'in_progress', 'completed')),
        priority smallint NOT NULL DEFAULT 3
          CONSTRAINT tasks_priority_check CHECK (priority BETWEEN 1 AND 5),
        impact smallint NOT NULL DEFAULT 3
          CONSTRAINT tasks_impact_check CHECK (impact BETWEEN 1 AND 5),
        due_date timestamptz(3),
        snoozed_until timestamptz(3),
        effort_estimate_minutes smallint
          CONSTRAINT tasks_effort_estimate_minutes_check CHECK (effort_estimate_minutes BETWEEN 1 AND 480),
        tags text[] NOT NULL DEFAULT '{}' CONSTRAINT tasks_tags_check CHECK (tags_are_valid(tags)),
        version integer NOT NULL DEFAULT 1 CONSTRAINT tasks_version_check CHECK (version >= 1),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        completed_at timestamptz(3),
        CONSTRAINT tasks_pkey PRIMARY KEY (user_id, id),
        CONSTRAINT tasks_number_key UNIQUE (user_id, number),
        CONSTRAINT tasks_completed_at_check CHECK ((status = 'completed') = (completed_at IS NOT NULL))
      );
      CREATE INDEX tasks_status_idx ON tasks (user_id, status);
      CREATE INDEX tasks_due_date_idx ON tasks (user_id, due_date, number);
      CREATE INDEX tasks_snoozed_until_idx ON tasks (user_id, snoozed_until)
        WHERE snoozed_until IS NOT NULL;
      CREATE INDEX tasks_created_at_idx ON tasks (user_id, created_at, number);
      CREATE INDEX tasks_open_idx ON tasks (user_id, priority, impact, due_date, created_at)
        WHERE status IN ('pending', 'in_progress');
      CREATE INDEX tasks_completed_idx ON tasks (user_id, completed_at) WHERE status = 'completed';
      CREATE INDEX tasks_search_idx ON tasks
        USING gin (to_tsvector('simple', title || ' ' || coalesce(description, '')));

      CREATE TRIGGER tasks_set_first_updated_at BEFORE INSERT ON tasks
        FOR EACH ROW WHEN (NEW.updated_at <> NEW.created_at) EXECUTE FUNCTION set_first_updated_at();
      CREATE TRIGGER tasks_set_updated_at BEFORE UPDATE ON tasks
        FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION set_updated_at();

      CREATE FUNCTION assign_task_number() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO task_counters AS c (user_id, last_number) VALUES (NEW.user_id, 1)
        ON CONFLICT (user_id) DO UPDATE SET last_number = c.last_number + 1
        RETURNING last_number INTO NEW.number;
        RETURN NEW;
      END $$;
      CREATE TRIGGER tasks_assign_missing_number BEFORE INSERT ON tasks
        FOR EACH ROW WHEN (NEW.number IS NULL) EXECUTE FUNCTION assign_task_number();
      CREATE TRIGGER tasks_assign_number_of_new_owner BEFORE UPDATE OF user_id ON tasks
        FOR EACH ROW WHEN (NEW.user_id <> OLD.user_id) EXECUTE FUNCTION assign_task_number();

      CREATE FUNCTION set_completed_at() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.completed_at := CASE WHEN NEW.status = 'completed' THEN now() END;
        RETURN NEW;
      END $$;
      CREATE TRIGGER tasks_set_completed_at BEFORE INSERT OR UPDATE ON tasks
        FOR EACH ROW WHEN ((NEW.status = 'completed') <> (NEW.completed_at IS NOT NULL))
        EXECUTE FUNCTION set_completed_at();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE tasks;
      DROP TABLE task_counters;
      DROP FUNCTION set_completed_at();
      DROP FUNCTION assign_task_number();
      DROP FUNCTION tags_are_valid(text[]);
    `);
  }
}
