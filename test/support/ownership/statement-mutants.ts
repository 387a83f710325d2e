import pg from 'pg';
import { isSubmitted, onAnswer, type SubmittedQuery } from '../submitted-query.js';

/** One condition of the application's SQL, taken out of every statement that has it. */
export interface StatementMutant {
  /** The condition in brackets, with what stands around it. */
  name: string;
  /** Each statement, and what is sent in its place. */
  texts: Map<string, string>;
}

/** What came of sending a mutant. */
export interface Trial<T> {
  result: T;
  /** How often it was sent. */
  sent: number;
  /** The SQLSTATEs of what PostgreSQL did not understand in it. */
  misunderstood: string[];
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

/** One mutant for each such condition; where several statements are written by the same code, it is one condition. */
export function mutantsOf(texts: Iterable<string>): StatementMutant[] {
  const mutants = new Map<string, StatementMutant>();
  for (const text of texts) {
    for (const { name, mutated } of mutationsOf(text)) {
      const mutant = mutants.get(name) ?? { name, texts: new Map<string, string>() };
      mutants.set(name, mutant);
      mutant.texts.set(text, mutated);
    }
  }
  return [...mutants.values()];
}

/** Sends the mutant in place of the statements while `work` runs. */
export async function withMutant<T>(
  { texts }: StatementMutant,
  work: () => Promise<T>,
): Promise<Trial<T>> {
  const original = Reflect.get(pg.Client.prototype, 'query') as (...args: unknown[]) => unknown;
  const misunderstood: string[] = [];
  let sent = 0;
  pg.Client.prototype.query = function (this: pg.Client, first: unknown, ...rest: unknown[]) {
    const text = isSubmitted(first) ? texts.get(first.text) : undefined;
    if (text === undefined) return original.call(this, first, ...rest);
    sent++;
    const query = Object.assign(first as SubmittedQuery, { name: '', text });
    onAnswer(query, (error) => {
      if (error?.code?.startsWith('42')) misunderstood.push(error.code);
    });
    return original.call(this, query, ...rest);
  } as never;
  try {
    return { result: await work(), sent, misunderstood };
  } finally {
    pg.Client.prototype.query = original as never;
  }
}

function mutationsOf(text: string): { name: string; mutated: string }[] {
  const found = CONDITIONS.flatMap(([pattern, replacement]) =>
    [...text.matchAll(pattern)].map(({ index, 0: condition }) => ({
      name: around(text, index, condition),
      index,
      condition,
      replacement,
    })),
  );
  return [...new Set(found.map(({ name }) => name))].map((name) => {
    const places = found.filter((place) => place.name === name).sort((a, b) => b.index - a.index);
    const mutated = places.reduce(
      (sql, { index, condition, replacement }) =>
        sql.slice(0, index) + replacement + sql.slice(index + condition.length),
      text,
    );
    return { name, mutated };
  });
}

function around(text: string, index: number, condition: string): string {
  const before = text.slice(0, index).replace(/\s+/g, ' ').slice(-60);
  const after = text
    .slice(index + condition.length)
    .replace(/\s+/g, ' ')
    .slice(0, 25);
  return `${before}[${condition}]${after}`;
}
