import { HttpException } from '@nestjs/common';
import { isValidationLeak, problemOf } from './problem-of.js';
import {
  invalidField,
  problemDetails,
  ProblemError,
  PROBLEMS,
  recordedMessage,
} from './problem.js';

const fromPostgres = (code: string) =>
  Object.assign(new Error('from PostgreSQL'), { code, severity: 'ERROR' });

describe('the problem of an error', () => {
  it.each<[string, unknown, string, number]>([
    ['a unique violation', fromPostgres('23505'), 'conflict', 409],
    ['a missing parent', fromPostgres('23503'), 'conflict', 409],
    ['a lost deadlock', fromPostgres('40P01'), 'conflict', 409],
    ['a serialization failure', fromPostgres('40001'), 'conflict', 409],
    ['a broken CHECK', fromPostgres('23514'), 'validation_failed', 400],
    ['a value too long', fromPostgres('22001'), 'validation_failed', 400],
    ['a full disk', fromPostgres('53100'), 'storage_full', 503],
    ['a statement that is wrong', fromPostgres('42601'), 'internal_error', 500],
    ['Nest’s 404', new HttpException('', 404), 'route_not_found', 404],
    ['Nest’s 400', new HttpException('', 400), 'malformed_request', 400],
    ['Nest’s 500', new HttpException('', 500), 'internal_error', 500],
    ['a bug', new TypeError('x is not a function'), 'internal_error', 500],
    ['a text', 'thrown', 'internal_error', 500],
    ['null', null, 'internal_error', 500],
    ['nothing', undefined, 'internal_error', 500],
  ])('that is %s says so and no more', (_, error, code, status) => {
    const problem = problemOf(error);
    expect([problem.code, problemDetails(problem, 'id').status]).toEqual([code, status]);
    expect(JSON.stringify(problemDetails(problem, 'id'))).not.toMatch(/PostgreSQL|function|thrown/);
  });

  it('is the problem itself if it is one', () => {
    const problem = new ProblemError('email_taken', 'Sign in instead.');
    expect(problemOf(problem)).toBe(problem);
  });

  it('says when to come back if it passes by itself', () => {
    for (const code of [
      'database_unavailable',
      'pool_exhausted',
      'db_timeout',
      'outcome_unknown',
    ]) {
      const { headers } = problemOf(Object.assign(new Error(), { code }));
      expect([code, headers]).toEqual([code, { 'Retry-After': '1' }]);
    }
  });

  it('tells what validation should have caught from what it could not', () => {
    expect(isValidationLeak(fromPostgres('23514'))).toBe(true);
    expect(isValidationLeak(fromPostgres('23505'))).toBe(false);
    expect(isValidationLeak(undefined)).toBe(false);
  });
});

describe('problem details', () => {
  it('have every member of the contract, in its order', () => {
    expect(problemDetails(invalidField('tags.3', 'must be shorter'), 'an-id')).toEqual({
      type: '/api/docs/errors#validation_failed',
      title: 'The request is not valid',
      status: 400,
      detail: 'must be shorter',
      instance: 'urn:uuid:an-id',
      code: 'validation_failed',
      requestId: 'an-id',
      errors: [{ path: 'tags.3', message: 'must be shorter' }],
    });
  });

  it('have stable codes in snake_case and statuses of errors', () => {
    for (const [code, [status, title]] of Object.entries(PROBLEMS)) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(title).not.toBe('');
    }
  });

  it('are recorded by code and detail, but without what a validation may repeat', () => {
    expect(recordedMessage(new ProblemError('unauthorized', 'Sign in.'))).toBe(
      'unauthorized: Sign in.',
    );
    expect(recordedMessage(invalidField('x', 'x must go'))).toBe('validation_failed');
  });
});
