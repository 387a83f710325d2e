/**
 * Waits for statements that were sent together, and throws the error of the first that failed: the ones behind it
 * failed only because their transaction was aborted.
 */
export async function inOrder<T extends readonly unknown[] | []>(
  sent: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(sent);
  return Promise.all(sent);
}
