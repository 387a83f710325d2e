import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { databaseConnection } from '../src/config/database-connection.js';
import { pooledDataSource } from '../src/database/data-source.js';
import { TlsServer } from './support/tls-server.js';

type Variables = Parameters<typeof databaseConnection>[1];

/** Skipped aloud: the test report names the reason. */
const isOpensslMissing = (() => {
  try {
    execFileSync('openssl', ['version']);
    return false;
  } catch {
    return true;
  }
})();
const when = isOpensslMissing ? ' (skipped: there is no openssl here)' : '';

(isOpensslMissing ? describe.skip : describe)(`TLS to PostgreSQL${when}`, () => {
  let server: TlsServer;
  beforeAll(async () => {
    server = await TlsServer.start();
  }, 60_000);
  afterAll(() => server.stop());

  it('is verified against DATABASE_SSL_CA, a file or its text', async () => {
    const url = server.url('localhost');
    const DATABASE_SSL = 'verify-full';
    expect(await encryption(url, { DATABASE_SSL, DATABASE_SSL_CA: server.authority })).toBe(true);
    const text = await readFile(server.authority, 'utf8');
    expect(await encryption(url, { DATABASE_SSL, DATABASE_SSL_CA: text })).toBe(true);
  });

  it('is refused when nobody trusted vouches for the server', async () => {
    const url = server.url('localhost');
    const DATABASE_SSL = 'verify-full';
    await expect(encryption(url, { DATABASE_SSL })).rejects.toThrow(/certificate/);
    await expect(
      encryption(url, { DATABASE_SSL, DATABASE_SSL_CA: server.stranger }),
    ).rejects.toThrow(/certificate/);
  });

  it('is refused when the certificate is for another host', async () => {
    const variables: Variables = { DATABASE_SSL: 'verify-full', DATABASE_SSL_CA: server.authority };
    await expect(encryption(server.url('127.0.0.1'), variables)).rejects.toThrow(
      /altnames|does not match/,
    );
  });

  it('is encrypted without verification where only that is required', async () => {
    expect(await encryption(server.url('127.0.0.1'), { DATABASE_SSL: 'require' })).toBe(true);
    expect(await encryption(server.url('127.0.0.1', '?sslmode=require'), {})).toBe(true);
  });

  it('asks for the authority alone by sslmode=verify-ca, and for the name too by verify-full', async () => {
    const variables = { DATABASE_SSL_CA: server.authority };
    const url = (mode: string) => server.url('127.0.0.1', `?sslmode=${mode}`);
    expect(await encryption(url('verify-ca'), variables)).toBe(true);
    await expect(encryption(url('verify-full'), variables)).rejects.toThrow(
      /altnames|does not match/,
    );
    await expect(
      encryption(url('verify-ca'), { DATABASE_SSL_CA: server.stranger }),
    ).rejects.toThrow(/certificate/);
  });

  it('is not used on loopback unless it is asked for', async () => {
    expect(await encryption(server.url('localhost'), {})).toBe(false);
    expect(
      await encryption(server.url('localhost', '?sslmode=verify-full'), {
        DATABASE_SSL: 'disable',
      }),
    ).toBe(false);
  });

  /** Whether the application's pool is encrypted as PostgreSQL sees it. */
  async function encryption(url: string, variables: Variables): Promise<boolean | undefined> {
    const pool = pooledDataSource({
      connection: databaseConnection(url, variables),
      size: 1,
      waitMs: 5000,
      preparedStatements: true,
      entities: [],
      onPoolError: () => undefined,
    });
    await pool.initialize();
    try {
      const [row] = await pool.query<{ ssl: boolean }[]>(
        'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
      );
      return row?.ssl;
    } finally {
      await pool.destroy();
    }
  }
});
