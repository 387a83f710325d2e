import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { ProblemError } from './problem.js';

/** The sort key of the last item of a page, and whatever the next page must be pinned to. */
export type CursorPosition = (string | number | null)[];

const MAC_BYTES = 16;

/** Keyset cursors: opaque, valid only for the list that handed them out, impossible to forge. */
@Injectable()
export class Cursors {
  private readonly key: Buffer;

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.key = createHmac('sha256', settings.SECRET_KEY).update('cursors').digest();
  }

  /** @param scope everything that makes the list what it is: the route, its owner, its filters, its order */
  seal(scope: string, position: CursorPosition): string {
    const payload = Buffer.from(JSON.stringify(position));
    return Buffer.concat([this.mac(scope, payload), payload]).toString('base64url');
  }

  /** @throws ProblemError `invalid_cursor` unless `seal` made it for the same scope */
  open(scope: string, cursor: string): CursorPosition {
    const bytes = Buffer.from(cursor, 'base64url');
    // Decoding skips whatever is no base64url.
    const isExact = bytes.toString('base64url') === cursor;
    const payload = bytes.subarray(MAC_BYTES);
    const mac = bytes.subarray(0, MAC_BYTES);
    const isComplete = isExact && mac.length === MAC_BYTES;
    if (!isComplete || !timingSafeEqual(mac, this.mac(scope, payload))) {
      throw new ProblemError('invalid_cursor', 'Use a cursor only with the list it came from.', {
        errors: [{ path: 'cursor', message: 'must come from the same list' }],
      });
    }
    return JSON.parse(payload.toString()) as CursorPosition;
  }

  private mac(scope: string, payload: Buffer): Buffer {
    return createHmac('sha256', this.key)
      .update(scope)
      .update('\0')
      .update(payload)
      .digest()
      .subarray(0, MAC_BYTES);
  }
}
