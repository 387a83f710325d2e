import { TestApp } from './support/test-app.js';

describe('health', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('says that the database is up, with the version of the package', async () => {
    const { status, body } = await app.http.get('/health');
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'ok',
      database: 'up',
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      uptimeSeconds: expect.any(Number),
    });
  });

  it('names the database server and the time it took to answer', async () => {
    const { status, body } = await app.http.get('/health/db');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      connected: true,
      latencyMs: expect.any(Number),
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
