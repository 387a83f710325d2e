import { databaseConnection } from './database-connection.js';

const OTHER = 'postgresql://a:b@db.example.com/db';
const VERIFIED = {
  rejectUnauthorized: true,
  ca: expect.arrayContaining([expect.stringContaining('-----BEGIN')]),
};

describe('the connection to the database', () => {
  it.each([
    ['another host', OTHER, VERIFIED],
    ['another host by sslmode=require', `${OTHER}?sslmode=require`, { rejectUnauthorized: false }],
    [
      'another host by sslmode=no-verify',
      `${OTHER}?sslmode=no-verify`,
      { rejectUnauthorized: false },
    ],
    ['another host by sslmode=prefer', `${OTHER}?sslmode=prefer`, VERIFIED],
    ['another host by ssl=true', `${OTHER}?ssl=true`, VERIFIED],
    ['another host by sslmode=verify-full', `${OTHER}?sslmode=verify-full`, VERIFIED],
    [
      'another host by sslmode=verify-ca',
      `${OTHER}?sslmode=verify-ca`,
      { ...VERIFIED, checkServerIdentity: expect.any(Function) },
    ],
    ['another host by sslmode=disable', `${OTHER}?sslmode=disable`, false],
    ['a host named after loopback', 'postgresql://a@127.0.0.1.example.com/db', VERIFIED],
    ['a host parameter', 'postgresql://a@localhost/db?host=db.example.com', VERIFIED],
    ['this host', 'postgresql://a@localhost/db', false],
    ['this host over IPv6', 'postgresql://a@[::1]/db', false],
    [
      'this host by sslmode=require',
      'postgresql://a@localhost/db?sslmode=require',
      { rejectUnauthorized: false },
    ],
    ['a socket', 'postgresql://a@localhost/db?host=%2Frun%2Fpostgresql', false],
    ['a socket as host', 'postgresql://a@%2Frun%2Fpostgresql/db', false],
  ])('to %s is as safe as it must be', (_, url, ssl) => {
    expect(databaseConnection(url, {}).ssl).toEqual(ssl);
  });

  it('obeys DATABASE_SSL before the URL', () => {
    const url = `${OTHER}?sslmode=verify-full`;
    expect(databaseConnection(url, { DATABASE_SSL: 'disable' }).ssl).toBe(false);
    expect(databaseConnection(url, { DATABASE_SSL: 'require' }).ssl).toEqual({
      rejectUnauthorized: false,
    });
    expect(
      databaseConnection('postgresql://a@localhost/db', { DATABASE_SSL: 'verify-full' }).ssl,
    ).toEqual(VERIFIED);
  });

  it('hands the driver a URL without what it would read differently', () => {
    const url = `${OTHER}?sslmode=require&application_name=x&sslrootcert=/y&uselibpqcompat=true`;
    expect(databaseConnection(url, {}).connectionString).toBe(`${OTHER}?application_name=x`);
  });
});
