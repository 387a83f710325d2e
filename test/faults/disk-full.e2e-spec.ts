import { describeUnless } from '../support/describe-unless.js';
import { PostgresServer } from '../support/postgres-server.js';
import { PATIENTLY_MS, rounds } from '../support/rounds.js';
import { Installation } from './installation.js';
import { type Entry, isRead, isSuccess } from './ledger.js';
import { SmallDisk } from './small-disk.js';

const REFUSALS = 300;

const disk = SmallDisk.mount();
const describeWithDisk = describeUnless(
  disk ? null : 'F11, because only root may mount the file system that it fills',
);

describeWithDisk('a disk without room under the tables', () => {
  let server: PostgresServer;
  let app: Installation;
  beforeAll(async () => {
    server = await PostgresServer.start();
    await disk?.giveTo(server.user);
    await server.administer(`CREATE TABLESPACE small LOCATION '${disk?.directory ?? ''}'`);
    app = await Installation.start(server, {}, 'small');
  }, PATIENTLY_MS);
  afterAll(async () => {
    await app.stop();
    await server.stop();
    disk?.unmount();
  });

  it(
    'F11 refuses changes with storage_full and what it cannot record, and works again once there is room',
    () =>
      rounds('F11 disk full under the tables', { firstSuccessAfterMs: 1000 }, async () => {
        const load = await app.load();
        await load.succeed(1000);
        const fullMs = performance.now();
        await disk?.fill();
        await load.answered(fullMs, ({ status }) => status === 503, REFUSALS);
        const liveness = await app.program.status('/health/live');
        const readiness = await app.program.status('/health');
        const roomMs = performance.now();
        await disk?.makeRoom();
        const recoveryMs = (await load.firstSuccess(performance.now())) - roomMs;
        await load.succeed(200);
        const ledger = await app.verdict(load);
        const refused = ledger.during(fullMs, roomMs).filter((entry) => !isSuccess(entry));
        expect([liveness, readiness]).toEqual([200, 200]);
        expect(codes(refused.filter(isRead))).toEqual(new Set(['audit_unavailable']));
        expect(codes(refused.filter((entry) => !isRead(entry)))).toEqual(new Set(['storage_full']));
        expect(ledger.unanswered).toEqual([]);
        return { ledger, figures: { firstSuccessAfterMs: recoveryMs } };
      }),
    PATIENTLY_MS,
  );
});

function codes(entries: Entry[]): Set<string | null> {
  return new Set(entries.map(({ code }) => code));
}
