import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Calls `check` until it returns something other than undefined and false, and returns that. Throws an Error
 * that names `what` was waited for when `milliseconds` have passed, and at once what `check` throws.
 */
export async function waitFor<T>(
  what: string,
  check: () => Promise<T | undefined | false>,
  milliseconds = 120_000,
): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited ${milliseconds} ms in vain for ${what}`);
    await sleep(50);
  }
}
