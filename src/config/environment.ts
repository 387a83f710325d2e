import { plainToInstance, Transform } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  MinLength,
  validateSync,
} from 'class-validator';
import { isPlaintextToAnotherHost } from './database-connection.js';
import { IsNetworkList, IsOriginList, IsPostgresUrl, IsStrongSecret } from './environment-rules.js';
import { boolean, integer, list, seconds, trimmed } from './environment-values.js';

/** The variables of the process, validated. Lists are arrays, switches booleans, time spans seconds. */
export class Environment {
  @IsIn(['development', 'production', 'test'])
  NODE_ENV: 'development' | 'production' | 'test' = 'development';

  @Transform(trimmed)
  @IsString()
  @MinLength(1)
  HOST: string = '127.0.0.1';

  @Transform(integer)
  @IsInt()
  @Min(0)
  @Max(65535)
  PORT: number = 3000;

  @IsOptional()
  @IsPostgresUrl()
  DATABASE_URL?: string;

  @IsOptional()
  @IsPostgresUrl()
  DATABASE_DIRECT_URL?: string;

  @IsOptional()
  @IsIn(['disable', 'require', 'verify-full'])
  DATABASE_SSL?: 'disable' | 'require' | 'verify-full';

  /** A PEM file, or the PEM text itself. */
  @IsOptional()
  @IsString()
  DATABASE_SSL_CA?: string;

  @Transform(integer)
  @IsInt()
  @Min(1)
  @Max(1000)
  DATABASE_POOL_SIZE: number = 10;

  @Transform(integer)
  @IsInt()
  @Min(1)
  @Max(60_000)
  DATABASE_POOL_WAIT_MS: number = 2000;

  @Transform(integer)
  @IsInt()
  @Min(0)
  @Max(86_400)
  DATABASE_WAIT_SECONDS: number = 60;

  @Transform(boolean)
  @IsBoolean()
  DATABASE_PREPARED_STATEMENTS: boolean = true;

  /** Unset means: yes, unless in production. */
  @IsOptional()
  @Transform(boolean)
  @IsBoolean()
  MIGRATE_ON_START?: boolean;

  @IsOptional()
  @IsString()
  @MinLength(32, { message: '$property must be at least 32 characters long' })
  @IsStrongSecret()
  SECRET_KEY?: string;

  @Transform(seconds)
  @IsInt({ message: '$property must be a time span such as 15m, 12h or 30d' })
  @Min(1)
  ACCESS_TOKEN_TTL: number = 15 * 60;

  @Transform(seconds)
  @IsInt({ message: '$property must be a time span such as 15m, 12h or 30d' })
  @Min(1)
  REFRESH_TOKEN_TTL: number = 30 * 86_400;

  @Transform(integer)
  @IsInt()
  @Min(0)
  RATE_LIMIT_PER_MINUTE: number = 600;

  @Transform(integer)
  @IsInt()
  @Min(0)
  AUTH_RATE_LIMIT_PER_MINUTE: number = 20;

  @Transform(list)
  @IsArray()
  @IsOriginList()
  CORS_ORIGINS: string[] = [];

  @Transform(list)
  @IsArray()
  @IsNetworkList()
  TRUST_PROXY: string[] = [];

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent' = 'info';

  @Transform(integer)
  @IsInt()
  @Min(1)
  @Max(36_500)
  AUDIT_RETENTION_DAYS: number = 365;

  @IsOptional()
  @IsString()
  @MinLength(32, { message: '$property must be at least 32 characters long' })
  AUDIT_SEAL_KEY?: string;

  @Transform(integer)
  @IsInt()
  @Min(1)
  @Max(64)
  WEB_CONCURRENCY: number = 1;

  @IsOptional()
  @Matches(/^[\x21-\x7e]{16,}$/, {
    message: '$property must be at least 16 printable characters without spaces',
  })
  METRICS_TOKEN?: string;

  @Transform(trimmed)
  @IsString()
  @MinLength(1)
  MINDFLOW_DATA_DIR: string = '.mindflow';
}

/** The validated values, without the rules. */
export type Variables = Pick<Environment, keyof Environment>;

/** A wrong environment: one line per variable, each naming it and never its value. */
export class EnvironmentError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
  }
}

/**
 * Reads and validates the environment. An empty string counts as unset.
 *
 * @throws EnvironmentError naming every variable that is wrong or missing
 */
export function parseEnvironment(variables: NodeJS.ProcessEnv): Variables {
  const given = Object.fromEntries(
    Object.keys(new Environment())
      .concat(OPTIONAL)
      .map((name) => [name, variables[name]] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  const environment = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const problems = validateSync(environment).map(
    ({ constraints }) => Object.values(constraints ?? {})[0] ?? '',
  );
  problems.push(...unsafeInProduction(environment));
  if (problems.length > 0) throw new EnvironmentError(problems);
  return environment;
}

const OPTIONAL = [
  'DATABASE_URL',
  'DATABASE_DIRECT_URL',
  'DATABASE_SSL',
  'DATABASE_SSL_CA',
  'MIGRATE_ON_START',
  'SECRET_KEY',
  'AUDIT_SEAL_KEY',
  'METRICS_TOKEN',
] as const;

/** Every variable the service reads; `.env.example` lists exactly these. */
export const ENVIRONMENT_VARIABLES: readonly string[] = [
  ...Object.keys(new Environment()),
  ...OPTIONAL,
];

/** What production refuses: nothing to connect to, no secret, a database reached in the clear. */
function unsafeInProduction(environment: Environment): string[] {
  if (environment.NODE_ENV !== 'production') return [];
  const missing = (['DATABASE_URL', 'SECRET_KEY'] as const)
    .filter((name) => environment[name] === undefined)
    .map((name) => `${name} is required in production`);
  const plaintext = (['DATABASE_URL', 'DATABASE_DIRECT_URL'] as const)
    .filter((name) => {
      const url = environment[name];
      return url !== undefined && isPlaintextToAnotherHost(url, environment.DATABASE_SSL);
    })
    .map((name) => `${name} must use TLS to reach another host in production`);
  return [...missing, ...plaintext];
}
