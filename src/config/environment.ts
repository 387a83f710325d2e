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
import {
  IsCertificateAuthority,
  IsNetworkList,
  IsOriginList,
  IsPostgresUrl,
} from './environment-rules.js';
import { boolean, integer, list, seconds, trimmed } from './environment-values.js';
import { IsIssuerList, json, type TrustedIssuer } from './issuers.js';
import { RequestLimits } from './request-limits.js';
import { unsafeVariables } from './unsafe-variables.js';

/** The variables of the process, validated. Lists are arrays, switches booleans, time spans seconds. */
class Environment extends RequestLimits {
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
  DATABASE_URL: string | undefined = undefined;

  @IsOptional()
  @IsPostgresUrl()
  DATABASE_DIRECT_URL: string | undefined = undefined;

  @IsOptional()
  @IsIn(['disable', 'require', 'verify-full'])
  DATABASE_SSL: 'disable' | 'require' | 'verify-full' | undefined = undefined;

  /** A PEM file, or the PEM text itself. */
  @IsOptional()
  @IsCertificateAuthority()
  DATABASE_SSL_CA: string | undefined = undefined;

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
  MIGRATE_ON_START: boolean | undefined = undefined;

  @IsOptional()
  @IsString()
  @MinLength(32, { message: '$property must be at least 32 characters long' })
  SECRET_KEY: string | undefined = undefined;

  @Transform(seconds)
  @IsInt({ message: '$property must be a time span such as 15m, 12h or 30d' })
  @Min(1)
  ACCESS_TOKEN_TTL: number = 15 * 60;

  @Transform(seconds)
  @IsInt({ message: '$property must be a time span such as 15m, 12h or 30d' })
  @Min(1)
  REFRESH_TOKEN_TTL: number = 30 * 86_400;

  @Transform(json)
  @IsIssuerList()
  AUTH_ISSUERS: TrustedIssuer[] = [];

  @Transform(integer)
  @IsInt()
  @Min(0)
  RATE_LIMIT_PER_MINUTE: number = 600;

  @Transform(integer)
  @IsInt()
  @Min(0)
  AUTH_RATE_LIMIT_PER_MINUTE: number = 20;

  @Transform(integer)
  @IsInt()
  @Min(0)
  SIGN_IN_ATTEMPTS: number = 10;

  @Transform(seconds)
  @IsInt({ message: '$property must be a time span such as 15m, 12h or 30d' })
  @Min(1)
  @Max(86_400, { message: '$property must not be longer than 24h' })
  SIGN_IN_LOCK_MAX: number = 15 * 60;

  @Transform(integer)
  @IsInt()
  @Min(0)
  EVENT_LOOP_LIMIT_MS: number = 1000;

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
  AUDIT_SEAL_KEY: string | undefined = undefined;

  @Transform(integer)
  @IsInt()
  @Min(1)
  @Max(64)
  WEB_CONCURRENCY: number = 1;

  @IsOptional()
  @Matches(/^[\x21-\x7e]{16,}$/, {
    message: '$property must be at least 16 printable characters without spaces',
  })
  METRICS_TOKEN: string | undefined = undefined;

  @Transform(trimmed)
  @IsString()
  @MinLength(1)
  MINDFLOW_DATA_DIR: string = '.mindflow';
}

/** Every variable the service reads; `.env.example` lists exactly these. */
export const ENVIRONMENT_VARIABLES: readonly string[] = Object.keys(new Environment());

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
    ENVIRONMENT_VARIABLES.map((name) => [name, variables[name]] as const).filter(
      ([, value]) => value !== undefined && value !== '',
    ),
  );
  const environment = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const wrong = new Map(
    validateSync(environment).map(({ property, constraints }) => [
      property,
      firstProblem(constraints) ?? `${property} is wrong`,
    ]),
  );
  const problems = [...wrong.values(), ...unsafeVariables(environment, new Set(wrong.keys()))];
  if (problems.length > 0) throw new EnvironmentError(problems);
  return environment;
}

/** A value of the wrong kind is told that, and not that it is too large. */
function firstProblem(constraints: Record<string, string> = {}): string | undefined {
  return constraints['isInt'] ?? Object.values(constraints)[0];
}
