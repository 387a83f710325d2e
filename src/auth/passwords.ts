import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { ProblemError } from '../http/problem.js';
import { ARGON2ID, matches, normalized } from './stored-hash.js';

/**
 * Hashing is meant to be slow: more at once would starve every other request of the processor, and more than libuv's
 * four threads would keep files and look-ups of names waiting.
 */
const MAX_AT_ONCE = 2;
const MAX_WAITING = 100;
const RETRY_AFTER_SECONDS = '2';

/** Hashes and verifies passwords, two at a time. */
@Injectable()
export class Passwords {
  private readonly limit = pLimit(MAX_AT_ONCE);
  private readonly nobodysHash = randomHash();

  /**
   * Hashes with argon2id.
   *
   * @throws ProblemError `overloaded` when too many are waiting
   */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(normalized(password), ARGON2ID));
  }

  /**
   * Takes the same work when there is no hash, or none that can be read: the time tells nothing.
   *
   * @throws ProblemError `overloaded` when too many are waiting
   */
  verify(storedHash: string | null, password: string): Promise<boolean> {
    return this.inTurn(async () => {
      try {
        return await matches(storedHash ?? this.nobodysHash, password);
      } catch {
        await verify(this.nobodysHash, password);
        return false;
      }
    });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.limit.pendingCount >= MAX_WAITING) {
      throw new ProblemError('overloaded', 'Too many are signing in. Try again in a moment.', {
        headers: { 'Retry-After': RETRY_AFTER_SECONDS },
      });
    }
    return this.limit(work);
  }
}

/** Well-formed, with the parameters of every other, and of no password. */
function randomHash(): string {
  const [salt, digest] = [16, 32].map((bytes) =>
    randomBytes(bytes).toString('base64').replaceAll('=', ''),
  );
  const { memoryCost, timeCost, parallelism } = ARGON2ID;
  const parameters = `m=${String(memoryCost)},t=${String(timeCost)},p=${String(parallelism)}`;
  return `$argon2id$v=19$${parameters}$${salt ?? ''}$${digest ?? ''}`;
}
