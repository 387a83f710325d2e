import { parseOptions, verify as verifyArgon2 } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';

/** OWASP's minimum for argon2id, the library's default algorithm. */
export const ARGON2ID = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

/** Of another system. A cost beyond 15 would take seconds: such a hash is garbage. */
const BCRYPT = /^\$2[aby]\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/;
/** The library's enumeration exists for the compiler only. */
const ALGORITHM_ARGON2ID = 2;
/** What bcrypt sees of a password. */
const BCRYPT_MAX_BYTES = 72;

/** The one form of what may be typed in several: an accented letter is one code point, or two. */
export function normalized(password: string): string {
  return password.normalize('NFC');
}

/**
 * Whether it is the hash of the password: argon2 or bcrypt.
 *
 * @throws when it is neither
 */
export function matches(storedHash: string, password: string): Promise<boolean> {
  return BCRYPT.test(storedHash)
    ? verifyBcrypt(password, storedHash)
    : verifyArgon2(storedHash, normalized(password));
}

/**
 * Whether the password that has just matched should be hashed anew. Bcrypt says nothing of what follows its 72nd byte,
 * so that may be a slip of the finger, and is not made the password.
 */
export function isOutdated(storedHash: string, password: string): boolean {
  if (BCRYPT.test(storedHash)) return Buffer.byteLength(password) <= BCRYPT_MAX_BYTES;
  const { algorithm, memoryCost, timeCost } = parseOptions(storedHash);
  return (
    (algorithm as number) !== ALGORITHM_ARGON2ID ||
    memoryCost < ARGON2ID.memoryCost ||
    timeCost < ARGON2ID.timeCost
  );
}
