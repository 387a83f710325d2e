import { Integer } from './environment-fields.js';

const ONE_MIB = 1024 * 1024;

/** The variables that say how large a request may be and how long it may take to arrive. */
export class RequestLimits {
  @Integer(1024, 16 * ONE_MIB)
  MAX_BODY_BYTES: number = 65_536;

  /** Of all headers together, names included. */
  @Integer(1024, ONE_MIB)
  MAX_HEADERS_BYTES: number = 16_384;

  @Integer(10, 500)
  MAX_HEADERS: number = 100;

  @Integer(256, ONE_MIB)
  MAX_URL_BYTES: number = 16_384;

  /** From the first byte, or from the connection when nothing comes, to the last header. */
  @Integer(100, 600_000)
  HEADERS_TIMEOUT_MS: number = 10_000;

  /** From the first byte of a request to its last. */
  @Integer(100, 600_000)
  REQUEST_TIMEOUT_MS: number = 30_000;

  /** How long a connection is kept for another request. */
  @Integer(100, 600_000)
  KEEP_ALIVE_TIMEOUT_MS: number = 72_000;
}
