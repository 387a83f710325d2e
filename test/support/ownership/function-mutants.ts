import { type TestDatabase } from '../test-database.js';

/** A function in the database with one condition taken out of it. */
export interface FunctionMutant {
  name: string;
  original: string;
  mutated: string;
}

const CONDITION = /(?<=\b(?:WHERE|AND) )(?:\w+\.)?user_id = \w+/g;

/** One mutant for each comparison with an owner in a function that was written for this schema. */
export async function functionMutants(database: TestDatabase): Promise<FunctionMutant[]> {
  const functions = await database.query<{ name: string; definition: string }>(
    `SELECT p.proname AS name, pg_get_functiondef(p.oid) AS definition
     FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
     WHERE p.pronamespace = 'public'::regnamespace AND l.lanname = 'plpgsql'`,
  );
  return functions.flatMap(({ name, definition }) =>
    [...definition.matchAll(CONDITION)].map(({ index, 0: condition }) => ({
      name: `${name}: ${condition} at ${String(index)}`,
      original: definition,
      mutated: `${definition.slice(0, index)}true${definition.slice(index + condition.length)}`,
    })),
  );
}

/** Puts the mutant in place of the function while `work` runs. */
export async function withFunction<T>(
  database: TestDatabase,
  { original, mutated }: FunctionMutant,
  work: () => Promise<T>,
): Promise<T> {
  await database.query(mutated);
  try {
    return await work();
  } finally {
    await database.query(original);
  }
}
