import { eventually } from './support/eventually.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { TestApp } from './support/test-app.js';
import { TestDatabase } from './support/test-database.js';

const DOWN = {
  status: 'error',
  database: 'down',
  version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  uptimeSeconds: expect.any(Number),
};
const UNREACHED = { connected: false, latencyMs: null, database: null, serverVersion: null };

describe('health', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('says that the database is up, with the version of the package', async () => {
    const { status, body } = await app.http.get('/health');
    expect(status).toBe(200);
    expect(body).toEqual({ ...DOWN, status: 'ok', database: 'up' });
  });

  it('names the database server and the time it took to answer', async () => {
    const { status, body } = await app.http.get('/health/db');
    expect(status).toBe(200);
    expect(body).toEqual({
      connected: true,
      latencyMs: expect.any(Number),
      database: expect.stringMatching(/^test_/),
      serverVersion: expect.stringMatching(/^1[5-8]/),
    });
  });

  it('needs no sign-in and leaves no audit row', async () => {
    const before = await app.database.query('SELECT id FROM audit_logs');
    await app.http.get('/health/live').expect(200);
    await app.http.get('/health').expect(200);
    expect(await app.database.query('SELECT id FROM audit_logs')).toHaveLength(before.length);
  });
});

describe('health when the database is away', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let app: TestApp;
  beforeAll(async () => {
    database = await TestDatabase.create();
    proxy = await TcpProxy.before(database.url);
    app = await TestApp.start({ database, settings: { DATABASE_URL: proxy.url } });
  });
  afterAll(async () => {
    await app.stop();
    await proxy.stop();
    await database.drop();
  });
  beforeEach(() => {
    proxy.cut();
  });
  afterEach(() => {
    proxy.mend();
  });

  it('is 503 and down', async () => {
    const { status, body } = await app.http.get('/health');
    expect(status).toBe(503);
    expect(body).toEqual(DOWN);
  });

  it('is not connected', async () => {
    const { status, body } = await app.http.get('/health/db');
    expect(status).toBe(503);
    expect(body).toEqual(UNREACHED);
  });

  it('is alive all the same', async () => {
    const { status, body } = await app.http.get('/health/live');
    expect(status).toBe(200);
    expect(body).toEqual({ status: 'ok' });
  });

  it('recovers by itself when the database is back', async () => {
    await app.http.get('/health').expect(503);
    proxy.mend();
    await eventually(() => app.http.get('/health').expect(200));
  });
});

describe('health when the database has never been there', () => {
  let database: TestDatabase;
  let proxy: TcpProxy;
  let app: TestApp;
  beforeAll(async () => {
    database = await TestDatabase.create();
    proxy = await TcpProxy.before(database.url);
    proxy.cut();
    app = await TestApp.start({
      database,
      settings: { DATABASE_URL: proxy.url },
      awaitDatabase: false,
    });
  });
  afterAll(async () => {
    await app.stop();
    await proxy.stop();
    await database.drop();
  });

  it('is alive and not ready, and shows no connections', async () => {
    await app.http.get('/health/live').expect(200);
    expect((await app.http.get('/health').expect(503)).body).toEqual(DOWN);
    expect((await app.http.get('/health/db').expect(503)).body).toEqual(UNREACHED);
    const { text } = await app.http.get('/metrics').expect(200);
    expect(text).toMatch(/^mindflow_pool_connections 0$/m);
  });

  it('is ready as soon as the database is', async () => {
    proxy.mend();
    await eventually(() => app.http.get('/health').expect(200));
  });
});
