import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { invalidField, ProblemError } from './problem.js';

const MAX_DEPTH = 32;
/** Of a list or an object: far more than any field takes, and few enough to be judged at once. */
const MAX_ITEMS = 200;
/** Escapes of NUL and of surrogates: the only way a string that PostgreSQL cannot store gets into valid JSON. */
const SUSPICIOUS_ESCAPE = /\\u(0000|d[89a-f])/i;

/**
 * Reads JSON objects in UTF-8, and nothing else, so that whatever reaches a handler can be stored: no prototype
 * poisoning, no NUL, no lone surrogate, at most 32 levels of at most 200 items each. An empty body is no body.
 */
export function acceptJsonObjects(instance: FastifyInstance): void {
  const parse = instance.getDefaultJsonParser('error', 'error');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: Buffer, done) => {
      if (body.length === 0) {
        done(null, undefined);
        return;
      }
      try {
        refuseEncodings(request);
        const text = decode(decoder, body);
        let outcome: [error: Error | null, value?: unknown] = [null];
        // It answers at once, and takes what its callback throws for a syntax error.
        void parse(request, text, (...given) => {
          outcome = given;
        });
        const [error, value] = outcome;
        done(error, error ? undefined : storable(text, value));
      } catch (error) {
        done(error as Error, undefined);
      }
    },
  );
}

function refuseEncodings(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new ProblemError('unsupported_media_type', 'Send the body uncompressed.');
  }
}

function decode(decoder: { decode: (bytes: Uint8Array) => string }, body: Buffer): string {
  try {
    return decoder.decode(body);
  } catch {
    throw new ProblemError('malformed_json', 'The body is not valid UTF-8.');
  }
}

/**
 * Refuses what is too deep or too long to be judged at once, and names that every object has: validation would look up
 * its rules by them.
 */
function refuseShape(value: unknown, path: string[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (path.length >= MAX_DEPTH) {
    throw invalidField('', `The body must have at most ${String(MAX_DEPTH)} levels.`);
  }
  const entries = Object.entries(value);
  if (entries.length > MAX_ITEMS) throw tooMany(path);
  for (const [name, item] of entries) {
    if (name in Object.prototype) throw inheritedName(name);
    refuseShape(item, [...path, name]);
  }
}

function tooMany(path: string[]): ProblemError {
  const message = `${path.join('.') || 'The body'} must have at most ${String(MAX_ITEMS)} items.`;
  return invalidField(path.join('.'), message);
}

function inheritedName(name: string): ProblemError {
  return new ProblemError('validation_failed', `property ${name} should not exist.`, {
    errors: [{ path: name, message: `property ${name} should not exist` }],
  });
}

function storable(text: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProblemError('validation_failed', 'The body must be a JSON object.', {
      errors: [{ path: '', message: 'must be a JSON object' }],
    });
  }
  refuseShape(value, []);
  if (SUSPICIOUS_ESCAPE.test(text)) refuseUnstorableText(value, []);
  return value;
}

function refuseUnstorableText(value: unknown, path: string[]): void {
  if (typeof value === 'string' && !isStorable(value)) {
    const message = 'must not contain NUL or half a surrogate pair';
    throw new ProblemError('validation_failed', `A text ${message}.`, {
      errors: [{ path: path.join('.'), message }],
    });
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    refuseUnstorableText(key, path);
    refuseUnstorableText(item, [...path, key]);
  }
}

/** Whether PostgreSQL can store the text. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
