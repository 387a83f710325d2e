import { type TestDatabase } from './test-database.js';

/** What one query says of a table, a line for each thing of its kind. */
const ABOUT_TABLES = `
  SELECT c.relname || ': ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
         || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
         || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') AS line,
         1 AS kind, c.relname AS owner, a.attnum AS place
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT c.relname || ': CONSTRAINT ' || o.conname || ' ' || pg_get_constraintdef(o.oid), 2, c.relname, 0
  FROM pg_constraint o
  JOIN pg_class c ON c.oid = o.conrelid AND NOT c.relispartition
  WHERE o.connamespace = 'public'::regnamespace AND o.contype <> 'n'
  UNION ALL
  SELECT i.tablename || ': ' || i.indexdef, 3, i.tablename, 0
  FROM pg_indexes i
  JOIN pg_class c ON c.relname = i.tablename AND NOT c.relispartition
  WHERE i.schemaname = 'public'
  UNION ALL
  SELECT c.relname || ': ' || pg_get_triggerdef(t.oid), 4, c.relname, 0
  FROM pg_trigger t
  JOIN pg_class c ON c.oid = t.tgrelid AND NOT c.relispartition
  WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace`;

const FUNCTIONS = `
  SELECT pg_get_functiondef(oid) AS line
  FROM pg_proc
  WHERE pronamespace = 'public'::regnamespace
  ORDER BY proname`;

/** The whole schema as text, equal on every supported version of PostgreSQL; the book-keeping of migrations left out. */
export async function catalogue(database: TestDatabase): Promise<string> {
  const things = await database.query<{ line: string }>(
    `SELECT line FROM (${ABOUT_TABLES}) AS things WHERE owner <> 'migrations'
     ORDER BY owner COLLATE "C", kind, place, line COLLATE "C"`,
  );
  const functions = await database.query<{ line: string }>(FUNCTIONS);
  return [...things, ...functions].map(({ line }) => line.replace(/\s+/g, ' ').trim()).join('\n');
}
