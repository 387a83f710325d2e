import { randomUUID } from 'node:crypto';

/** Where the random bits of a version 4 begin that a version 7 has as well: behind the digit of the version. */
const RANDOM_PART = 15;

/**
 * A UUID of version 7 (RFC 9562, section 5.7): the milliseconds since 1970, then 74 random bits. Node draws those for many
 * UUIDs at once, which takes a tenth of the time of drawing them for each.
 */
export function uuidv7(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(RANDOM_PART)}`;
}
