import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endFailure } from '../../src/control-plane/control-plane.ts';

/** What etcd prints on a full disk, shortened. */
const FULL = `{"level":"panic","ts":"2026-11-27T18:23:40.755324Z","caller":"etcdserver/bootstrap.go:679","msg":"failed to create WAL","error":"no space left on device","stacktrace":"go.etcd.io/etcd"}
panic: failed to create WAL

goroutine 1 [running]:
go.uber.org/zap.(*Logger).Panic(0x1ab6f68aa80?, {0x1163a8b?, 0x1f?}, {0x1ab6f6f59c0, 0x1, 0x1})
\tgo.uber.org/zap@v1.27.1/logger.go:285 +0x4b
`;

const cases: ReadonlyArray<[what: string, output: string, message: string, hint: RegExp]> = [
  ['a full disk', FULL, 'etcd ended: failed to create WAL: no space left on device', /TMPDIR/],
  [
    'a panic whose log entry is not kept',
    FULL.slice(20),
    'etcd ended: panic: failed to create WAL',
    /--assets/,
  ],
  [
    'a wrong flag',
    'Usage: …\nError: unknown flag: --peers\n',
    'etcd ended: Error: unknown flag: --peers',
    /--assets/,
  ],
  ['nothing', ' \n', 'etcd ended without a message', /memory was short; otherwise check the programs/],
];

for (const [what, output, message, hint] of cases)
  test(`a program that printed ${what}`, () => {
    const failure = endFailure('etcd', output);
    assert.equal(failure.message, message);
    assert.match(failure.hint ?? '', hint);
  });
