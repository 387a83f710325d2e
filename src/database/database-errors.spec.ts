import {
  DatabaseUnavailableError,
  isTransient,
  PoolExhaustedError,
  sqlState,
  StatementTimeoutError,
  translate,
} from './database-errors.js';

const fromPostgres = (code: string) => Object.assign(new Error('x'), { code, severity: 'ERROR' });

describe('an error of the database', () => {
  it.each([
    ['F12 a read-only database', fromPostgres('25006'), DatabaseUnavailableError],
    ['F12 too many connections', fromPostgres('53300'), DatabaseUnavailableError],
    ['a statement that was to be prepared', fromPostgres('26000'), DatabaseUnavailableError],
    ['a shutdown', fromPostgres('57P01'), DatabaseUnavailableError],
    ['a start', fromPostgres('57P03'), DatabaseUnavailableError],
    ['a broken connection', fromPostgres('08006'), DatabaseUnavailableError],
    [
      'a refused connection',
      Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
      DatabaseUnavailableError,
    ],
    [
      'a lost connection',
      new Error('Connection terminated unexpectedly'),
      DatabaseUnavailableError,
    ],
    ['whatever else was thrown', 'a text', DatabaseUnavailableError],
    ['F09 a cancelled statement', fromPostgres('57014'), StatementTimeoutError],
    ['F10 silence', new Error('Query read timeout'), StatementTimeoutError],
    ['F06 a busy pool', new Error('timeout exceeded when trying to connect'), PoolExhaustedError],
  ])('means what it is: %s', (_, error, kind) => {
    const translated = translate(error);
    expect(translated).toBeInstanceOf(kind);
    expect(translated.cause).toBe(error);
  });

  it('stays itself when it is about the statement, or about its caller', () => {
    const violation = fromPostgres('23505');
    expect(translate(violation)).toBe(violation);
    const mistake = new TypeError('cyclic object value');
    expect(translate(mistake)).toBe(mistake);
  });

  it('F13 may pass by itself', () => {
    expect(['40001', '40P01', '23505'].map((code) => isTransient(fromPostgres(code)))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('has an SQLSTATE only if PostgreSQL gave it', () => {
    expect(sqlState(fromPostgres('23505'))).toBe('23505');
    expect(sqlState(Object.assign(new Error(), { code: 'ECONNRESET' }))).toBeUndefined();
    expect(sqlState(undefined)).toBeUndefined();
  });
});
