import { type CustomDecorator, SetMetadata } from '@nestjs/common';

/** What an API key can be allowed to do. */
export const SCOPES = [
  'tasks:read',
  'tasks:write',
  'preferences:read',
  'preferences:write',
  'audit:read',
] as const;

export type ScopeName = (typeof SCOPES)[number];

export const REQUIRED_SCOPE = 'mindflow:scope';

/** Opens a route to API keys with this scope. Every route without it is closed to keys. */
export function Scope(scope: ScopeName): CustomDecorator {
  return SetMetadata(REQUIRED_SCOPE, scope);
}
