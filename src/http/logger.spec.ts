import { createLogger, PinoLogger } from './logger.js';

describe('the log', () => {
  let lines: string[];
  const write = (line: string) => {
    lines.push(line);
  };
  beforeEach(() => {
    lines = [];
  });
  const parsed = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

  it('is a JSON object a line, with its level in words and its time in UTC', () => {
    createLogger('info', { write }).info({ msg: 'request', requestId: 'an id' });
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    expect(parsed()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        msg: 'request',
        requestId: 'an id',
      },
    ]);
  });

  it('A12 redacts secrets, at the top and one level down', () => {
    const secrets = {
      password: 's3cr3t',
      currentPassword: 's3cr3t',
      newPassword: 's3cr3t',
      accessToken: 's3cr3t',
      refreshToken: 's3cr3t',
      key: 's3cr3t',
    };
    const headers = { authorization: 'Bearer s3cr3t', cookie: 's3cr3t' };
    createLogger('info', { write }).info({ ...secrets, body: secrets, headers });
    expect(lines.join('')).not.toContain('s3cr3t');
    expect(parsed()[0]).toMatchObject({ password: '[redacted]', body: { key: '[redacted]' } });
  });

  it('A12 redacts secrets in what Nest logs, wherever they stand', () => {
    const logger = new PinoLogger(createLogger('info', { write }));
    logger.log({ msg: 'at the top', refreshToken: 's3cr3t' });
    logger.log({ msg: 'one level down', body: { password: 's3cr3t' } });
    logger.log({ msg: 'nothing to hide', status: 200, userId: null });
    expect(lines.join('')).not.toContain('s3cr3t');
    expect(parsed()).toMatchObject([
      { refreshToken: '[redacted]' },
      { body: { password: '[redacted]' } },
      { msg: 'nothing to hide', status: 200, userId: null },
    ]);
  });

  it('A12 keeps the data of failed statements out', () => {
    const error = Object.assign(new Error('violates check constraint "users_plan_check"'), {
      code: '23514',
      detail: 'Failing row contains (s3cr3t).',
      where: 's3cr3t',
      parameters: ['s3cr3t'],
      query: `SELECT 's3cr3t'`,
    });
    createLogger('info', { write }).error({ err: error });
    expect(lines.join('')).not.toContain('s3cr3t');
    expect(parsed()[0]).toMatchObject({
      err: { code: '23514', message: 'violates check constraint "users_plan_check"' },
    });
  });

  it('says nothing below its level', () => {
    const logger = new PinoLogger(createLogger('warn', { write }));
    logger.log('quiet');
    logger.debug('quiet');
    logger.verbose('quiet');
    expect(lines).toEqual([]);
  });

  it('takes what Nest logs: texts, objects and errors, with their context', () => {
    const logger = new PinoLogger(createLogger('trace', { write }));
    logger.log('a text', 'Somewhere');
    logger.warn({ msg: 'an object', rows: 3 }, 'Somewhere');
    logger.error(new Error('an error'), 'Somewhere');
    logger.error('with a stack', 'Error: at line 1', 'Somewhere');
    logger.fatal('the end', 'Somewhere');
    logger.debug('detail', 'Somewhere');
    logger.verbose('more detail', 'Somewhere');
    expect(parsed()).toMatchObject([
      { level: 'info', msg: 'a text', context: 'Somewhere' },
      { level: 'warn', msg: 'an object', rows: 3, context: 'Somewhere' },
      { level: 'error', err: { message: 'an error' }, context: 'Somewhere' },
      { level: 'error', msg: 'with a stack', stack: 'Error: at line 1', context: 'Somewhere' },
      { level: 'fatal', msg: 'the end' },
      { level: 'debug', msg: 'detail' },
      { level: 'trace', msg: 'more detail' },
    ]);
  });
});
