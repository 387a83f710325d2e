import { performance } from 'node:perf_hooks';
import { signUp } from './support/factories.js';
import { median } from './support/median.js';
import { TestApp } from './support/test-app.js';

const ATTEMPTS = 1000;
const SAMPLES = 40;
const TRIES = 6;
const TOLERANCE_MS = 3;
const TOLERANCE = 0.05;

describe('the time of a refused login', () => {
  let app: TestApp;
  beforeAll(async () => {
    // So many that the account of the comparison is not locked on the way.
    app = await TestApp.start({ settings: { SIGN_IN_ATTEMPTS: ATTEMPTS } });
  });
  afterAll(() => app.stop());

  const login = (email: string, password: string) =>
    app.http.post('/api/auth/login').send({ email, password }).expect(401);

  const accountWith = async (assignment: string) => {
    const { user, email } = await signUp(app);
    await app.database.query(`UPDATE users SET ${assignment} WHERE id = $1`, [user.id]);
    return email;
  };
  const lockedAccount = async () => {
    const { user, email } = await signUp(app);
    await login(email, 'a guess');
    // A quarter of an hour, however slow the machine.
    await app.database.query('UPDATE password_attempts SET failures = $2 WHERE user_id = $1', [
      user.id,
      ATTEMPTS + 10,
    ]);
    return email;
  };
  /** The middle time of each kind, taken in turns so that what else the machine does hits all alike. */
  const measure = async (kinds: Record<string, () => Promise<unknown>>) => {
    const times = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, [] as number[]]));
    for (let sample = 0; sample < SAMPLES; sample++) {
      for (const [kind, attempt] of Object.entries(kinds)) {
        const startedMs = performance.now();
        await attempt();
        times[kind]?.push(performance.now() - startedMs);
      }
    }
    return Object.fromEntries(Object.entries(times).map(([kind, all]) => [kind, median(all)]));
  };

  it('A03 says nothing of the account, nor does the answer', async () => {
    const right = 'correct horse battery staple';
    const existing = await accountWith(`full_name = 'Ada'`);
    const disabled = await accountWith('is_active = false');
    const external = await accountWith('password_hash = NULL');
    const locked = await lockedAccount();
    const kinds = {
      existing: () => login(existing, 'not the password'),
      missing: () => login('nobody@example.com', right),
      disabled: () => login(disabled, right),
      'locked, right password': () => login(locked, right),
      'locked, wrong password': () => login(locked, 'not the password'),
      external: () => login(external, right),
    };
    const bodies = new Set<string>();
    for (const attempt of Object.values(kinds)) {
      const { body } = (await attempt()) as { body: object };
      bodies.add(JSON.stringify({ ...body, instance: null, requestId: null }));
    }
    expect(bodies.size).toBe(1);

    // Noise makes another kind stand out each time; what gives something away stands out every time.
    let outliers = Object.keys(kinds);
    for (let round = 0; round < TRIES && outliers.length > 0; round++) {
      const medians = await measure(kinds);
      const { existing: usual = NaN } = medians;
      const allowed = Math.max(TOLERANCE_MS, TOLERANCE * usual);
      outliers = outliers.filter((kind) => !(Math.abs((medians[kind] ?? NaN) - usual) <= allowed));
    }
    expect(outliers).toEqual([]);
  }, 240_000);
});
