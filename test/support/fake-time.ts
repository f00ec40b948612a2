import type { TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

/** A clock that goes only where the test moves it. */
export interface FakeTime {
  /** Milliseconds since the test began. */
  readonly now: () => number;
  /** Moves the clock, a millisecond at a time, and lets what waits for it go on. */
  pass(milliseconds: number): Promise<void>;
}

/** Takes the place of performance.now() and setTimeout, also of node:timers/promises, for one test. */
export function fakeTime(t: TestContext): FakeTime {
  let passed = 0;
  t.mock.timers.enable({ apis: ['setTimeout'] });
  t.mock.method(performance, 'now', () => passed);
  return {
    now: () => passed,
    pass: async (milliseconds) => {
      // What has just begun gets as far as its first wait.
      await turn();
      for (const end = passed + milliseconds; passed < end; ) {
        const step = Math.min(50, end - passed);
        passed += step;
        t.mock.timers.tick(step);
        await turn();
      }
    },
  };
}
