import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { integer } from './environment-values.js';

const ONE_MIB = 1024 * 1024;

/** The variables that say how large a request may be and how long it may take to arrive. */
export class RequestLimits {
  @Transform(integer)
  @IsInt()
  @Min(1024)
  @Max(16 * ONE_MIB)
  MAX_BODY_BYTES: number = 65_536;

  /** Of all headers together, names included. */
  @Transform(integer)
  @IsInt()
  @Min(1024)
  @Max(ONE_MIB)
  MAX_HEADERS_BYTES: number = 16_384;

  @Transform(integer)
  @IsInt()
  @Min(10)
  @Max(500)
  MAX_HEADERS: number = 100;

  @Transform(integer)
  @IsInt()
  @Min(256)
  @Max(ONE_MIB)
  MAX_URL_BYTES: number = 16_384;

  /** From the first byte, or from the connection when nothing comes, to the last header. */
  @Transform(integer)
  @IsInt()
  @Min(100)
  @Max(600_000)
  HEADERS_TIMEOUT_MS: number = 10_000;

  /** From the first byte of a request to its last. */
  @Transform(integer)
  @IsInt()
  @Min(100)
  @Max(600_000)
  REQUEST_TIMEOUT_MS: number = 30_000;

  /** How long a connection is kept for another request. */
  @Transform(integer)
  @IsInt()
  @Min(100)
  @Max(600_000)
  KEEP_ALIVE_TIMEOUT_MS: number = 72_000;
}
