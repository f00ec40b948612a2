import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { peakMemory, peakMemoryWithoutFiles } from '../../src/disk/peak-memory.ts';

const MIB = 1024 * 1024;
const HELD = 300 * MIB;
const SOURCE = new URL('../../src/disk/peak-memory.ts', import.meta.url).href;

test('the peak has what is held now', () => {
  const held = Buffer.alloc(HELD, 1);
  assert.ok(peakMemory() > held.length);
});

test('the peak of a process leaves out what the process held that started it', () => {
  const held = Buffer.alloc(HELD, 1);
  const program = `import { peakMemory } from '${SOURCE}'; console.log(peakMemory());`;
  const peak = Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }),
  );
  assert.ok(peak > 10 * MIB && peak < held.length, `${peak}`);
});

test('without mapped files, the peak has what is held, but not the program text of Node.js', () => {
  const held = Buffer.alloc(HELD, 1);
  const peak = peakMemoryWithoutFiles();
  assert.ok(peak > held.length, `${peak}`);
  assert.ok(peak < peakMemory() - 10 * MIB, `${peak} of ${peakMemory()}`);
});
