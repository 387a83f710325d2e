/** The embedded server cannot be used as things are; the message says why and what to do about it. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** Whether an error carries one of these codes of the operating system or of PostgreSQL. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return isObject(error) && 'code' in error && codes.includes(String(error.code));
}

/** The message of whatever was thrown. */
export function describe(thrown: unknown): string {
  return isObject(thrown) && 'message' in thrown ? String(thrown.message) : String(thrown);
}

// Not `instanceof Error`: under Jest, Node's own errors come from another realm.
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
