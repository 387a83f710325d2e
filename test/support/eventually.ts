import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 25;

/** Repeats an assertion until it holds, and fails with its last error when that takes too long. */
export async function eventually<T>(assertion: () => Promise<T> | T, withinMs = 5000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(PAUSE_MS);
    }
  }
}
