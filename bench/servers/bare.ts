import { fastify, type FastifyReply, type FastifyRequest } from 'fastify';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { serverSettings } from '../environment.js';
import * as sql from './bare-statements.js';
import { SCHEMAS } from './task-schema.js';

/*
 * The ceiling: Fastify and pg, nothing in between. Named prepared statements, one for each request, rows serialised by a
 * compiled schema. No authentication, no validation beyond the schema, no record. With the argument `json` its lists are
 * built by PostgreSQL.
 */
const { port, databaseUrl } = serverSettings();
const isListJson = process.argv.includes('json');
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
const app = fastify();

interface Row {
  createdAt: Date;
  number: number;
}

async function run<T extends object>(name: string, text: string, values: unknown[]): Promise<T[]> {
  const { rows } = await pool.query<T>({ name, text, values });
  return rows;
}

function ownerOf(request: FastifyRequest): string {
  return request.headers['x-user-id'] as string;
}

function found(row: object | undefined, reply: FastifyReply): object {
  return row ?? reply.code(404).send({ error: 'not found' });
}

app.get('/health', () => ({ status: 'ok' }));

app.post('/api/tasks', { schema: SCHEMAS.create }, async (request, reply) => {
  const task = request.body as Record<string, unknown>;
  const { title, description, priority = 3, impact = 3, dueDate, effortEstimateMinutes } = task;
  const tags = task['tags'] ?? [];
  const given = [title, description, priority, impact, dueDate, effortEstimateMinutes, tags];
  const [created] = await run('create', sql.CREATE, [ownerOf(request), uuidv7(), ...given]);
  return reply.code(201).send(created);
});

app.get<{ Params: { id: string } }>(
  '/api/tasks/:id',
  { schema: SCHEMAS.get },
  async (request, reply) => {
    const [task] = await run('get', sql.GET, [ownerOf(request), request.params.id]);
    return found(task, reply);
  },
);

app.patch<{ Params: { id: string }; Body: Record<string, unknown> }>(
  '/api/tasks/:id',
  { schema: SCHEMAS.update },
  async (request, reply) => {
    const fields = Object.keys(request.body);
    const values = [ownerOf(request), request.params.id, ...Object.values(request.body)];
    const [task] = await run(`update ${fields.join()}`, sql.updateOf(fields), values);
    return found(task, reply);
  },
);

interface Page {
  limit: number;
  cursor?: string;
}

if (isListJson) {
  app.get<{ Querystring: Page }>(
    '/api/tasks',
    { schema: { ...SCHEMAS.list, response: {} } },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const values = [ownerOf(request), limit + 1, ...positionOf(cursor)];
      const [name, text] = cursor ? ['list from', sql.LIST_JSON_FROM] : ['list', sql.LIST_JSON];
      const [row] = await run<{ items: string | null; hasMore: boolean; last: string | null }>(
        name,
        text,
        values,
      );
      const nextCursor = row?.hasMore ? JSON.stringify(cursorOf(row.last ?? '')) : 'null';
      return reply
        .type('application/json; charset=utf-8')
        .send(`{"items":[${row?.items ?? ''}],"nextCursor":${nextCursor}}`);
    },
  );
} else {
  app.get<{ Querystring: Page }>('/api/tasks', { schema: SCHEMAS.list }, async (request) => {
    const { limit, cursor } = request.query;
    const values = [ownerOf(request), limit + 1, ...positionOf(cursor)];
    const [name, text] = cursor ? ['list from', sql.LIST_FROM] : ['list', sql.LIST];
    const rows = await run<Row>(name, text, values);
    const items = rows.slice(0, limit);
    const last = rows.length > limit ? items.at(-1) : undefined;
    const position = last && `${last.createdAt.toISOString()} ${String(last.number)}`;
    return { items, nextCursor: position ? cursorOf(position) : null };
  });
}

function cursorOf(position: string): string {
  return Buffer.from(position).toString('base64url');
}

function positionOf(cursor: string | undefined): string[] {
  if (!cursor) return [];
  const position = Buffer.from(cursor, 'base64url').toString();
  const space = position.lastIndexOf(' ');
  return [position.slice(0, space), position.slice(space + 1)];
}

await app.listen({ port, host: '127.0.0.1' });
