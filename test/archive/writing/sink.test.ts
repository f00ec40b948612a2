import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Batch, type BatchSource, Sink } from '../../../src/archive/writing/sink.ts';
import type { Parts } from '../../../src/archive/writing/zip-thread.ts';

const USUAL = 16;

/** Buffers of 16 bytes; puts the files together as the thread does, and keeps count of what is about. */
class Source implements BatchSource {
  readonly files = new Map<string, string>();
  readonly ended: string[] = [];
  readonly sizes: number[] = [];
  /** Batches that sinks hold, and have not sent or given back. */
  out = 0;
  #waiting: Array<() => void> | null = null;

  take(): Promise<Batch> {
    const gate = this.#waiting;
    const batch = () => this.takeLarge(USUAL);
    return gate === null
      ? Promise.resolve(batch())
      : new Promise((resolve) => gate.push(() => resolve(batch())));
  }

  takeLarge(bytes: number): Batch {
    this.out++;
    this.sizes.push(bytes);
    return { id: this.sizes.length, bytes: Buffer.alloc(bytes) };
  }

  giveBack(): void {
    this.out--;
  }

  send(_sink: number, _group: number, batch: Batch, { paths, ends, continues }: Parts): void {
    this.out--;
    for (const [index, path] of paths.entries()) {
      const text = batch.bytes.toString('utf8', ends[index - 1] ?? 0, ends[index]);
      this.files.set(path, (this.files.get(path) ?? '') + text);
      if (index < paths.length - 1 || !continues) this.ended.push(path);
    }
  }

  /** From now on take() waits; call what this returns to let everybody go on. */
  block(): () => void {
    const waiting: Array<() => void> = [];
    this.#waiting = waiting;
    return () => {
      this.#waiting = null;
      for (const go of waiting) go();
    };
  }
}

test('files go one after the other, over as many buffers as they need', async () => {
  const source = new Source();
  const sink = await Sink.open(1, 0, source);
  const sizes = [];
  for (const [path, pieces] of [
    ['a', ['one']],
    ['b', ['eleven byte', 'and eleven ', 'and eleven ']],
    ['c', ['x']],
  ] as const) {
    sink.begin(path);
    for (const piece of pieces) await sink.write(Buffer.from(piece));
    sizes.push(sink.end());
  }
  sink.close();
  assert.deepEqual(sizes, [3, 33, 1]);
  assert.deepEqual(Object.fromEntries(source.files), {
    a: 'one',
    b: 'eleven byteand eleven and eleven ',
    c: 'x',
  });
  assert.deepEqual(source.ended, ['a', 'b', 'c']);
  assert.equal(source.out, 0);
});

test('what fits into no buffer gets a larger one, and the next is of the usual size again', async () => {
  const source = new Source();
  const sink = await Sink.open(1, 0, source);
  sink.begin('a');
  await sink.write(Buffer.from('x'));
  await sink.write(Buffer.alloc(60, 'y'));
  await sink.write(Buffer.from('zzzzz'));
  assert.equal(sink.end(), 66);
  sink.close();
  assert.deepEqual(source.sizes, [16, 16, 32, 64, 16]);
  assert.equal(source.files.get('a'), `x${'y'.repeat(60)}zzzzz`);
  assert.equal(source.out, 0);
});

test('a sink that wrote nothing gives its buffer back', async () => {
  const source = new Source();
  (await Sink.open(1, 0, source)).close();
  assert.equal(source.out, 0);
  assert.equal(source.files.size, 0);
});

test('a discarded sink sends nothing more', async () => {
  const source = new Source();
  const sink = await Sink.open(1, 0, source);
  sink.begin('a');
  await sink.write(Buffer.from('abc'));
  sink.discard();
  assert.equal(source.out, 0);
  assert.equal(source.files.size, 0);
});

test('a sink that is discarded while it waits gives back what it waited for, once, and refuses to go on', async () => {
  const source = new Source();
  const sink = await Sink.open(1, 0, source);
  sink.begin('a');
  await sink.write(Buffer.from('abc'));
  const release = source.block();
  const room = sink.makeRoom();
  sink.discard();
  assert.equal(source.out, 0, 'the buffer that was sent is the thread’s');
  release();
  await assert.rejects(room, /discarded while it waited/);
  assert.equal(source.out, 0);
});
