import { Operations } from '../src/http/operations.js';
import { aVisit, REQUESTS } from './support/operation-requests.js';
import { type Cost, StatementLog } from './support/statement-log.js';
import { createTask } from './support/tasks.js';
import { TestApp } from './support/test-app.js';
import { IS_POOLED } from './support/test-database.js';

/**
 * A reading statement, then the audit row; or a changing one, then the audit row with COMMIT. Either way each waits for
 * the database twice and makes something durable once.
 */
const ONE_STATEMENT: Cost = { statements: 2, roundTrips: 2, commits: 1 };

/** A change whose record knows beforehand, or finds out by itself, what it is to say: all is sent at once. */
const ONE_TRIP: Cost = { ...ONE_STATEMENT, roundTrips: 1 };

/** What takes more than that, or less. */
const OTHERS: Record<string, Cost> = {
  createTask: ONE_TRIP,
  updateTask: ONE_TRIP,
  completeTask: ONE_TRIP,
  reopenTask: ONE_TRIP,
  snoozeTask: ONE_TRIP,
  updatePreferences: { statements: 4, roundTrips: 4, commits: 1 },
  changePassword: { statements: 7, roundTrips: 4, commits: 1 },
  deleteCurrentUser: { statements: 8, roundTrips: 6, commits: 1 },
  // One for each part of the document, as long as each fits a page.
  exportCurrentUser: { statements: 11, roundTrips: 11, commits: 1 },
  createApiKey: { statements: 4, roundTrips: 2, commits: 1 },
  register: { statements: 4, roundTrips: 2, commits: 1 },
  login: { statements: 5, roundTrips: 4, commits: 1 },
  refreshTokens: { statements: 4, roundTrips: 3, commits: 1 },
};

describe('what a request costs the database', () => {
  let app: TestApp;
  let log: StatementLog;
  beforeAll(async () => {
    app = await TestApp.start();
    log = StatementLog.start();
  });
  afterAll(async () => {
    log.stop();
    await app.stop();
  });

  it('is known of every operation', () => {
    const recorded = app.nest
      .get(Operations)
      .all()
      .filter(({ isRecorded }) => isRecorded);
    expect(Object.keys(REQUESTS).sort()).toEqual(recorded.map(({ id }) => id).sort());
  });

  it.each(Object.entries(REQUESTS))('is counted for %s', async (id, request) => {
    const visitor = await aVisit(app);
    let status = 0;
    const { cost, sent } = await log.during(async () => {
      ({ status } = await request(visitor));
    });
    expect(status).toBeLessThan(300);
    expect(cost).toEqual(OTHERS[id] ?? ONE_STATEMENT);
    expect(sent.filter(({ isPrepared }) => isPrepared === IS_POOLED)).toEqual([]);
  });

  it.each([
    '/api/tasks?limit=100',
    '/api/tasks?sort=-score&limit=100',
    '/api/tasks/best?alternatives=10',
  ])('does not grow with what there is to answer: %s', async (path) => {
    const { client } = await aVisit(app);
    const few = await log.during(() => client.get(path).expect(200));
    for (let count = 0; count < 50; count++) await createTask(client, { title: 'One of many' });
    const many = await log.during(() => client.get(path).expect(200));
    expect(many.cost).toEqual(few.cost);
  });
});
