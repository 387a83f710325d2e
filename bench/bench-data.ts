import { registerUsers } from './bench-users.js';
import { fillTasks } from './fill-tasks.js';
import { type BenchUser } from './planned-request.js';
import { type BenchDatabase } from './postgres/bench-database.js';
import { type ServerProcess } from './server-process.js';

const CROWD = 50;
const TASKS_OF_EACH = 1000;
/** So many tasks of each of the crowd are read and changed. */
const TOUCHED_OF_EACH = 80;
export const DEEP_TASKS = 10_000;
const ALL_OPEN = 10;

/** How many open tasks the users have who ask for the best. */
export const OPEN_TASKS = [10, 1000, 100_000] as const;
export type OpenTasks = (typeof OPEN_TASKS)[number];

/** Whom and what the requests are about. */
export interface BenchData {
  crowd: BenchUser[];
  /** Of all of the crowd in turn. */
  tasks: { user: BenchUser; id: string }[];
  /** Has many tasks, to page through. */
  reader: BenchUser;
  asking: Record<OpenTasks, BenchUser>;
}

/** Registers users and gives them tasks. */
export async function loadData(database: BenchDatabase, ours: ServerProcess): Promise<BenchData> {
  const users = await registerUsers(ours, CROWD + 1 + OPEN_TASKS.length);
  const [reader, few, some, many, ...crowd] = users as [
    BenchUser,
    BenchUser,
    BenchUser,
    BenchUser,
    ...BenchUser[],
  ];
  const asking = { 10: few, 1000: some, 100_000: many };
  await fillTasks(database, crowd.map(idOf), { perUser: TASKS_OF_EACH });
  await fillTasks(database, [reader.id], { perUser: DEEP_TASKS });
  for (const perUser of OPEN_TASKS) {
    await fillTasks(database, [asking[perUser].id], { perUser, openShare: ALL_OPEN });
  }
  return { crowd, reader, asking, tasks: await touchedTasks(database, crowd) };
}

/** The newest tasks of each user, one of each user in turn. */
export async function touchedTasks(
  database: BenchDatabase,
  users: BenchUser[],
): Promise<BenchData['tasks']> {
  const rows = await database.query<{ userId: string; id: string }>(
    `SELECT user_id AS "userId", id FROM tasks
     WHERE user_id = ANY ($1) AND number > $2
     ORDER BY number, user_id`,
    [users.map(idOf), TASKS_OF_EACH - TOUCHED_OF_EACH],
  );
  const byId = new Map(users.map((user) => [user.id, user]));
  return rows.flatMap(({ userId, id }) => {
    const user = byId.get(userId);
    return user ? [{ user, id }] : [];
  });
}

function idOf({ id }: BenchUser): string {
  return id;
}
