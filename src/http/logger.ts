import { type LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger as Pino, type LoggerOptions, pino } from 'pino';

const SECRETS = [
  'password',
  'currentPassword',
  'newPassword',
  'accessToken',
  'refreshToken',
  'key',
];

/** Where PostgreSQL's errors and TypeORM's repeat the rows and values of the statement that failed. */
const STATEMENT_DATA = ['detail', 'where', 'internalQuery', 'query', 'parameters', 'driverError'];

/**
 * The process's log: JSON lines on standard output, secrets redacted. A line is written at once, but what comes while the
 * one before is being written goes out with the next: under load one system call takes many.
 */
export function createLogger(
  level: string,
  destination: DestinationStream = pino.destination({ dest: 1, sync: false }),
): Pino {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: [
        'headers.authorization',
        'headers.cookie',
        ...SECRETS.flatMap((name) => [name, `*.${name}`]),
        ...STATEMENT_DATA.map((name) => `err.${name}`),
      ],
      censor: '[redacted]',
    },
  };
  return pino(options, destination);
}

/** Where Nest lists its modules and routes while it starts: for those who look for them. */
const NEST_START_UP =
  /^(NestFactory|NestApplication|InstanceLoader|RoutesResolver|RouterExplorer)$/;

/** Lets Nest's `Logger` write to pino: a message is a text, or an object with `msg`. */
export class PinoLogger implements LoggerService {
  constructor(private readonly pino: Pino) {}

  log(message: unknown, context?: string): void {
    this.pino[NEST_START_UP.test(context ?? '') ? 'debug' : 'info'](line(message, context));
  }

  warn(message: unknown, context?: string): void {
    this.pino.warn(line(message, context));
  }

  error(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    const [stack] = rest.length > 1 ? rest : [];
    this.pino.error({
      ...line(message, typeof context === 'string' ? context : undefined),
      ...(typeof stack === 'string' && { stack }),
    });
  }

  fatal(message: unknown, context?: string): void {
    this.pino.fatal(line(message, context));
  }

  debug(message: unknown, context?: string): void {
    this.pino.debug(line(message, context));
  }

  verbose(message: unknown, context?: string): void {
    this.pino.trace(line(message, context));
  }
}

function line(message: unknown, context?: string): Record<string, unknown> {
  if (message instanceof Error) return { err: message, context };
  return typeof message === 'object' ? { ...message, context } : { msg: message, context };
}
