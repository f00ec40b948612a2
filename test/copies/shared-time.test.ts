import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Share, shareTime } from '../../src/copies/shared-time.ts';

const { signal: never } = new AbortController();

/** Shares of 600 s on a clock that only `works` moves. */
function sharesOf(t: TestContext, places: number) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let now = 0;
  const shares = shareTime(600_000, Array.from({ length: places }), never, () => now).map(
    ([, share]) => share,
  );
  /** Works for some seconds, or until the share is used up; returns the seconds that it had. */
  const works = async (share: Share | undefined, seconds: number): Promise<number> => {
    if (share === undefined) throw new Error('no share');
    const begin = now;
    await share.use(async () => {
      for (let passed = 0; passed < seconds && !share.signal.aborted; passed += 1) {
        now += 1000;
        t.mock.timers.tick(1000);
      }
    });
    return (now - begin) / 1000;
  };
  return { shares, works };
}

test('a place that does not answer uses up only its share', async (t) => {
  const { shares, works } = sharesOf(t, 3);
  assert.equal(await works(shares[0], 10_000), 200);
  assert.equal(shares[0]?.signal.aborted, true);
  assert.equal(await works(shares[1], 10_000), 200);
  assert.equal(await works(shares[2], 10_000), 200);
});

test('the share is divided among all turns of a place', async (t) => {
  const { shares, works } = sharesOf(t, 2);
  assert.equal(await works(shares[0], 100), 100);
  assert.equal(await works(shares[1], 100), 100);
  assert.equal(await works(shares[0], 10_000), 200);
  assert.equal(await works(shares[1], 10_000), 200);
});

test('a place that has finished leaves its time to the others', async (t) => {
  const { shares, works } = sharesOf(t, 2);
  await works(shares[0], 50);
  shares[0]?.end();
  assert.equal(await works(shares[1], 10_000), 550);
});

test('an interrupt ends every share', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const interrupt = new AbortController();
  const shares = shareTime(600_000, [1, 2], interrupt.signal);
  interrupt.abort();
  assert.deepEqual(
    shares.map(([, share]) => share.signal.aborted),
    [true, true],
  );
});
