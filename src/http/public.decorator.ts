import { type CustomDecorator, SetMetadata } from '@nestjs/common';

export const PUBLIC = 'mindflow:public';

/** Opens a route to everybody. Every route without it needs a signed-in user. */
export function Public(): CustomDecorator {
  return SetMetadata(PUBLIC, true);
}
