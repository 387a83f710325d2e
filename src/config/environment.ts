import { plainToInstance } from 'class-transformer';
import { IsIn, IsOptional, Matches, validateSync } from 'class-validator';
import {
  Integer,
  NetworkList,
  OriginList,
  Secret,
  Switch,
  Text,
  TimeSpan,
} from './environment-fields.js';
import { IsCertificateAuthority, IsPostgresUrl } from './environment-rules.js';
import { IssuerList, type TrustedIssuer } from './issuers.js';
import { RequestLimits } from './request-limits.js';
import { unsafeVariables } from './unsafe-variables.js';

/** The variables of the process, validated. Lists are arrays, switches booleans, time spans seconds. */
class Environment extends RequestLimits {
  @IsIn(['development', 'production', 'test'])
  NODE_ENV: 'development' | 'production' | 'test' = 'development';

  @Text()
  HOST: string = '127.0.0.1';

  @Integer(0, 65535)
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

  @Integer(1, 1000)
  DATABASE_POOL_SIZE: number = 10;

  @Integer(1, 60_000)
  DATABASE_POOL_WAIT_MS: number = 2000;

  @Integer(0, 86_400)
  DATABASE_WAIT_SECONDS: number = 60;

  @Switch()
  DATABASE_PREPARED_STATEMENTS: boolean = true;

  /** Unset means: yes, unless in production. */
  @IsOptional()
  @Switch()
  MIGRATE_ON_START: boolean | undefined = undefined;

  @Secret()
  SECRET_KEY: string | undefined = undefined;

  @TimeSpan()
  ACCESS_TOKEN_TTL: number = 15 * 60;

  @TimeSpan()
  REFRESH_TOKEN_TTL: number = 30 * 86_400;

  @IssuerList()
  AUTH_ISSUERS: TrustedIssuer[] = [];

  @Integer(0)
  RATE_LIMIT_PER_MINUTE: number = 600;

  @Integer(0)
  AUTH_RATE_LIMIT_PER_MINUTE: number = 20;

  @Integer(0)
  SIGN_IN_ATTEMPTS: number = 10;

  @TimeSpan({ mostHours: 24 })
  SIGN_IN_LOCK_MAX: number = 15 * 60;

  @Integer(0)
  EVENT_LOOP_LIMIT_MS: number = 1000;

  @OriginList()
  CORS_ORIGINS: string[] = [];

  @NetworkList()
  TRUST_PROXY: string[] = [];

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent' = 'info';

  @Integer(1, 36_500)
  AUDIT_RETENTION_DAYS: number = 365;

  @Secret()
  AUDIT_SEAL_KEY: string | undefined = undefined;

  @Integer(1, 64)
  WEB_CONCURRENCY: number = 1;

  @IsOptional()
  @Matches(/^[\x21-\x7e]{16,}$/, {
    message: '$property must be at least 16 printable characters without spaces',
  })
  METRICS_TOKEN: string | undefined = undefined;

  @Text()
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
