import { type Settings } from '../config/settings.js';
import { migrate, revertMigration } from '../database/migrations.js';
import { type Outcome } from './program.js';

/** Brings the schema up to date. */
export async function migrateCommand(settings: Settings): Promise<Outcome> {
  const applied = await migrate(settings);
  const text = applied.length > 0 ? `applied ${applied.join(', ')}` : 'the schema is up to date';
  return { text, exitCode: 0 };
}

/** Takes the newest migration back. */
export async function revertCommand(settings: Settings): Promise<Outcome> {
  const reverted = await revertMigration(settings);
  return { text: reverted ? `reverted ${reverted}` : 'there is nothing to revert', exitCode: 0 };
}
