import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class AddLastRequestIdToTasks implements MigrationInterface {
  name = 'AddLastRequestIdToTasks1763900004000';

  /** A request that leaves a task as it was leaves its mark there all the same, which is no update. */
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE tasks ADD COLUMN last_request_id uuid;
      DROP TRIGGER tasks_set_updated_at ON tasks;
      CREATE TRIGGER tasks_set_updated_at BEFORE UPDATE ON tasks
        FOR EACH ROW WHEN (
          OLD.version <> NEW.version
          OR OLD.last_request_id IS NOT DISTINCT FROM NEW.last_request_id AND OLD IS DISTINCT FROM NEW)
        EXECUTE FUNCTION set_updated_at();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER tasks_set_updated_at ON tasks;
      CREATE TRIGGER tasks_set_updated_at BEFORE UPDATE ON tasks
        FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION set_updated_at();
      ALTER TABLE tasks DROP COLUMN last_request_id;
    `);
  }
}
