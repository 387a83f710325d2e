import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { EXAMPLE_SECRET_KEY } from './environment-rules.js';
import { ENVIRONMENT_VARIABLES, EnvironmentError, parseEnvironment } from './environment.js';

const SECRET_KEY = 'a secret that nobody has published, long enough';
const DATABASE_URL = 'postgresql://somebody:s3cr3t@db.example.com/mindflow';

const DEFAULTS = {
  MAX_BODY_BYTES: 65_536,
  MAX_HEADERS_BYTES: 16_384,
  MAX_HEADERS: 100,
  MAX_URL_BYTES: 16_384,
  HEADERS_TIMEOUT_MS: 10_000,
  REQUEST_TIMEOUT_MS: 30_000,
  KEEP_ALIVE_TIMEOUT_MS: 72_000,
  NODE_ENV: 'development',
  HOST: '127.0.0.1',
  PORT: 3000,
  DATABASE_POOL_SIZE: 10,
  DATABASE_POOL_WAIT_MS: 2000,
  DATABASE_WAIT_SECONDS: 60,
  DATABASE_PREPARED_STATEMENTS: true,
  ACCESS_TOKEN_TTL: 900,
  REFRESH_TOKEN_TTL: 2_592_000,
  RATE_LIMIT_PER_MINUTE: 600,
  AUTH_RATE_LIMIT_PER_MINUTE: 20,
  SIGN_IN_ATTEMPTS: 10,
  SIGN_IN_LOCK_MAX: 900,
  EVENT_LOOP_LIMIT_MS: 1000,
  CORS_ORIGINS: [],
  TRUST_PROXY: [],
  AUTH_ISSUERS: [],
  LOG_LEVEL: 'info',
  AUDIT_RETENTION_DAYS: 365,
  WEB_CONCURRENCY: 1,
  MINDFLOW_DATA_DIR: '.mindflow',
};

const ISSUER = { issuer: 'https://login.example.com', audience: 'https://mindflow.example.com' };

const GOOD: [name: string, text: string, value: unknown][] = [
  ['NODE_ENV', 'test', 'test'],
  ['HOST', ' 0.0.0.0 ', '0.0.0.0'],
  ['PORT', '0', 0],
  ['PORT', '65535', 65_535],
  ['DATABASE_URL', DATABASE_URL, DATABASE_URL],
  [
    'DATABASE_URL',
    'postgres://a@localhost/b?host=/run/pg',
    'postgres://a@localhost/b?host=/run/pg',
  ],
  ['DATABASE_SSL', 'require', 'require'],
  ['DATABASE_POOL_SIZE', '1', 1],
  ['DATABASE_WAIT_SECONDS', '0', 0],
  ['DATABASE_PREPARED_STATEMENTS', 'false', false],
  ['MIGRATE_ON_START', 'true', true],
  ['SECRET_KEY', SECRET_KEY, SECRET_KEY],
  ['ACCESS_TOKEN_TTL', '45s', 45],
  ['ACCESS_TOKEN_TTL', '12h', 43_200],
  ['REFRESH_TOKEN_TTL', '7d', 604_800],
  ['RATE_LIMIT_PER_MINUTE', '0', 0],
  ['SIGN_IN_ATTEMPTS', '0', 0],
  ['SIGN_IN_LOCK_MAX', '24h', 86_400],
  [
    'CORS_ORIGINS',
    'https://a.example.com, http://localhost:5173',
    ['https://a.example.com', 'http://localhost:5173'],
  ],
  ['TRUST_PROXY', '10.0.0.0/8,::1', ['10.0.0.0/8', '::1']],
  ...[
    [ISSUER],
    [
      { ...ISSUER, jwksUri: 'https://keys.example.com/' },
      { ...ISSUER, issuer: 'https://b.org/' },
    ],
    [{ issuer: 'http://127.0.0.1:3000', audience: 'us', jwksUri: 'http://localhost/keys' }],
    [{ issuer: 'http://[::1]/realm', audience: 'us' }],
  ].map((issuers): [string, string, unknown] => ['AUTH_ISSUERS', JSON.stringify(issuers), issuers]),
  ['LOG_LEVEL', 'silent', 'silent'],
  ['METRICS_TOKEN', 'sixteen-or-more!', 'sixteen-or-more!'],
];

const BAD: [name: string, values: string[]][] = [
  ['NODE_ENV', ['prod-value', 'PRODUCTION']],
  ['HOST', [' ']],
  ['PORT', ['65536', '-1', '3000.5', '0x10', 'http', '1e3']],
  [
    'DATABASE_URL',
    ['nonsense-url', 'mysql://s3cr3t@h/d', 'postgresql://s3cr3t@host', 'postgresql:///s3cr3t'],
  ],
  ['DATABASE_DIRECT_URL', ['nonsense-url']],
  ['DATABASE_SSL', ['prefer-value', 'true']],
  [
    'DATABASE_SSL_CA',
    ['/no/such/s3cr3t-file', '-----BEGIN CERTIFICATE-----s3cr3t-----END CERTIFICATE-----'],
  ],
  ['DATABASE_POOL_SIZE', ['0', '1001', 'many-of-them']],
  ['DATABASE_POOL_WAIT_MS', ['0', 'long-wait']],
  ['DATABASE_WAIT_SECONDS', ['-1', '86401']],
  ['DATABASE_PREPARED_STATEMENTS', ['yes-please', '1', 'TRUE']],
  ['MIGRATE_ON_START', ['maybe-so']],
  ['SECRET_KEY', ['s3cr3t-but-short']],
  ['ACCESS_TOKEN_TTL', ['15', '0m', '1w', 'fifteen-minutes']],
  ['REFRESH_TOKEN_TTL', ['30 d']],
  ['RATE_LIMIT_PER_MINUTE', ['-1', 'unlimited-rate']],
  ['AUTH_RATE_LIMIT_PER_MINUTE', ['2.5']],
  ['SIGN_IN_ATTEMPTS', ['-1', 'ten-attempts']],
  ['SIGN_IN_LOCK_MAX', ['900', '0s', '25h', 'for-ever']],
  ['EVENT_LOOP_LIMIT_MS', ['1s', '-1']],
  [
    'AUTH_ISSUERS',
    [
      'https://s3cr3t.example.com',
      ...[
        ISSUER,
        [null],
        [ISSUER, ISSUER],
        [{ issuer: ISSUER.issuer }],
        [{ ...ISSUER, audience: '' }],
        [{ ...ISSUER, audience: ['https://s3cr3t.example.com'] }],
        [{ ...ISSUER, keys: 's3cr3t' }],
        [{ ...ISSUER, issuer: 'http://s3cr3t.example.com' }],
        [{ ...ISSUER, issuer: 'http://127.0.0.1.s3cr3t.example.com' }],
        [{ ...ISSUER, issuer: 'https://s3cr3t@login.example.com' }],
        [{ ...ISSUER, issuer: 'https://login.example.com?s3cr3t' }],
        [{ ...ISSUER, issuer: 'ftp://localhost/s3cr3t' }],
        [{ ...ISSUER, issuer: 's3cr3t' }],
        [{ ...ISSUER, issuer: `https://${'s3cr3t'.repeat(43)}` }],
        [{ ...ISSUER, jwksUri: 'http://s3cr3t.example.com/keys' }],
        [{ ...ISSUER, jwksUri: 'http://localhost/s3cr3t' }],
        [{ ...ISSUER, jwksUri: null }],
      ].map((issuers) => JSON.stringify(issuers)),
    ],
  ],
  [
    'CORS_ORIGINS',
    ['*', 'https://a.example.com/', 'a.example.com', 'https://A.example.com', 'null'],
  ],
  ['TRUST_PROXY', ['all-of-them', '10.0.0.0/33', '10.0.0', '::1/129', '1.2.3.4/8/8']],
  ['LOG_LEVEL', ['verbose-level', 'INFO']],
  ['AUDIT_RETENTION_DAYS', ['0', 'for-ever']],
  ['AUDIT_SEAL_KEY', ['s3cr3t-but-short']],
  ['WEB_CONCURRENCY', ['0', '65']],
  ['METRICS_TOKEN', ['s3cr3t-short', 'with spaces in the token']],
  ['MINDFLOW_DATA_DIR', [' ']],
  ['MAX_BODY_BYTES', ['1023', '64 KiB of it']],
  ['MAX_HEADERS_BYTES', ['0', 'sixteen']],
  ['MAX_HEADERS', ['9', '501']],
  ['MAX_URL_BYTES', ['255', 'long-ones']],
  ['HEADERS_TIMEOUT_MS', ['0', '10s-or-so']],
  ['REQUEST_TIMEOUT_MS', ['99', 'never-ever']],
  ['KEEP_ALIVE_TIMEOUT_MS', ['-1', 'for-ever']],
];

describe('the environment', () => {
  it('has a default for all that may be left out', () => {
    expect({ ...parseEnvironment({}) }).toEqual(DEFAULTS);
  });

  it('takes an empty string for unset', () => {
    const empty = Object.fromEntries(ENVIRONMENT_VARIABLES.map((name) => [name, '']));
    expect({ ...parseEnvironment(empty) }).toEqual(DEFAULTS);
  });

  it('ignores what is none of its variables', () => {
    expect({ ...parseEnvironment({ PGHOST: 'x', toString: 'x' }) }).toEqual(DEFAULTS);
  });

  it.each(GOOD)('reads %s=%s', (name, text, value) => {
    expect(parseEnvironment({ [name]: text })).toMatchObject({ [name]: value });
  });

  describe.each(BAD)('refuses %s', (name, values) => {
    it.each(values)('as %j in one line that names it and does not repeat it', (value) => {
      const { problems } = refusal({ DATABASE_URL, [name]: value });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(new RegExp(`^${name} [^\n]+$`));
      const secrets = ['s3cr3t'].concat(value.length > 6 ? value : []);
      for (const secret of secrets) expect(problems[0]).not.toContain(secret);
    });
  });

  it('takes the issuers that the documentation shows', () => {
    const examples = readFileSync('docs/deployment.md', 'utf8').match(/^AUTH_ISSUERS=.*$/gm) ?? [];
    expect(examples).toHaveLength(2);
    for (const example of examples) {
      expect(parseEnvironment(parseEnv(example)).AUTH_ISSUERS).toHaveLength(1);
    }
  });

  it('tries every variable', () => {
    const tried = new Set([...BAD.map(([name]) => name)]);
    expect(ENVIRONMENT_VARIABLES.filter((name) => !tried.has(name))).toEqual([]);
  });

  it('names every wrong variable at once', () => {
    const { message } = refusal({ PORT: 'x', LOG_LEVEL: 'x', WEB_CONCURRENCY: 'x' });
    expect(message.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'PORT',
      'LOG_LEVEL',
      'WEB_CONCURRENCY',
    ]);
  });

  it.each([
    ['PORT', 'abc', 'PORT must be an integer number'],
    ['PORT', '70000', 'PORT must not be greater than 65535'],
    ['ACCESS_TOKEN_TTL', '15', 'ACCESS_TOKEN_TTL must be a time span such as 15m, 12h or 30d'],
    ['ACCESS_TOKEN_TTL', '0m', 'ACCESS_TOKEN_TTL must not be less than 1'],
    ['REFRESH_TOKEN_TTL', 'x', 'REFRESH_TOKEN_TTL must be a time span such as 15m, 12h or 30d'],
  ])('says of %s=%s what is wrong with it', (name, value, problem) => {
    expect(refusal({ [name]: value }).problems).toEqual([problem]);
  });

  it('has no use for DATABASE_DIRECT_URL alone', () => {
    expect(refusal({ DATABASE_DIRECT_URL: DATABASE_URL }).problems).toEqual([
      'DATABASE_DIRECT_URL needs DATABASE_URL beside it',
    ]);
  });
});

describe('production', () => {
  const safe = { NODE_ENV: 'production', DATABASE_URL, SECRET_KEY };

  it('starts with a database and a secret of its own', () => {
    expect(parseEnvironment(safe)).toMatchObject(safe);
  });

  it.each<[string, NodeJS.ProcessEnv, string[]]>([
    [
      'neither',
      { NODE_ENV: 'production' },
      ['DATABASE_URL is required in production', 'SECRET_KEY is required in production'],
    ],
    [
      'the published secret',
      { ...safe, SECRET_KEY: EXAMPLE_SECRET_KEY },
      ['SECRET_KEY must not be the value of .env.example in production'],
    ],
    [
      'a short secret',
      { ...safe, SECRET_KEY: 'x'.repeat(31) },
      ['SECRET_KEY must be at least 32 characters long'],
    ],
    [
      'a URL that is none',
      { ...safe, DATABASE_URL: 's3cr3t' },
      ['DATABASE_URL must be a postgresql:// URL with a host and a database'],
    ],
    [
      'DATABASE_SSL=disable',
      { ...safe, DATABASE_SSL: 'disable' },
      ['DATABASE_URL must use TLS to reach another host in production'],
    ],
    [
      'sslmode=disable',
      { ...safe, DATABASE_URL: `${DATABASE_URL}?sslmode=disable` },
      ['DATABASE_URL must use TLS to reach another host in production'],
    ],
    [
      'plaintext for migrations',
      { ...safe, DATABASE_DIRECT_URL: `${DATABASE_URL}?sslmode=disable` },
      ['DATABASE_DIRECT_URL must use TLS to reach another host in production'],
    ],
    [
      'a host that only begins like this one',
      {
        ...safe,
        DATABASE_SSL: 'disable',
        DATABASE_URL: 'postgresql://a:b@127.0.0.1.example.com/db',
      },
      ['DATABASE_URL must use TLS to reach another host in production'],
    ],
  ])('refuses %s', (_, variables, problems) => {
    expect(refusal(variables).problems).toEqual(problems);
  });

  it.each(['localhost', '127.0.0.1', '127.8.8.8', '[::1]', 'localhost'])(
    'may reach %s in the clear',
    (host) => {
      const variables = {
        ...safe,
        DATABASE_SSL: 'disable',
        DATABASE_URL: `postgresql://a:b@${host}/db`,
      };
      expect(parseEnvironment(variables).DATABASE_SSL).toBe('disable');
    },
  );
});

describe('.env.example', () => {
  const text = readFileSync('.env.example', 'utf8');
  const active = parseEnv(text);
  const all = parseEnv(text.replace(/^# (?=[A-Z_]+=)/gm, ''));

  it('lists every variable, once', () => {
    const listed = text.match(/^(# )?[A-Z_]+(?==)/gm)?.map((name) => name.replace('# ', ''));
    expect(listed?.toSorted()).toEqual(ENVIRONMENT_VARIABLES.toSorted());
    expect(Object.keys(all)).toHaveLength(ENVIRONMENT_VARIABLES.length);
  });

  it('changes no default as it is, but for the secret', () => {
    const { SECRET_KEY: secret, ...rest } = { ...parseEnvironment(active) };
    expect(secret).toBe(EXAMPLE_SECRET_KEY);
    expect(rest).toEqual(DEFAULTS);
  });

  it('has a working value for every variable', () => {
    const { DATABASE_SSL_CA: file, ...portable } = all;
    expect(file).toMatch(/^\/etc\/ssl\//);
    expect(() => parseEnvironment(portable)).not.toThrow();
  });

  it('is refused in production', () => {
    expect(refusal({ ...active, NODE_ENV: 'production' }).problems).toEqual([
      'DATABASE_URL is required in production',
      'SECRET_KEY must not be the value of .env.example in production',
    ]);
  });
});

function refusal(variables: NodeJS.ProcessEnv): EnvironmentError {
  try {
    parseEnvironment(variables);
  } catch (error) {
    if (error instanceof EnvironmentError) return error;
    throw error;
  }
  throw new Error('the environment was accepted');
}
