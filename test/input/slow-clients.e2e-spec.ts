import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { signUp, type TestUser } from '../support/factories.js';
import { eventually } from '../support/eventually.js';
import { median } from '../support/median.js';
import { EVERY_ANSWER } from '../support/refusals.js';
import { parseAnswer, type RawAnswer } from '../support/raw-http.js';
import { TestApp } from '../support/test-app.js';

const SLOW_CONNECTIONS = 200;
const ROUNDS = 5;
const REQUESTS = 60;
/** Below that, twice as long is noise. */
const NOISE_MS = 5;

describe('a client that takes its time', () => {
  let app: TestApp;
  let user: TestUser;
  beforeAll(async () => {
    app = await TestApp.start({
      settings: { HEADERS_TIMEOUT_MS: 300, REQUEST_TIMEOUT_MS: 600, KEEP_ALIVE_TIMEOUT_MS: 400 },
    });
    user = await signUp(app);
    await eventually(async () => {
      if ((await rows()).length === 0) throw new Error('not recorded yet');
    });
  });
  afterAll(() => app.stop());

  const post = () =>
    `POST /api/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: ${user.bearer}\r\nContent-Type: application/json\r\n`;

  it.each<[string, () => string, string, string]>([
    ['nothing at all', () => '', 'BAD_REQUEST', '-'],
    ['half a request line', () => 'GET /api/ta', 'BAD_REQUEST', '-'],
    [
      'headers without an end',
      () => 'GET /api/tasks HTTP/1.1\r\nHost: x\r\nX-A: 1',
      'BAD_REQUEST',
      '-',
    ],
    [
      'a body without an end',
      () => `${post()}Content-Length: 100\r\n\r\n{"title":`,
      'CREATE_TASK',
      'POST',
    ],
    [
      'chunks without an end',
      () => `${post()}Transfer-Encoding: chunked\r\n\r\n5\r\n{"tit`,
      'CREATE_TASK',
      'POST',
    ],
  ])(
    'P16 is answered with 408, cut off and recorded once: %s',
    async (_, bytes, action, method) => {
      const before = await rows();
      const answer = await drip(bytes());
      // Whatever else the end of the connection sets off is recorded before this is.
      await app.http.get('/nowhere').expect(404);
      expect(answer.status).toBe(408);
      expect(answer.headers).toMatchObject({ ...EVERY_ANSWER, connection: 'close' });
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'request_timeout', status: 408 });
      const known = new Set(before.map((row) => row.id));
      const added = (await rows()).filter((row) => !known.has(row.id) && row.status_code !== 404);
      const id = answer.headers['x-request-id'];
      expect(added).toEqual([{ id, status_code: 408, action, method }]);
    },
  );

  it('P16 is cut off in silence when it keeps a connection that it does not use', async () => {
    const answer = await drip('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(answer.status).toBe(200);
  });

  it('P16 holds nobody else up', async () => {
    const patient = await TestApp.start({ database: app.database });
    await measure(patient);
    const alone: number[] = [];
    const crowded: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      alone.push(await measure(patient));
      const slow = Array.from({ length: SLOW_CONNECTIONS }, () => open(patient, 'GET /api/ta'));
      await Promise.all(slow.map((socket) => once(socket, 'connect')));
      crowded.push(await measure(patient));
      for (const socket of slow) socket.destroy();
    }
    await patient.stop();
    expect(median(crowded)).toBeLessThan(2 * median(alone) + NOISE_MS);
  }, 60_000);

  /** The 99th percentile of how long requests take, in milliseconds. */
  async function measure({ nest }: TestApp): Promise<number> {
    const { port } = nest.getHttpServer().address() as AddressInfo;
    const headers = { Authorization: user.bearer };
    const durations: number[] = [];
    for (let count = 0; count < REQUESTS; count++) {
      const startedMs = performance.now();
      const answer = await fetch(`http://127.0.0.1:${String(port)}/api/preferences`, { headers });
      await answer.text();
      durations.push(performance.now() - startedMs);
      expect(answer.status).toBe(200);
    }
    return durations.toSorted((a, b) => a - b)[Math.floor(REQUESTS * 0.99)] ?? 0;
  }

  function open({ nest }: TestApp, bytes: string): Socket {
    const { port } = nest.getHttpServer().address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(bytes);
    return socket;
  }

  /** Sends a beginning and nothing more, and reads until it is cut off. */
  async function drip(bytes: string): Promise<RawAnswer> {
    const socket = open(app, bytes);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await Promise.race([once(socket, 'close'), delay(10_000, null, { ref: false })]);
    expect(socket.closed).toBe(true);
    return parseAnswer(Buffer.concat(chunks).toString());
  }

  function rows() {
    return app.database.query<{ id: string; status_code: number }>(
      'SELECT id, status_code, action, method FROM audit_logs',
    );
  }
});
