import { ROUNDS, rounds } from '../support/rounds.js';
import { EmbeddedApp } from './embedded-app.js';

const PATIENTLY_MS = 60_000 * ROUNDS;
const BACK_WITHIN_MS = 5000;

describe('the application with its embedded PostgreSQL', () => {
  let app: EmbeddedApp;
  beforeAll(async () => {
    app = await EmbeddedApp.start();
  }, PATIENTLY_MS);
  afterAll(() => app.stop());

  it(
    'F01 adopts the server that a killed application left behind, within 5 s and without a loss',
    () =>
      rounds('F01 app killed, embedded PostgreSQL adopted', async () => {
        const load = await app.load();
        await load.succeed(1000);
        await app.program.stop('SIGKILL');
        const readyMs = await app.restart();
        await load.succeed(200);
        const ledger = await app.verdict(load);
        expect(readyMs).toBeLessThan(BACK_WITHIN_MS);
        return { ledger, figures: { readyMs } };
      }),
    PATIENTLY_MS,
  );

  it(
    'F03 brings a killed server back within 5 s, with 503s meanwhile and without a loss',
    () =>
      rounds('F03 embedded PostgreSQL killed', async () => {
        const load = await app.load();
        await load.succeed(1000);
        const killedMs = performance.now();
        await app.killServer();
        const backMs = (await load.firstSuccess(performance.now())) - killedMs;
        await load.succeed(200);
        const ledger = await app.verdict(load);
        expect(ledger.unanswered).toEqual([]);
        expect(backMs).toBeLessThan(BACK_WITHIN_MS);
        return { ledger, figures: { firstSuccessAfterMs: backMs } };
      }),
    PATIENTLY_MS,
  );
});
