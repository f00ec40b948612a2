import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { processTemplate } from './process.ts';
import { readTemplate, TEMPLATES } from './read-template.ts';

const STAND_IN = fileURLToPath(new URL('./oc', import.meta.url));
const PARAMETERS = {
  cluster: [{ IMAGE: 'a/b:1' }, { IMAGE: 'a/b:1', STORAGE_CLASS: 'nfs', BACKUP_SECRETS: 'false' }],
  projects: [{ IMAGE: 'a/b:1', NAMESPACE: 'a', PROJECTS: 'a,b', PROJECT: 'b', STORAGE_CLASS: '' }],
};

/** Whether there is an oc that is not our stand-in, which knows no --help. */
function hasOc(): boolean {
  try {
    execFileSync('oc', ['process', '--help'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function processWith(program: string, path: string, parameters: Record<string, string>) {
  const words = Object.entries(parameters).flatMap(([name, value]) => ['-p', `${name}=${value}`]);
  const { stdout } = await promisify(execFile)(program, [
    'process',
    '--local',
    '-f',
    path,
    '-o',
    'json',
    ...words,
  ]);
  return JSON.parse(stdout);
}

/** The objects of our templates are the same, whoever processes them. */
async function processesAsWeDo(program: string): Promise<void> {
  for (const name of ['cluster', 'projects'] as const) {
    for (const parameters of PARAMETERS[name]) {
      const { items } = await processWith(program, TEMPLATES[name], parameters);
      assert.deepEqual(items, processTemplate(readTemplate(TEMPLATES[name]), parameters).objects);
    }
  }
}

test(
  'oc process --local makes the same of our templates as our processor',
  {
    skip: !hasOc() && 'there is no oc on the PATH to compare with',
  },
  () => processesAsWeDo('oc'),
);

describe('the stand-in for oc', () => {
  test('processes', () => processesAsWeDo(STAND_IN));

  const refused = (...words: string[]) => promisify(execFile)(STAND_IN, ['process', ...words]);
  test('refuses what is wrong, in a line, with exit code 1', async () => {
    const file = ['-f', TEMPLATES.cluster];
    await assert.rejects(refused(...file, '-p', 'IMAG=x'), {
      code: 1,
      stderr: /unknown parameter name "IMAG"\n$/,
    });
    await assert.rejects(refused(...file), { code: 1, stderr: /parameter IMAGE is required/ });
    await assert.rejects(refused(...file, 'NAME=a', '-p', 'NAME=b'), { stderr: /more than once: NAME/ });
    await assert.rejects(refused(...file, '--raw'), { code: 1, stderr: /Unknown option '--raw'/ });
    await assert.rejects(refused('stored'), { code: 1, stderr: /-f FILE is missing/ });
  });

  test('makes kubectl commands of those that only oc has, and hands on the others', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'kubectl-'));
    await writeFile(join(directory, 'kubectl'), '#!/bin/sh\nprintf "%s\\n" "$*"\n', { mode: 0o755 });
    const env = { ...process.env, PATH: `${directory}:${process.env.PATH}` };
    const told = async (...words: string[]) => (await promisify(execFile)(STAND_IN, words, { env })).stdout;
    try {
      assert.equal(await told('new-project', 'a', '--skip-config-write'), 'create namespace a\n');
      assert.equal(
        await told('new-project', 'a'),
        'create namespace a\nconfig set-context --current --namespace a\n',
      );
      assert.equal(await told('project', 'a'), 'config set-context --current --namespace a\n');
      assert.equal(await told('get', 'project', 'a'), 'get namespaces a\n');
      assert.equal(await told('-n', 'a', 'exec', 'deploy/x', '--', 'y z'), '-n a exec deploy/x -- y z\n');
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
