import { touchedTasks, type BenchData } from './bench-data.js';
import { registerUsers } from './bench-users.js';
import { fillTasks } from './fill-tasks.js';
import { type BenchUser } from './planned-request.js';
import { type BenchDatabase } from './postgres/bench-database.js';
import { type ServerProcess } from './server-process.js';

/** Of each user who asks, all of them open. */
const TASKS_OF_EACH = 1000;
const ALL_OPEN = 10;
/** Of each of the many users who only have to be there. */
const TASKS_OF_OTHERS = 100;
const AT_ONCE = 100;

/** A few users who ask, each with the same number of tasks, while the tables fill up with other people's. */
export class CrowdedTable {
  private readonly asking: BenchUser[] = [];
  private others = 0;
  private otherTasks = 0;

  private constructor(
    private readonly database: BenchDatabase,
    private readonly server: ServerProcess,
  ) {}

  /** @param asking how many users ask in the beginning */
  static async create(
    database: BenchDatabase,
    server: ServerProcess,
    asking: number,
  ): Promise<CrowdedTable> {
    const table = new CrowdedTable(database, server);
    await table.letAsk(asking);
    return table;
  }

  /** Adds others with as many tasks as those who ask, until there are `size` tasks in all. */
  async growToTasks(size: number): Promise<void> {
    while (this.asking.length * TASKS_OF_EACH + this.otherTasks < size) {
      await this.addOthers(AT_ONCE, TASKS_OF_EACH);
    }
  }

  /** Adds users until there are `size`, of whom `asking` ask. */
  async growToUsers(size: number, asking: number): Promise<void> {
    await this.letAsk(asking);
    while (this.asking.length + this.others < size) {
      const missing = size - this.asking.length - this.others;
      await this.addOthers(Math.min(AT_ONCE * 10, missing), TASKS_OF_OTHERS);
    }
  }

  /** Tasks of those who ask, of each in turn. */
  tasks(): Promise<BenchData['tasks']> {
    return touchedTasks(this.database, this.asking);
  }

  tidy(): Promise<void> {
    return this.database.tidy();
  }

  /** Takes back what was created, so that everybody has as many tasks as before. */
  async removeNewTasks(): Promise<void> {
    await this.database.query('DELETE FROM tasks WHERE user_id = ANY ($1) AND number > $2', [
      this.asking.map(({ id }) => id),
      TASKS_OF_EACH,
    ]);
    await this.tidy();
  }

  private async letAsk(count: number): Promise<void> {
    const added = await registerUsers(this.server, count - this.asking.length);
    if (added.length === 0) return;
    const ids = added.map(({ id }) => id);
    await fillTasks(this.database, ids, { perUser: TASKS_OF_EACH, openShare: ALL_OPEN });
    this.asking.push(...added);
  }

  private async addOthers(count: number, perUser: number): Promise<void> {
    const rows = await this.database.query<{ id: string }>(
      `INSERT INTO users (id, email) SELECT id, id || '@example.com'
       FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $1)) AS made RETURNING id`,
      [count],
    );
    await fillTasks(
      this.database,
      rows.map(({ id }) => id),
      { perUser },
    );
    this.others += count;
    this.otherTasks += count * perUser;
  }
}
