import { Operations } from '../src/http/operations.js';
import { KeyIssuer } from './support/issuers/key-issuer.js';
import { ACCESSES, intrusion } from './support/ownership/access.js';
import { CASES, TRESPASSES } from './support/ownership/cases.js';
import { interference, trespass } from './support/ownership/probes.js';
import { TestApp } from './support/test-app.js';

describe('what belongs to somebody', () => {
  let app: TestApp;
  let issuer: KeyIssuer;
  beforeAll(async () => {
    issuer = await KeyIssuer.start();
    app = await TestApp.start({ settings: { AUTH_ISSUERS: [issuer.trusted] } });
  });
  afterAll(async () => {
    await app.stop();
    await issuer.server.stop();
  });

  it('is tried by a case for every operation on the record', () => {
    const operations = app.nest
      .get(Operations)
      .all()
      .filter(({ isRecorded }) => isRecorded);
    const tried = new Set(CASES.map(({ operation }) => operation));
    expect([...tried].sort()).toEqual(operations.map(({ id }) => id).sort());
  });

  it.each(CASES.map((asked) => [asked.name, asked] as const))(
    'Z03 is all that %s knows and touches',
    async (_, asked) => {
      expect(await interference(app, asked)).toEqual([]);
    },
    20_000,
  );

  it('Z02 is tried for every operation whose path has an id', () => {
    const operations = app.nest
      .get(Operations)
      .all()
      .filter(({ isRecorded, path }) => isRecorded && path.includes(':'));
    const tried = new Set(TRESPASSES.map(({ operation }) => operation));
    expect([...tried].sort()).toEqual(operations.map(({ id }) => id).sort());
  });

  it.each(TRESPASSES.map((asked) => [asked.name, asked] as const))(
    'Z02 does not exist for another who asks by %s',
    async (_, asked) => {
      expect(await trespass(app, asked)).toEqual([]);
    },
  );

  it.each(ACCESSES.map((access) => [access.name, access.status, access] as const))(
    'Z01 is behind a door at which %s comes to %i',
    async (_name, _status, access) => {
      expect(await intrusion(app, issuer, access)).toEqual([]);
    },
  );
});
