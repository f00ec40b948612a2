import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completion } from '../../src/commands/completion.ts';
import { SCRIPTS, SHELLS } from '../../src/completion/scripts.ts';
import { contextOf } from './context.ts';

for (const shell of SHELLS) {
  test(`prints the script of ${shell}`, async () => {
    const { context, text } = contextOf(['completion', shell]);
    assert.equal(await completion(context), 'done');
    assert.equal(text(), SCRIPTS[shell]);
  });
}

test('other shells are wrong usage', async () => {
  for (const words of [[], ['tcsh'], ['bash', 'zsh']]) {
    const run = completion(contextOf(['completion', ...words]).context);
    await assert.rejects(run, { hint: 'openshift-backup completion bash|zsh|fish', ending: 'usage' });
  }
});
