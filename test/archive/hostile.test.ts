import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { constants, crc32, deflateRawSync } from 'node:zlib';
import type { Run } from '../../src/commands/context.ts';
import { extract } from '../../src/commands/extract.ts';
import { show } from '../../src/commands/show.ts';
import { verify } from '../../src/commands/verify.ts';
import { Failure } from '../../src/words/failure.ts';
import { contextOf } from '../commands/context.ts';
import { PROGRAM } from '../support/program.ts';
import {
  listJson,
  objectJson,
  sampleEntries,
  sampleFiles,
  sampleManifest,
  temporaryFolder,
} from './sample.ts';
import { type MadeEntry, makeZip } from './zip-maker.ts';

// Archives come from outside, so each may be hostile. What could fill memory or take forever is given to the program
// as it runs, with a heap smaller than the content and a limit of its processor time, which a busy machine does not use
// up. What is refused by its form is given to the same commands in this process, which saves a hundred starts.

/** Seconds of processor time, and then of waiting for it, until a command is killed. */
const MOST_PROCESSOR_TIME = 20;
const LONGEST_WAIT = 300;
const MIB = 1024 * 1024;

const MOST_MEMORY = 640 * MIB;
/** Writes the most memory that the process ever had, in KiB, as the last line of stderr. */
const TELL_PEAK =
  'data:text/javascript,import{readFileSync}from"node:fs";process.on("exit",()=>process.stderr.write("\\npeak "+/VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status","utf8"))[1]))';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const LIMITED = `ulimit -t ${MOST_PROCESSOR_TIME}; exec "$0" "$@"`;

function run(words: readonly string[], cwd: string): Promise<Ended> {
  const node = ['--max-old-space-size=256', '--import', TELL_PEAK, PROGRAM, ...words, '--log-format', 'text'];
  return new Promise((resolve) => {
    const options = { cwd, timeout: LONGEST_WAIT * 1000, killSignal: 'SIGKILL', maxBuffer: 4 * MIB } as const;
    const child = execFile(
      '/bin/sh',
      ['-c', LIMITED, process.execPath, ...node],
      options,
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

type Ways = ReadonlyArray<readonly string[]>;

/** Reads an archive in several ways, each in a process with limits: each must end with 4 and a message. */
async function attacked(test: TestContext, bytes: Buffer, ways: Ways, expected: RegExp): Promise<void> {
  await inEachWay(test, bytes, ways, async (words, folder) => {
    const { code, stdout, stderr } = await run(words, folder);
    const output = `${words.join(' ')}: ${code}\n${stderr.slice(0, 500)}${stdout.slice(0, 500)}`;
    assert.equal(code, 4, output);
    assert.match(stdout + stderr, expected, output);
    assert.doesNotMatch(stderr, /This should not happen|at .*\.[jt]s:\d+/, output);
    assert.ok(Number(/peak (\d+)$/.exec(stderr)?.[1]) * 1024 < MOST_MEMORY, output);
  });
}

/** The same in this process, for archives that no limit is needed for. */
async function refused(test: TestContext, bytes: Buffer, ways: Ways, expected: RegExp): Promise<void> {
  await inEachWay(test, bytes, ways, async ([command = '', archive = '', ...words], folder) => {
    const paths = words.map((word) => (word === 'out' ? join(folder, word) : word));
    const { context, text } = contextOf([command, join(folder, archive), ...paths]);
    const ending = await COMMANDS[command]?.(context).catch((error: unknown) => {
      // Anything else would be reported as a defect, with its stack.
      assert.ok(error instanceof Failure, String(error));
      context.print(error.message);
      return error.ending;
    });
    assert.equal(ending, 'failed', text().slice(0, 500));
    assert.match(text(), expected);
  });
}

const COMMANDS: Readonly<Record<string, Run>> = { extract, show, verify };

/** Nothing may be written, neither beside the archive nor elsewhere. */
async function inEachWay(
  test: TestContext,
  bytes: Buffer,
  ways: Ways,
  attack: (words: readonly string[], folder: string) => Promise<void>,
): Promise<void> {
  const inOne = async ([command = '', ...words]: readonly string[]) => {
    const folder = temporaryFolder(test);
    writeFileSync(join(folder, 'evil.zip'), bytes);
    await attack([command, './evil.zip', ...words], folder);
    assert.deepEqual(readdirSync(folder), ['evil.zip'], `${command} ${words.join(' ')}`);
  };
  await Promise.all(ways.map(inOne));
  assert.ok(!existsSync('/tmp/evil-outside'));
}

const EVERY = [
  ['verify'],
  ['show', 'web/secrets/key', '-o', 'yaml'],
  ['extract', 'web', '--to', 'out'],
] as const;
const VERIFY = [['verify']] as const;

/** Deflate data of the same megabyte over and over, which costs a kilobyte each. */
function deflatedOften(megabyte: Buffer, times: number): Buffer {
  const piece = deflateRawSync(megabyte, { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([...Array.from({ length: times }, () => piece), deflateRawSync(Buffer.alloc(0))]);
}

/** An entry of `times` MiB: what it claims may be the truth or not. */
function bomb(name: string, megabyte: Buffer, times: number, claimed = times * MIB): MadeEntry {
  let crc = 0;
  for (let at = 0; at < times; at += 1) crc = crc32(megabyte, crc);
  return { name, content: deflatedOften(megabyte, times), stored: true, method: 8, crc, size: claimed };
}

const others = (name: string) => sampleEntries().filter((entry) => entry.name !== name);
const spaces = Buffer.alloc(MIB, ' ');
/** A file of one item that goes on over megabytes. */
const filled = (piece: string) => Buffer.alloc(MIB, piece);

test('names that lead out of the archive, whoever made them', async (t) => {
  for (const name of ['../evil', '/tmp/evil-outside', 'web/../../evil', 'C:/evil', 'web\\..\\..\\evil']) {
    await refused(t, makeZip([{ name, content: '{}' }, ...sampleEntries()]), EVERY, /evil\.zip/);
  }
});

test('links, encryption, and methods that nobody knows', async (t) => {
  const link: MadeEntry = { name: 'web/pods.json', content: '/tmp/evil-outside', mode: 0o120777 };
  await refused(t, makeZip([link, ...sampleEntries()]), EVERY, /is a link/);
  await refused(
    t,
    makeZip([{ name: 'web/pods.json', content: 'x', flags: 1 }, ...sampleEntries()]),
    EVERY,
    /is encrypted/,
  );
  await refused(
    t,
    makeZip([{ name: 'web/pods.json', content: 'x', method: 99 }, ...sampleEntries()]),
    EVERY,
    /method 99/,
  );
});

test('names that are there twice, or are one on volumes that do not tell them apart', async (t) => {
  const secrets: MadeEntry = { name: 'web/secrets.json', content: '{}' };
  await refused(t, makeZip([secrets, ...sampleEntries()]), EVERY, /occurs twice/);
  for (const name of ['web/SECRETS.json', 'WEB/secrets.json', 'web/\uff53ecrets.json']) {
    await refused(
      t,
      makeZip([{ name, content: '{}', flags: 0x800 }, ...sampleEntries()]),
      EVERY,
      /are the same file on some volumes/,
    );
  }
  await refused(
    t,
    makeZip([{ name: 'web', content: '{}' }, ...sampleEntries()]),
    EVERY,
    /is both a file and a folder/,
  );
});

test('a manifest of a gigabyte, declared or not', async (t) => {
  const ways = [...EVERY, ['show']] as const;
  const declared = bomb('manifest.json', spaces, 1024);
  await attacked(
    t,
    makeZip([...others('manifest.json'), declared]),
    ways,
    /manifest\.json.*more than the limit of 16777216/,
  );
  const undeclared = bomb('manifest.json', spaces, 1024, 4096);
  await attacked(
    t,
    makeZip([...others('manifest.json'), undeclared]),
    ways,
    /manifest\.json at offset \d+: /,
  );
});

test('a manifest of millions of objects', async (t) => {
  const ways = [['verify'], ['show']] as const;
  for (const content of [
    `[${'{},'.repeat(5_000_000)}{}]`,
    `${'['.repeat(8_000_000)}${']'.repeat(8_000_000)}`,
  ]) {
    const manifest = { name: 'manifest.json', content };
    await attacked(
      t,
      makeZip([...others('manifest.json'), manifest]),
      ways,
      /more than 1000000 objects and lists/,
    );
  }
});

test('a manifest of a hundred thousand levels', async (t) => {
  for (const piece of ['[', '{"__proto__":']) {
    const manifest = { name: 'manifest.json', content: `${piece.repeat(100_000)}1` };
    await refused(
      t,
      makeZip([...others('manifest.json'), manifest]),
      [...EVERY, ['show']],
      /manifest\.json.* is not valid JSON|is not an object/,
    );
  }
});

test('a manifest of wrong types', async (t) => {
  for (const wrong of [
    { resourceTypes: {} },
    { projects: [null] },
    { totals: { ...sampleManifest().totals, objects: '1' } },
    { complete: 'yes' },
  ]) {
    const entries = sampleEntries(sampleFiles(), { ...sampleManifest(), ...wrong });
    await refused(
      t,
      makeZip(entries),
      [...EVERY, ['show']],
      /manifest\.json: \w+(\[0\]|\.\w+)? is (n|missing)/,
    );
  }
});

test('objects of a hundred thousand levels', async (t) => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"__proto__":', '}'],
    ['{"a":[', ']}'],
  ] as const) {
    const deep = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
    for (const item of [deep, objectJson('Secret', 'key').replace('"name"', `"x": ${deep}, "name"`)]) {
      const files = sampleFiles().set('web/secrets.json', listJson([item]));
      const ways = [['verify'], ['show', 'web/secrets/key'], ['show', 'web/secrets', '-o', 'yaml']] as const;
      await refused(t, makeZip(sampleEntries(files)), ways, /not valid JSON/);
    }
  }
});

test('files of a gigabyte that cost a megabyte', async (t) => {
  for (const piece of ['[', '{}', '0,', '[],', '{"":', '\n', '"a",']) {
    const begun = bomb('web/pods.json', filled(piece), 256);
    const bytes = makeZip([begun, ...sampleEntries()]);
    await attacked(t, bytes, VERIFY, /web\/pods\.json: (has |is not valid)/);
  }
});

test('items without end, and more than any file has', async (t) => {
  const head = Buffer.from('{"apiVersion":"v1","kind":"List","items":[');
  for (const piece of ['[', '{', '{},', '[[],[],', '0,', '"a","b",', '1.5,']) {
    const content = Buffer.concat([
      head,
      Buffer.from(piece === '{},' ? '{"a":[' : ''),
      Buffer.alloc(70 * MIB, piece),
    ]);
    const bytes = makeZip([{ name: 'web/pods.json', content }, ...sampleEntries()]);
    await attacked(t, bytes, VERIFY, /web\/pods\.json: (has |items\[0\] is)/);
  }
});

test('a Secret that is larger than any is not parsed for its mask', async (t) => {
  const content = listJson([
    objectJson('Secret', 'key').replace('"name"', `"x": [${'{},'.repeat(10_000_000)}{}], "name"`),
  ]);
  const files = sampleFiles().set('web/secrets.json', content);
  await attacked(
    t,
    makeZip(sampleEntries(files)),
    [
      ['show', 'web/secrets/key'],
      ['show', 'web/secrets', '-o', 'yaml'],
    ],
    /too large to be masked/,
  );
});

test('an archive in an archive is a foreign file, and stays closed', async (t) => {
  const nested = makeZip([bomb('a.json', spaces, 64)]);
  await refused(
    t,
    makeZip([{ name: 'web/nested.zip', content: nested }, ...sampleEntries()]),
    VERIFY,
    /web\/nested\.zip is no type file/,
  );
});

test('sizes and offsets that lie, in the Zip64 form too', async (t) => {
  for (const zip64 of [false, true]) {
    for (const lie of [{ size: 3 }, { size: 0x7fffffff }, { shift: 7 }, { shift: 1e9 }]) {
      const entry: MadeEntry = { name: 'web/secrets.json', content: '{"apiVersion":"v1"}', zip64, ...lie };
      const bytes = makeZip([...others('web/secrets.json'), entry], { zip64 });
      await refused(
        t,
        bytes,
        [['verify'], ['show', 'web/secrets'], ['extract', 'web', '--to', 'out']],
        /secrets\.json/,
      );
    }
  }
});

test('a Zip64 end that claims what cannot be', async (t) => {
  const whole = makeZip(sampleEntries(), { zip64: true });
  const [record, locator] = [whole.lastIndexOf('PK\x06\x06'), whole.lastIndexOf('PK\x06\x07')];
  for (const [at, value] of [
    [record + 32, 2n ** 40n],
    [record + 32, 2n ** 64n - 1n],
    [record + 48, 2n ** 63n],
    [record + 48, 10_000_000n],
    [record + 48, 1n],
    [locator + 8, 2n ** 63n],
    [locator + 8, 0n],
    [locator + 8, BigInt(whole.length)],
  ] as const) {
    const lying = Buffer.from(whole);
    lying.writeBigUInt64LE(value, at);
    await refused(t, lying, [['extract', 'web', '--to', 'out']], /evil\.zip/);
  }
});

test('an archive that is cut off anywhere', async (t) => {
  const whole = makeZip(sampleEntries());
  const end = whole.lastIndexOf('PK\x05\x06');
  const record = whole.indexOf('PK\x01\x02');
  // Nothing, a local header, data, a record of the directory, between two, before the end, in it, its last byte.
  for (const at of [0, 10, 60, record + 20, end - 1, end, end + 10, whole.length - 1]) {
    await refused(t, whole.subarray(0, at), [['verify'], ['extract', 'web', '--to', 'out']], /evil\.zip/);
  }
});
