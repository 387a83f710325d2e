import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnvironment } from './environment.js';
import { secretKey } from './load-environment.js';

describe('the secret of development', () => {
  const directory = mkdtempSync(join(tmpdir(), 'mindflow-secret-'));
  const environment = parseEnvironment({ MINDFLOW_DATA_DIR: join(directory, 'data') });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('is made once, at random, for its owner only', () => {
    const made = secretKey(environment);
    expect(made).toMatch(/^[\w-]{64}$/);
    expect(secretKey(environment)).toBe(made);
    const file = join(directory, 'data', 'secret.key');
    expect(readFileSync(file, 'utf8')).toBe(made);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is not needed when there is one', () => {
    const SECRET_KEY = 'a secret of its own, long enough to be one';
    expect(secretKey({ ...environment, SECRET_KEY })).toBe(SECRET_KEY);
  });
});
