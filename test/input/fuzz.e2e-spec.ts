import { Agent, request as sendHttp } from 'node:http';
import { type AddressInfo } from 'node:net';
import fc from 'fast-check';
import { RejectedStatements } from '../../src/database/rejected-statements.js';
import { pathOf } from '../support/api-inputs.js';
import { type Answer, DocumentedAnswers } from '../support/documented-answers.js';
import { as, signUp, type TestUser } from '../support/factories.js';
import {
  type GeneratedRequest,
  COUNT,
  LAST_CURSOR,
  REQUESTS,
  TASKS,
  USERS,
} from '../support/generated-requests.js';
import { createTask } from '../support/tasks.js';
import { TestApp } from '../support/test-app.js';

const EACH_MS = 300;
const AT_LEAST_MS = 120_000;

describe(`generated requests (FAST_CHECK_SEED=${String(fc.readConfigureGlobal().seed)})`, () => {
  const answers = new DocumentedAnswers();
  const agent = new Agent({ keepAlive: true });
  const cursors = new Map<string, string>();
  const recorded: string[] = [];
  let app: TestApp;
  let users: TestUser[];
  beforeAll(async () => {
    app = await TestApp.start();
    users = await Promise.all(Array.from({ length: USERS }, newUser));
  });
  afterAll(async () => {
    agent.destroy();
    await app.stop();
  });

  it(
    'P20 are answered as documented, never with a 5xx, and recorded once',
    async () => {
      const property = fc.asyncProperty(REQUESTS, async (request) => {
        const answer = await send(request);
        const complaint = answers.complaint(request.operation, answer) ?? leak();
        if (complaint !== null) throw new Error(`${complaint}\n${curlOf(request)}\n${answer.text}`);
        await signInAgain(request, answer);
        keepCursor(request, answer);
      });
      await fc.assert(property, { numRuns: COUNT });
      expect(recorded.length).toBeGreaterThan(COUNT / 2);
      const [counted] = await app.database.query(
        `SELECT count(*)::int AS rows, count(DISTINCT id)::int AS ids FROM audit_logs WHERE id = ANY ($1)`,
        [recorded],
      );
      expect(counted).toEqual({ rows: recorded.length, ids: recorded.length });
    },
    AT_LEAST_MS + COUNT * EACH_MS,
  );

  /** What validation let through and PostgreSQL refused. */
  function leak(): string | null {
    const [sqlstate] = app.nest.get(RejectedStatements).counts.keys();
    return sqlstate === undefined ? null : `PostgreSQL answers ${sqlstate}`;
  }

  async function newUser(): Promise<TestUser> {
    const user = await signUp(app);
    for (let count = 0; count < TASKS; count++) await createTask(as(app, user), { tags: ['work'] });
    return user;
  }

  /** Some requests end the session that they come with. */
  async function signInAgain({ user }: GeneratedRequest, { status }: Answer): Promise<void> {
    if (status === 401 && user >= 0) users[user] = await newUser();
  }

  function keepCursor({ operation }: GeneratedRequest, { status, text }: Answer): void {
    const isList = operation.parameters.some(({ name }) => name === 'cursor');
    if (status !== 200 || !isList) return;
    const { nextCursor } = JSON.parse(text) as { nextCursor: string | null };
    if (nextCursor !== null) cursors.set(operation.id, nextCursor);
  }

  function targetOf({ operation, path, query }: GeneratedRequest): string {
    const encoded = (text: string) => encodeURIComponent(text.toWellFormed());
    const values = Object.entries(path).map(([name, value]) => [name, value.toWellFormed()]);
    const fields = query.map(([name, value]) => {
      const sent = value === LAST_CURSOR ? (cursors.get(operation.id) ?? 'none') : value;
      return `${encoded(name)}=${encoded(sent)}`;
    });
    const target = pathOf(operation, Object.fromEntries(values) as Record<string, string>);
    return fields.length > 0 ? `${target}?${fields.join('&')}` : target;
  }

  function headersOf({ user, headers, body }: GeneratedRequest): Record<string, string> {
    const bearer = user === -1 ? 'Bearer no.such.token' : users[user]?.bearer;
    return {
      ...headers,
      ...(bearer !== undefined && { Authorization: bearer }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      'Content-Length': String(Buffer.byteLength(body ?? '')),
    };
  }

  async function send(request: GeneratedRequest): Promise<Answer> {
    const { port } = app.nest.getHttpServer().address() as AddressInfo;
    const { method, path } = request.operation;
    const options = { port, agent, method: method.toUpperCase(), path: targetOf(request) };
    const { status, type, text, id } = await new Promise<Answer & { id: string }>(
      (resolve, reject) => {
        const sent = sendHttp({ ...options, headers: headersOf(request) }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const { 'content-type': type, 'x-request-id': id } = response.headers;
            const text = Buffer.concat(chunks).toString();
            resolve({ status: response.statusCode ?? 0, type, text, id: String(id) });
          });
        });
        sent.on('error', reject);
        sent.end(request.body);
      },
    );
    if (!/^\/(health|metrics)/.test(path)) recorded.push(id);
    return { status, type, text };
  }

  /** The request as somebody may repeat it by hand, the token left out. */
  function curlOf(request: GeneratedRequest): string {
    const quoted = (text: string) => `'${text.replaceAll(`'`, `'\\''`)}'`;
    const headers = Object.entries(headersOf(request))
      .filter(([name]) => name !== 'Authorization' && name !== 'Content-Length')
      .map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
    const body = request.body === undefined ? [] : [`--data-raw ${quoted(request.body)}`];
    const address = quoted(`http://127.0.0.1:3000${targetOf(request)}`);
    const { method } = request.operation;
    return ['curl -X', method.toUpperCase(), address, ...headers, ...body].join(' ');
  }
});
