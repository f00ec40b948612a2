import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundle, THIRD_PARTY } from '../../build/bundle.ts';
import { SCRIPT, STYLE } from '../../src/output/page/assets.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { object, writeArchive } from '../comparison/archives.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DAY = 24 * 60 * 60 * 1000;
const run = promisify(execFile);

describe('npm run build', () => {
  const root = mkdtempSync(join(tmpdir(), 'openshift-backup-build-'));
  const dist = join(root, 'dist');
  const main = join(dist, 'main.js');
  const command = join(root, 'src/commands/backup.ts');
  const source = readFileSync(join(ROOT, 'src/commands/backup.ts'), 'utf8');
  const builds = () => readdirSync(dist).filter((name) => name !== 'main.js' && name !== THIRD_PARTY);

  /** Builds a program whose backup says its mark on stderr when it is loaded; returns the new directory in dist/. */
  async function build(mark: string): Promise<string> {
    await writeFile(command, `${source}\nprocess.stderr.write('mark ${mark}\\n');\n`);
    await bundle(root);
    return /[0-9a-f]{16}/.exec(readFileSync(main, 'utf8'))?.[0] ?? '';
  }

  before(() => {
    for (const part of ['src', 'package.json'])
      cpSync(join(ROOT, part), join(root, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  });
  after(() => rmSync(root, { recursive: true }));

  it('makes a program that runs by its first line; the same sources make the same build', async () => {
    const first = await build('one');
    assert.match((await run(main, ['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
    assert.deepEqual(builds(), [first]);
    assert.equal(await build('one'), first);
    assert.deepEqual(builds(), [first]);
  });

  it('leaves a program that was started before to load its command from the build that it belongs to', async () => {
    await build('before');
    // The program reads its options before it loads its command, and this one waits for its filter.
    const filter = join(root, 'filter');
    await run('mkfifo', [filter]);
    const env = { ...process.env, KUBECONFIG: join(root, 'none') };
    const running = spawn(main, ['backup', '--filter', `@${filter}`, '--volume', root], { env });
    const closed = new Promise((resolve) => running.on('close', resolve));
    const said = text(running.stderr);
    // A pipe can be opened for writing when somebody has opened it for reading.
    const pipe = await open(filter, 'w');
    await build('after');
    await pipe.writeFile('.');
    await pipe.close();
    await closed;
    assert.match(await said, /^mark before$/m);
    const later = await run(main, ['backup', '--volume', root], { env }).catch((error) => error);
    assert.match(later.stderr, /^mark after$/m);
  });

  it('replaces dist/main.js in one step: it is there, with its build, at every moment', async () => {
    let looks = 0;
    let building = true;
    const missing: string[] = [];
    const look = () => {
      const [, id = ''] =
        /'\.\/(\w+)\/main\.js'/.exec(existsSync(main) ? readFileSync(main, 'utf8') : '') ?? [];
      if (!existsSync(join(dist, id, 'main.js')) || id === '') missing.push(id);
      looks += 1;
      if (building) setImmediate(look);
    };
    look();
    try {
      await build('another');
    } finally {
      building = false;
    }
    assert.deepEqual(missing, []);
    assert(looks > 10, `${looks} looks`);
  });

  it('leaves everything as it was where the sources do not compile', async () => {
    const [id, main0, there] = [await build('good'), readFileSync(main, 'utf8'), builds()];
    await writeFile(command, `${source}\n}`);
    await assert.rejects(bundle(root), /Unexpected "}"/);
    assert.equal(readFileSync(main, 'utf8'), main0);
    assert.deepEqual(builds(), there);
    assert(there.includes(id));
  });

  it('puts what list needs into few files, since each takes time to find and load', async () => {
    const directory = join(dist, await build('few'));
    const loaded = new Set<string>();
    const load = (file: string) => {
      if (loaded.has(file)) return;
      loaded.add(file);
      const source = readFileSync(join(directory, file), 'utf8');
      for (const [, own = ''] of source.matchAll(/^(?:import|export)\b[^"]*"\.\/([^"]+)";/gm)) load(own);
    };
    load('main.js');
    for (const file of readdirSync(directory)) if (/^list-\w+\.js$/.test(file)) load(file);
    assert(loaded.size > 3 && loaded.size <= 30, [...loaded].join(' '));
  });

  it('carries the style and the script of the report pages', async (t) => {
    await build('page');
    const folder = temporaryFolder(t);
    const configMap = (value: string) => object('ConfigMap', 'c', { data: { key: value } });
    const [before, after] = [
      await writeArchive(folder, 'a.zip', { 'shop/configmaps.json': [configMap('a')] }),
      await writeArchive(folder, 'b.zip', { 'shop/configmaps.json': [configMap('b')] }),
    ];
    // Something has changed, so it ends with 1.
    const { code, stdout } = await run(main, ['diff', before, after, '-o', 'html']).catch((error) => error);
    assert.equal(code, 1);
    assert(stdout.includes(`<style>${STYLE}</style>`));
    assert(stdout.includes(`<script type="module">${SCRIPT}</script>`));
  });

  it('removes a build a day after it was replaced, and not before', async () => {
    const before = await build('yesterday');
    const long = (name: string) => utimesSync(join(dist, name), new Date(), new Date(Date.now() - 2 * DAY));
    // It is old, but it is the one in use until now.
    long(before);
    const now = await build('today');
    assert(builds().includes(before));
    long(before);
    long(now);
    await build('today');
    assert(!builds().includes(before));
    assert(builds().includes(now));
  });
});
