import { KeyIssuer } from '../support/issuers/key-issuer.js';
import { ACCESSES, intrusion } from '../support/ownership/access.js';
import { CASES, TRESPASSES } from '../support/ownership/cases.js';
import { functionMutants, withFunction } from '../support/ownership/function-mutants.js';
import { GUARD_MUTANTS, withoutGuard } from '../support/ownership/guard-mutants.js';
import { interference, trespass } from '../support/ownership/probes.js';
import { mutantsOf, withMutant } from '../support/ownership/statement-mutants.js';
import { StatementLog } from '../support/statement-log.js';
import { TestApp } from '../support/test-app.js';

/** A check of test/ownership.e2e-spec.ts: what it finds wrong. */
interface Probe {
  name: string;
  run: () => Promise<string[]>;
  /** The statements that the application sends meanwhile. */
  texts: Set<string>;
}

describe('every tie between a row and its owner', () => {
  let app: TestApp;
  let issuer: KeyIssuer;
  let probes: Probe[];
  beforeAll(async () => {
    issuer = await KeyIssuer.start();
    // What is taken out of statements may well make PostgreSQL refuse them.
    const provoked = ['21000', '23505', '55P03'];
    app = await TestApp.start({ settings: { AUTH_ISSUERS: [issuer.trusted] }, provoked });
    probes = [
      ...ACCESSES.map((access) => ({ ...access, run: () => intrusion(app, issuer, access) })),
      ...TRESPASSES.map((asked) => ({ ...asked, run: () => trespass(app, asked) })),
      ...CASES.map((asked) => ({ ...asked, run: () => interference(app, asked) })),
    ].map(({ name, run }) => ({ name, run, texts: new Set<string>() }));
    const log = StatementLog.start();
    for (const probe of probes) {
      const { sent } = await log.during(async () => {
        const wrong = await probe.run();
        if (wrong.length > 0) throw new Error(wrong.join());
      });
      probe.texts = new Set(sent.map(({ text }) => text));
    }
    log.stop();
  }, 240_000);
  afterAll(async () => {
    await app.stop();
    await issuer.server.stop();
  });

  /** The first probe that notices, or null. */
  const killerAmong = async (
    candidates: Probe[],
    notices: (probe: Probe) => Promise<boolean>,
  ): Promise<string | null> => {
    for (const probe of candidates) if (await notices(probe)) return probe.name;
    return null;
  };

  const report = (deaths: [mutant: string, killer: string | null][]) => {
    process.stdout.write(
      deaths.map(([mutant, killer]) => `${mutant}\n    ${killer ?? 'SURVIVES'}\n`).join(''),
    );
    return deaths.filter(([, killer]) => killer === null).map(([mutant]) => mutant);
  };

  it('Z04 is missed when it is taken out of a statement', async () => {
    const deaths: [string, string | null][] = [];
    const misunderstood: string[] = [];
    for (const mutant of mutantsOf(new Set(probes.flatMap(({ texts }) => [...texts])))) {
      const affected = probes.filter(({ texts }) =>
        [...mutant.texts.keys()].some((text) => texts.has(text)),
      );
      const killer = await killerAmong(affected, async ({ run }) => {
        const trial = await withMutant(mutant, run);
        if (trial.misunderstood.length > 0) misunderstood.push(mutant.name);
        return trial.sent > 0 && trial.result.length > 0;
      });
      deaths.push([mutant.name, killer]);
    }
    expect(report(deaths)).toEqual([]);
    expect(misunderstood).toEqual([]);
    expect(deaths.length).toBeGreaterThan(80);
  }, 240_000);

  it('Z04 is missed when it is taken out of a function in the database', async () => {
    const deaths: [string, string | null][] = [];
    for (const mutant of await functionMutants(app.database)) {
      const killer = await killerAmong(probes, async ({ run, texts }) => {
        const [name = ''] = mutant.name.split(':');
        if (![...texts].some((text) => text.includes(name))) return false;
        return (await withFunction(app.database, mutant, run)).length > 0;
      });
      deaths.push([mutant.name, killer]);
    }
    expect(report(deaths)).toEqual([]);
    expect(deaths.length).toBeGreaterThanOrEqual(4);
  }, 60_000);

  it('Z04 is missed when a guard does not do its work', async () => {
    const deaths: [string, string | null][] = [];
    const doors = probes.slice(0, ACCESSES.length);
    for (const mutant of GUARD_MUTANTS) {
      const killer = await killerAmong(
        doors,
        async ({ run }) => (await withoutGuard(mutant, run)).length > 0,
      );
      deaths.push([mutant.name, killer]);
    }
    expect(report(deaths)).toEqual([]);
  }, 60_000);
});
