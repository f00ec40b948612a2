import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonLog } from '../../../src/output/print/json-log.ts';
import { type Log, logsJson, textLog } from '../../../src/output/print/log.ts';

const POD = { KUBERNETES_SERVICE_HOST: '10.0.0.1' };
const READING = ['access', 'list', 'show', 'diff', 'history', 'extract', 'verify', 'restore', 'completion'];

test('commands that run unattended in a pod log JSON', () => {
  for (const command of ['backup', 'prune', 'idle'])
    assert.equal(logsJson({ logFormat: 'auto', command }, false, POD), true, command);
});

test('text is printed on a terminal, outside of a pod, and by every interactive command', () => {
  for (const command of ['backup', 'prune', 'idle']) {
    assert.equal(logsJson({ logFormat: 'auto', command }, true, POD), false, command);
    assert.equal(logsJson({ logFormat: 'auto', command }, false, {}), false, command);
  }
  for (const command of READING)
    assert.equal(logsJson({ logFormat: 'auto', command }, false, POD), false, command);
});

test('--log-format decides the form', () => {
  assert.equal(logsJson({ logFormat: 'json', command: 'show' }, true, {}), true);
  assert.equal(logsJson({ logFormat: 'text', command: 'backup' }, false, POD), false);
});

function written(make: typeof jsonLog, tell: (log: Log) => void): string {
  const lines: string[] = [];
  tell(make('debug', (line) => lines.push(line)));
  return lines.join('');
}

const NAME = 'x\u001b]52;c;YQ==\u0007\u009b2J\u202e\u200b\nerror: forged';

test('a name cannot add lines to the text log, nor control a terminal', () => {
  const text = written(textLog, (log) => log.warn(`no ${NAME}`, { [NAME]: NAME, hint: NAME, list: [NAME] }));
  assert.equal(text.split('\n').length, 3);
  assert.match(text, /^warning: no x\\u001b]52;c;YQ==\\u0007\\u009b2J\\u202e\\u200b\\u000aerror: forged /);
  assert.match(text, /\n {2}→ x\\u001b/);
  assert.doesNotMatch(text, /(?!\n)[\p{Cc}\p{Cf}]/u);
});

test('the lines of a stack trace follow the message', () => {
  const text = written(textLog, (log) =>
    log.error('Please report', { stack: `Error: ${NAME}\n    at a.ts:1` }),
  );
  assert.deepEqual(
    text.split('\n').map((line) => line.replace(/x.*b(?=$)/, 'x')),
    ['error: Please report', '  Error: x', '  error: forged', '      at a.ts:1', ''],
  );
});

test('a message is one line of JSON, with unchanged values', () => {
  const text = written(jsonLog, (log) => log.info(NAME, { type: NAME, tag: '\u{e0041}' }));
  assert.doesNotMatch(text.slice(0, -1), /[\p{Cc}\p{Cf}]/u);
  const { msg, type, tag, level } = JSON.parse(text);
  assert.deepEqual([msg, type, tag, level], [NAME, NAME, '\u{e0041}', 'info']);
});
