import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);
const BINARIES = '/usr/lib/postgresql/15/bin';

/** The tables scoring reads, as the migrations make them, with the indexes it needs. */
const SCHEMA = `
CREATE TABLE user_preferences (
  user_id uuid PRIMARY KEY,
  weight_urgency smallint NOT NULL DEFAULT 40,
  weight_priority smallint NOT NULL DEFAULT 35,
  weight_impact smallint NOT NULL DEFAULT 15,
  weight_effort smallint NOT NULL DEFAULT 10,
  timezone text NOT NULL DEFAULT 'UTC',
  work_start_time time NOT NULL DEFAULT '09:00',
  work_end_time time NOT NULL DEFAULT '17:00',
  work_days smallint[] NOT NULL DEFAULT '{1,2,3,4,5}',
  enable_habit_learning boolean NOT NULL DEFAULT true,
  habits_forgotten_at timestamptz(3)
);
CREATE TABLE tasks (
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  number int NOT NULL,
  title varchar(256) NOT NULL,
  description varchar(2000),
  status text NOT NULL DEFAULT 'pending',
  priority smallint NOT NULL DEFAULT 3,
  impact smallint NOT NULL DEFAULT 3,
  due_date timestamptz(3),
  snoozed_until timestamptz(3),
  effort_estimate_minutes int,
  tags text[] NOT NULL DEFAULT '{}',
  version int NOT NULL DEFAULT 1,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  completed_at timestamptz(3),
  PRIMARY KEY (user_id, id),
  UNIQUE (user_id, number)
);
CREATE INDEX tasks_open_idx ON tasks (user_id, priority, impact, due_date, created_at)
  WHERE status IN ('pending', 'in_progress');
CREATE INDEX tasks_completed_idx ON tasks (user_id, completed_at) WHERE status = 'completed';`;

export interface ScoringDatabase {
  client: pg.Client;
  stop: () => Promise<void>;
}

/** A server started for the occasion, with the tables scoring reads. */
export async function startScoringDatabase(): Promise<ScoringDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'scoring-'));
  const user = await serverUser();
  if (user) await chown(directory, user.uid, user.gid);
  const data = join(directory, 'data');
  const as = { ...user, cwd: directory };
  await run(
    join(BINARIES, 'initdb'),
    ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8'],
    as,
  );
  const options = `-c listen_addresses='' -c unix_socket_directories='${directory}' -c fsync=off`;
  await run(
    join(BINARIES, 'pg_ctl'),
    ['-D', data, '-w', '-l', join(directory, 'log'), '-o', options, 'start'],
    as,
  );
  const client = new pg.Client({ host: directory, user: 'postgres', database: 'postgres' });
  await client.connect();
  await client.query(SCHEMA);
  return {
    client,
    stop: async () => {
      await client.end();
      await run(join(BINARIES, 'pg_ctl'), ['-D', data, '-w', '-m', 'immediate', 'stop'], as);
      await rm(directory, { recursive: true });
    },
  };
}

/** PostgreSQL refuses to run as root; then it runs as the user of the package. */
async function serverUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag: string): Promise<number> =>
    Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}
