import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class CreatePreferences implements MigrationInterface {
  name = 'CreatePreferences1763800002000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION work_days_are_valid(days smallint[]) RETURNS boolean
      LANGUAGE sql IMMUTABLE PARALLEL SAFE
      RETURN cardinality(days) BETWEEN 1 AND 7
        AND array_ndims(days) = 1
        AND array_position(days, NULL) IS NULL
        AND (SELECT bool_and(day BETWEEN 1 AND 7) AND count(DISTINCT day) = count(*)
             FROM unnest(days) AS day);

      CREATE FUNCTION timezone_is_known(name text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
      BEGIN
        PERFORM timestamptz '2000-01-01 00:00Z' AT TIME ZONE name;
        RETURN true;
      EXCEPTION WHEN invalid_parameter_value THEN
        RETURN false;
      END $$;

      CREATE TABLE user_preferences (
        user_id uuid NOT NULL CONSTRAINT user_preferences_pkey PRIMARY KEY
          CONSTRAINT user_preferences_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
        weight_urgency smallint NOT NULL DEFAULT 40
          CONSTRAINT user_preferences_weight_urgency_check CHECK (weight_urgency BETWEEN 0 AND 100),
        weight_priority smallint NOT NULL DEFAULT 35
          CONSTRAINT user_preferences_weight_priority_check CHECK (weight_priority BETWEEN 0 AND 100),
        weight_impact smallint NOT NULL DEFAULT 15
          CONSTRAINT user_preferences_weight_impact_check CHECK (weight_impact BETWEEN 0 AND 100),
        weight_effort smallint NOT NULL DEFAULT 10
          CONSTRAINT user_preferences_weight_effort_check CHECK (weight_effort BETWEEN 0 AND 100),
        timezone varchar(64) NOT NULL DEFAULT 'UTC'
          CONSTRAINT user_preferences_timezone_check CHECK (timezone_is_known(timezone)),
        work_start_time time(0) NOT NULL DEFAULT '09:00',
        work_end_time time(0) NOT NULL DEFAULT '17:00',
        work_days smallint[] NOT NULL DEFAULT '{1,2,3,4,5}'
          CONSTRAINT user_preferences_work_days_check CHECK (work_days_are_valid(work_days)),
        enable_habit_learning boolean NOT NULL DEFAULT true,
        habits_forgotten_at timestamptz(3),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT user_preferences_weights_check
          CHECK (weight_urgency + weight_priority + weight_impact + weight_effort = 100),
        CONSTRAINT user_preferences_work_time_check CHECK (work_start_time <> work_end_time)
      );
      CREATE TRIGGER user_preferences_set_first_updated_at BEFORE INSERT ON user_preferences
        FOR EACH ROW WHEN (NEW.updated_at <> NEW.created_at) EXECUTE FUNCTION set_first_updated_at();
      CREATE TRIGGER user_preferences_set_updated_at BEFORE UPDATE ON user_preferences
        FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION set_updated_at();

      CREATE FUNCTION create_user_preferences() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO user_preferences (user_id) VALUES (NEW.id);
        RETURN NULL;
      END $$;
      CREATE TRIGGER users_create_preferences AFTER INSERT ON users
        FOR EACH ROW EXECUTE FUNCTION create_user_preferences();
      INSERT INTO user_preferences (user_id) SELECT id FROM users;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER users_create_preferences ON users;
      DROP FUNCTION create_user_preferences();
      DROP TABLE user_preferences;
      DROP FUNCTION timezone_is_known(text);
      DROP FUNCTION work_days_are_valid(smallint[]);
    `);
  }
}
