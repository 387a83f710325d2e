import { isPlaintextToAnotherHost } from './database-connection.js';
import { EXAMPLE_SECRET_KEY } from './environment-rules.js';

interface Exposed {
  NODE_ENV: string;
  DATABASE_URL: string | undefined;
  DATABASE_DIRECT_URL: string | undefined;
  DATABASE_SSL: 'disable' | 'require' | 'verify-full' | undefined;
  SECRET_KEY: string | undefined;
}

/**
 * What production refuses, in one line for each variable: nothing to connect to, no secret or a public one, a database
 * reached in the clear.
 *
 * @param wrong the variables that have a line already
 */
export function unsafeVariables(environment: Exposed, wrong: Set<string>): string[] {
  const isMissing = (name: 'DATABASE_URL' | 'SECRET_KEY') => environment[name] === undefined;
  if (environment.NODE_ENV !== 'production') {
    const isOrphan = environment.DATABASE_DIRECT_URL !== undefined && isMissing('DATABASE_URL');
    return isOrphan ? ['DATABASE_DIRECT_URL needs DATABASE_URL beside it'] : [];
  }
  const missing = (['DATABASE_URL', 'SECRET_KEY'] as const)
    .filter(isMissing)
    .map((name) => `${name} is required in production`);
  if (environment.SECRET_KEY === EXAMPLE_SECRET_KEY) {
    missing.push('SECRET_KEY must not be the value of .env.example in production');
  }
  const plaintext = (['DATABASE_URL', 'DATABASE_DIRECT_URL'] as const)
    .filter((name) => {
      const url = wrong.has(name) ? undefined : environment[name];
      return url !== undefined && isPlaintextToAnotherHost(url, environment.DATABASE_SSL);
    })
    .map((name) => `${name} must use TLS to reach another host in production`);
  return [...missing, ...plaintext];
}
