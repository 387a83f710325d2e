import { type DataSource } from 'typeorm';
import { CreateUsers } from '../../migrations/1763800000000-create-users.js';
import { CreateTasks } from '../../migrations/1763800001000-create-tasks.js';
import { CreatePreferences } from '../../migrations/1763800002000-create-preferences.js';
import { CreateAuditLogs } from '../../migrations/1763800003000-create-audit-logs.js';
import { CreateApiKeys } from '../../migrations/1763900000000-create-api-keys.js';
import { CreateExternalIdentities } from '../../migrations/1763900001000-create-external-identities.js';
import { CreateIdempotencyKeys } from '../../migrations/1763900002000-create-idempotency-keys.js';
import { CreatePasswordAttempts } from '../../migrations/1763900003000-create-password-attempts.js';
import { AddLastRequestIdToTasks } from '../../migrations/1763900004000-add-last-request-id-to-tasks.js';
import { databaseConnection } from '../config/database-connection.js';
import { type Variables } from '../config/environment.js';
import { continueAuditPositions } from './audit-positions.js';
import { schemaDataSource } from './data-source.js';
import { grantToApplication } from './grants.js';

/** In the order in which they are applied. */
export const MIGRATIONS = [
  CreateUsers,
  CreateTasks,
  CreatePreferences,
  CreateAuditLogs,
  CreateApiKeys,
  CreateExternalIdentities,
  CreateIdempotencyKeys,
  CreatePasswordAttempts,
  AddLastRequestIdToTasks,
];

/** One process migrates a database at a time; the others wait for this session lock. */
const MIGRATION_LOCK = 7_361_964;

type MigrationEnvironment = Partial<
  Pick<Variables, 'DATABASE_URL' | 'DATABASE_DIRECT_URL' | 'DATABASE_SSL' | 'DATABASE_SSL_CA'>
>;

/** Brings the schema up to date, as the role of `DATABASE_DIRECT_URL`, and returns the names of what it applied. */
export function migrate(environment: MigrationEnvironment): Promise<string[]> {
  return withSchema(environment, async (dataSource) => {
    const applied = await dataSource.runMigrations();
    await continueAuditPositions(dataSource);
    await grantToApplication(dataSource, applicationRole(environment));
    return applied.map(({ name }) => name);
  });
}

/** Takes the newest migration back and returns its name, or null when none is left. */
export function revertMigration(environment: MigrationEnvironment): Promise<string | null> {
  return withSchema(environment, async (dataSource) => {
    const applied = await dataSource.query<{ name: string }[]>(
      `SELECT name FROM migrations ORDER BY id DESC LIMIT 1`,
    );
    await dataSource.undoLastMigration();
    return applied[0]?.name ?? null;
  });
}

/** Does `work` on a connection of its own while no other process changes the schema. */
async function withSchema<T>(
  environment: MigrationEnvironment,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const url = environment.DATABASE_DIRECT_URL ?? environment.DATABASE_URL;
  if (url === undefined) throw new Error('DATABASE_URL is not set');
  const dataSource = schemaDataSource(databaseConnection(url, environment), {
    migrations: MIGRATIONS,
  });
  await dataSource.initialize();
  try {
    const lock = dataSource.createQueryRunner();
    await lock.query(`SELECT pg_advisory_lock($1)`, [MIGRATION_LOCK]);
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

function applicationRole(environment: MigrationEnvironment): string | null {
  if (environment.DATABASE_URL === undefined) return null;
  return decodeURIComponent(new URL(environment.DATABASE_URL).username) || null;
}
