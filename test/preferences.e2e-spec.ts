import { as, signUp, type TestUser } from './support/factories.js';
import { TestApp } from './support/test-app.js';

const DEFAULTS = {
  weightUrgency: 40,
  weightPriority: 35,
  weightImpact: 15,
  weightEffort: 10,
  timezone: 'UTC',
  workStartTime: '09:00',
  workEndTime: '17:00',
  workDays: [1, 2, 3, 4, 5],
  enableHabitLearning: true,
  updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
};

describe('preferences', () => {
  let app: TestApp;
  let user: TestUser;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    user = await signUp(app);
  });

  const get = async () => {
    const { body } = await as(app, user).get('/api/preferences').expect(200);
    return body as typeof DEFAULTS;
  };
  const patch = (changes: object) => as(app, user).patch('/api/preferences').send(changes);

  it('need a sign-in', async () => {
    await app.http.get('/api/preferences').expect(401);
    await app.http.patch('/api/preferences').send({}).expect(401);
  });

  it('begin with their defaults', async () => {
    expect(await get()).toEqual(DEFAULTS);
  });

  it('keep what a change does not name', async () => {
    const changed = { ...DEFAULTS, timezone: 'Europe/Berlin', workStartTime: '08:30' };
    const { status, body } = await patch({ timezone: 'Europe/Berlin', workStartTime: '08:30' });
    expect(status).toBe(200);
    expect(body).toEqual(changed);
    expect(await get()).toEqual(changed);
  });

  it('can be changed all at once', async () => {
    const changes = {
      weightUrgency: 100,
      weightPriority: 0,
      weightImpact: 0,
      weightEffort: 0,
      timezone: 'Asia/Kolkata',
      workStartTime: '22:00',
      workEndTime: '06:00',
      workDays: [6, 7],
      enableHabitLearning: false,
    };
    const { body } = await patch(changes).expect(200);
    expect(body).toEqual({ ...changes, updatedAt: DEFAULTS.updatedAt });
  });

  it.each([[{}], [undefined]])('stay as they are when nothing is changed (%j)', async (changes) => {
    const before = await get();
    const { body } = await as(app, user).patch('/api/preferences').send(changes).expect(200);
    expect(body).toEqual(before);
  });

  it("are nobody else's", async () => {
    const other = await signUp(app);
    await patch({ workDays: [7] }).expect(200);
    const { body } = await as(app, other).get('/api/preferences').expect(200);
    expect(body).toEqual(DEFAULTS);
  });

  it('answer the days of work in their order', async () => {
    const { body } = await patch({ workDays: [7, 1, 3] }).expect(200);
    expect(body.workDays).toEqual([1, 3, 7]);
  });

  it('are recorded when read and when changed', async () => {
    const { headers } = await patch({ enableHabitLearning: false }).expect(200);
    const rows = await app.database.query(
      'SELECT action, user_id, status_code FROM audit_logs WHERE id = $1',
      [headers['x-request-id']],
    );
    expect(rows).toEqual([
      { action: 'UPDATE_PREFERENCES', user_id: user.user.id, status_code: 200 },
    ]);
  });

  describe('refuse', () => {
    const refused = async (changes: object) => {
      const before = await get();
      const { status, body } = await patch(changes);
      expect(status).toBe(400);
      expect(body.code).toBe('validation_failed');
      expect(await get()).toEqual(before);
      return body.errors as { path: string; message: string }[];
    };

    it.each([
      [{ weightUrgency: 35 }, 'not 95: 5 missing'],
      [{ weightUrgency: 45 }, 'not 105: 5 too many'],
      [
        { weightUrgency: 40, weightPriority: 40, weightImpact: 40, weightEffort: 40 },
        'not 160: 60',
      ],
      [{ weightUrgency: 0, weightPriority: 0, weightImpact: 0, weightEffort: 0 }, 'not 0: 100'],
    ])('weights that do not add up to 100 once merged (%j)', async (changes, message) => {
      const errors = await refused(changes);
      expect(errors).toEqual([{ path: 'weights', message: expect.stringContaining(message) }]);
    });

    it.each([
      ['weightUrgency', 101],
      ['weightUrgency', -1],
      ['weightPriority', 35.5],
      ['weightImpact', '15'],
      ['weightEffort', true],
      ['timezone', 'Europe/Atlantis'],
      ['timezone', 'ACT'],
      ['timezone', '+02:00'],
      ['timezone', 'UTC+2'],
      ['timezone', '<+02>-2'],
      ['timezone', ''],
      ['timezone', 5],
      ['timezone', 'A'.repeat(100)],
      ['workStartTime', '9:00'],
      ['workStartTime', '24:00'],
      ['workStartTime', '12:60'],
      ['workStartTime', '09:00:00'],
      ['workEndTime', '09:00 AM'],
      ['workEndTime', 900],
      ['workDays', []],
      ['workDays', [0]],
      ['workDays', [8]],
      ['workDays', [1, 1]],
      ['workDays', [1.5]],
      ['workDays', ['1']],
      ['workDays', [null]],
      ['workDays', 1],
      ['workDays', { 0: 1 }],
      ['enableHabitLearning', 'true'],
      ['enableHabitLearning', 1],
      ['updatedAt', '2030-01-01T00:00:00Z'],
      ['userId', 'x'],
    ])('a %s of %j', async (field, value) => {
      const errors = await refused({ [field]: value });
      expect(errors.map(({ path }) => path)).toEqual([field]);
    });

    it.each(Object.keys(DEFAULTS))('null for %s', async (field) => {
      const errors = await refused({ [field]: null });
      expect(errors.map(({ path }) => path)).toContain(field);
    });

    it.each([
      [{ workStartTime: '08:00', workEndTime: '08:00' }],
      [{ workStartTime: '17:00' }],
      [{ workEndTime: '09:00' }],
    ])('a working day without length once merged (%j)', async (changes) => {
      const errors = await refused(changes);
      expect(errors).toEqual([
        { path: 'workEndTime', message: expect.stringContaining('differ from workStartTime') },
      ]);
    });
  });

  it.each([
    ['europe/berlin', 'Europe/Berlin'],
    ['utc', 'UTC'],
    ['Asia/Calcutta', 'Asia/Calcutta'],
    ['Europe/Kyiv', 'Europe/Kyiv'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
  ])('take the time zone %s as PostgreSQL spells it', async (given, stored) => {
    const { body } = await patch({ timezone: given }).expect(200);
    expect(body.timezone).toBe(stored);
  });

  it('keep their sum when two changes that fit alone are made at once', async () => {
    for (let round = 0; round < 10; round++) {
      const changes = { weightUrgency: 50, weightPriority: 25 };
      const rivals = { weightImpact: 5, weightEffort: 20 };
      await patch({ ...DEFAULTS, updatedAt: undefined }).expect(200);
      const statuses = (await Promise.all([patch(changes), patch(rivals)])).map(
        ({ status }) => status,
      );
      expect(statuses).toEqual([200, 200]);
    }
  });

  it('judge the second of two changes at once by what the first one left', async () => {
    for (let round = 0; round < 10; round++) {
      await patch({ ...DEFAULTS, updatedAt: undefined }).expect(200);
      const answers = await Promise.all([
        patch({ weightUrgency: 50, weightPriority: 25 }),
        patch({ weightUrgency: 30, weightImpact: 25 }),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
      const { weightUrgency, weightPriority, weightImpact, weightEffort } = await get();
      expect(weightUrgency + weightPriority + weightImpact + weightEffort).toBe(100);
    }
  });

  it.each([
    ['weight_urgency = 41', 'user_preferences_weights_check'],
    [
      'weight_urgency = 101, weight_priority = -1',
      'user_preferences_weight_(urgency|priority)_check',
    ],
    ["work_end_time = '09:00'", 'user_preferences_work_time_check'],
    ["work_days = '{}'", 'user_preferences_work_days_check'],
    ["work_days = '{1,1}'", 'user_preferences_work_days_check'],
    ["work_days = '{0}'", 'user_preferences_work_days_check'],
    ['timezone = NULL', 'not-null'],
  ])('are kept consistent by the database itself: %s', async (assignment, constraint) => {
    const update = app.database.query(
      `UPDATE user_preferences SET ${assignment} WHERE user_id = $1`,
      [user.user.id],
    );
    await expect(update).rejects.toThrow(new RegExp(constraint));
  });

  it('say that the account is gone', async () => {
    await get();
    await app.database.query('DELETE FROM user_preferences WHERE user_id = $1', [user.user.id]);
    const { status, body } = await as(app, user).get('/api/preferences');
    expect([status, body.code]).toEqual([401, 'invalid_token']);
  });
});
