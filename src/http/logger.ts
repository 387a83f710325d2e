import { type LoggerService } from '@nestjs/common';
import { type Logger as Pino, pino } from 'pino';

const SECRETS = [
  'password',
  'currentPassword',
  'newPassword',
  'accessToken',
  'refreshToken',
  'key',
];

/** The process's log: JSON lines on standard output, secrets redacted. */
export function createLogger(level: string): Pino {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: [
        'headers.authorization',
        'headers.cookie',
        ...SECRETS.flatMap((name) => [name, `*.${name}`]),
      ],
      censor: '[redacted]',
    },
  });
}

/** Lets Nest's `Logger` write to pino: a message is a text, or an object with `msg`. */
export class PinoLogger implements LoggerService {
  constructor(private readonly pino: Pino) {}

  log(message: unknown, context?: string): void {
    this.pino.info(line(message, context));
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
