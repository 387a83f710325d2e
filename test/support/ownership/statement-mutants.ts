import pg from 'pg';

/** A statement of the application with one condition taken out of it. */
export interface StatementMutant {
  text: string;
  mutated: string;
  /** The condition, and what stands before it. */
  name: string;
}

/**
 * What ties rows to their owner: a comparison with the user's id, a join with their account, and whether that may sign
 * in. A parameter goes on being used, so that the statement stays valid.
 */
const CONDITIONS: [pattern: RegExp, replacement: string][] = [
  [/(?<![\w.])(?:\w+\.)?(?:user_id|id) = \$1(?:::uuid)?(?!\d)/g, '$1::uuid IS NOT NULL'],
  [/(?<![\w.])\w+\.id = \w+\.user_id\b/g, 'true'],
  [/(?<![\w.])u\.is_active\b(?! AS)/g, 'true'],
];

/** One mutant for each such condition in a statement. */
export function mutantsOf(text: string): StatementMutant[] {
  return CONDITIONS.flatMap(([pattern, replacement]) =>
    [...text.matchAll(pattern)].map(({ index, 0: condition }) => {
      const [before, after] = [text.slice(0, index), text.slice(index + condition.length)];
      return { text, mutated: before + replacement + after, name: excerpt(before, condition) };
    }),
  );
}

/** Sends the mutant in place of its statement while `work` runs, and tells which errors PostgreSQL found in it. */
export async function withMutant<T>(
  { text, mutated }: StatementMutant,
  work: () => Promise<T>,
): Promise<{ result: T; sent: number; errors: Set<string> }> {
  const original = Reflect.get(pg.Client.prototype, 'query') as (...args: unknown[]) => unknown;
  const errors = new Set<string>();
  let sent = 0;
  pg.Client.prototype.query = function (this: pg.Client, first: unknown, ...rest: unknown[]) {
    const config = typeof first === 'string' ? { text: first } : (first as pg.QueryConfig);
    if (config.text !== text) return original.call(this, first, ...rest);
    sent++;
    const { name: _prepared, ...unprepared } = config;
    const answer = original.call(this, { ...unprepared, text: mutated }, ...rest);
    (answer as Promise<unknown>).catch((error: { code?: string }) => errors.add(error.code ?? ''));
    return answer;
  } as never;
  try {
    return { result: await work(), sent, errors };
  } finally {
    pg.Client.prototype.query = original as never;
  }
}

function excerpt(before: string, condition: string): string {
  return `${before.replace(/\s+/g, ' ').slice(-60)}[${condition}]`;
}
