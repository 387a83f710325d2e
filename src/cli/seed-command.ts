import { Passwords } from '../auth/passwords.js';
import { type Settings } from '../config/settings.js';
import { type Database } from '../database/database.js';
import { migrate } from '../database/migrations.js';
import { type Transaction } from '../database/transaction.js';
import { uuidv7 } from '../http/uuid.js';
import { UsersService } from '../users/users.service.js';
import { type Outcome } from './program.js';
import { SEED_PASSWORD, SEED_USERS, type SeedTask, type SeedUser } from './seed-data.js';
import { withDatabase } from './with-database.js';

/** Creates two users with ten tasks to try things on; users who exist are left alone. Refuses production. */
export async function seedCommand(settings: Settings): Promise<Outcome> {
  if (settings.NODE_ENV === 'production') {
    return { text: 'seed refuses production: its passwords are public', exitCode: 1 };
  }
  await migrate(settings);
  const lines = await withDatabase(settings, async (database) => {
    const users = new UsersService(database);
    const results: string[] = [];
    for (const user of SEED_USERS) results.push(await seed(database, users, user));
    return results;
  });
  return { text: lines.join('\n'), exitCode: 0 };
}

async function seed(database: Database, users: UsersService, user: SeedUser): Promise<string> {
  const { email, fullName, tasks } = user;
  if (await users.findCredentialsByEmail(email)) return `${email} exists already`;
  const id = uuidv7();
  const passwordHash = await new Passwords().hash(SEED_PASSWORD);
  await database.transaction({}, async (tx) => {
    await users.create(tx, { id, email, passwordHash, fullName });
    for (const task of tasks) await insertTask(tx, id, task);
  });
  return `${email} created, password ${SEED_PASSWORD}, ${String(tasks.length)} tasks`;
}

async function insertTask(tx: Transaction, userId: string, task: SeedTask): Promise<void> {
  await tx.query(
    `INSERT INTO tasks (user_id, id, title, priority, impact, due_date, effort_estimate_minutes, tags)
     VALUES ($1, $2, $3, $4, $5, now() + make_interval(hours => $6::int), $7, $8)`,
    [
      userId,
      uuidv7(),
      task.title,
      task.priority,
      task.impact,
      task.dueInHours,
      task.effortMinutes,
      task.tags,
    ],
  );
}
