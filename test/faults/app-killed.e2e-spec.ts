import { PostgresServer } from '../support/postgres-server.js';
import { PATIENTLY_MS, rounds } from '../support/rounds.js';
import { Installation } from './installation.js';

const READY_WITHIN_MS = 5000;
const CLIENTS = 32;

describe('the application, killed with kill -9', () => {
  let server: PostgresServer;
  let app: Installation;
  beforeAll(async () => {
    server = await PostgresServer.start();
    // So that every statement's text is on the wire for the proxy to see.
    app = await Installation.start(server, { DATABASE_PREPARED_STATEMENTS: 'false' });
  }, PATIENTLY_MS);
  afterAll(async () => {
    await app.stop();
    await server.stop();
  });

  it(
    'F01 loses nothing, leaves no more unanswered than were under way, and is ready again within 5 s',
    () =>
      rounds('F01 app killed at random', { readyMs: READY_WITHIN_MS }, async () => {
        const load = await app.load();
        await load.succeed(1000);
        await app.program.stop('SIGKILL');
        const unanswered = load.ledger.unanswered.length;
        const readyMs = await app.restart();
        await load.succeed(200);
        const ledger = await app.verdict(load);
        expect(unanswered).toBeLessThanOrEqual(CLIENTS);
        return { ledger, figures: { readyMs } };
      }),
    PATIENTLY_MS,
  );

  it.each([
    ['before the transaction', 'BEGIN\0', 'arriving'],
    ['before a change in one piece', 'INSERT INTO tasks', 'arriving'],
    ['after a change in one piece and before the answer', 'INSERT INTO tasks', 'answered'],
    ['before COMMIT', 'COMMIT\0', 'arriving'],
    ['after COMMIT and before the answer', 'COMMIT\0', 'answered'],
    ['before a flush of audit rows', 'FROM unnest($1', 'arriving'],
    ['after a flush of audit rows and before the answers', 'FROM unnest($1', 'answered'],
  ] as const)(
    'F02 has both the change and its row, or neither, when it dies %s',
    (point, text, stage) =>
      rounds(`F02 app killed ${point}`, {}, async () => {
        const load = await app.load();
        await load.succeed(1000);
        app.proxy.breakOn(text, stage, () => {
          app.program.signal('SIGKILL');
        });
        const readyMs = await app.restart();
        await load.succeed(200);
        const ledger = await app.verdict(load);
        return { ledger, figures: { readyMs } };
      }),
    PATIENTLY_MS,
  );
});
