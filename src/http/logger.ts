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
 * A system call for every line costs more than making the line: they wait for each other, though not for long. A pipe
 * takes 4096 bytes in one piece, so that the lines of several workers do not get into each other.
 */
const STANDARD_OUTPUT = {
  dest: 1,
  sync: false,
  minLength: 3072,
  maxWrite: 4096,
  periodicFlush: 100,
};

/** The process's log: JSON lines on standard output, secrets redacted. */
export function createLogger(
  level: string,
  destination: DestinationStream = pino.destination(STANDARD_OUTPUT),
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

/** The injection token of the log that has a line for each request. */
export const ACCESS_LOG = Symbol('access log');

/** Its lines are made for the log, with nothing to redact: looking for it takes more than writing them. */
export function accessLog(log: Pino): Pino {
  return log.child({ context: 'Request' }, { redact: [] });
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
