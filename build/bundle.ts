import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { bundledPackages, thirdPartyText } from './third-party.ts';
import { withoutUnused } from './unused.ts';

/** The pages read their style and script from files beside their sources; the bundle has the texts instead. */
const withAssets: Plugin = {
  name: 'with-assets',
  setup(setup) {
    setup.onLoad({ filter: /\/output\/page\/assets\.ts$/ }, async ({ path }) => {
      const assets = Object.entries<unknown>(await import(pathToFileURL(path).href));
      return {
        contents: assets.map(([name, text]) => `export const ${name} = ${JSON.stringify(text)};`).join('\n'),
      };
    });
  },
};

/** What every command needs, and what `list` needs, which most commands need, too. */
const COMMON = ['command-line.ts', 'config.ts', 'output/print/log.ts', 'commands/list.ts'];

/**
 * Puts these modules into one file. Node.js takes about a millisecond to find and load each file, and esbuild makes a file
 * of each set of modules that the same commands need: `list` alone would load fifty. So each module that is loaded on
 * demand imports the common ones, too.
 */
function withCommonFile(sources: string): Plugin {
  const onDemand = {};
  const imports = COMMON.map((file) => `import ${JSON.stringify(join(sources, file))};`).join('');
  return {
    name: 'with-common-file',
    setup(setup) {
      setup.onResolve({ filter: /^\.\.?\// }, ({ kind, path, resolveDir }) =>
        kind === 'dynamic-import' && resolveDir.startsWith(sources)
          ? { path: join(resolveDir, path), pluginData: onDemand }
          : null,
      );
      setup.onLoad({ filter: /\.ts$/ }, async ({ path, pluginData }) =>
        pluginData === onDemand
          ? { contents: `${await readFile(path, 'utf8')}\n${imports}`, loader: 'ts' }
          : null,
      );
    },
  };
}

/** The list of bundled packages and their licences, in dist/. */
export const THIRD_PARTY = 'THIRD-PARTY.txt';

/** Milliseconds for which a replaced build stays. */
const REPLACED_STAYS = 24 * 60 * 60 * 1000;

interface BuiltFile {
  readonly name: string;
  readonly contents: Uint8Array;
}

/**
 * Makes `dist/` of the project in `root`: `dist/BUILD/` with main.js, its commands as chunks that are loaded when they
 * are called, the zip thread and the process that compares; and `dist/main.js`, which loads that one. Everything that
 * runs is in it; node_modules is not needed beside it.
 *
 * A program that runs already is not disturbed: a new build gets a directory of its own, named by its content, and
 * dist/main.js is replaced in one step. The build before stays for a day, since a program that was started from it
 * loads its commands later.
 *
 * @returns the number of JavaScript files and their bytes
 */
export async function bundle(root: string): Promise<{ files: number; bytes: number }> {
  const dist = join(root, 'dist');
  const { files, thirdParty } = await compile(root);
  const scripts = files.filter(({ name }) => name.endsWith('.js'));
  const entry = scripts.find(({ name }) => name === 'main.js');
  if (entry === undefined) throw new Error('the build made no main.js');
  const id = idOf(files);
  const main = join(dist, 'main.js');
  const [shebang = ''] = Buffer.from(entry.contents).toString('utf8').split('\n', 1);

  await mkdir(dist, { recursive: true });
  await writeBuild(join(dist, id), files);
  await replaceFile(join(dist, THIRD_PARTY), thirdParty, 0o644);
  const replaced = await buildOf(main);
  await replaceFile(main, `${shebang}\nimport './${id}/main.js';\n`, 0o755);
  if (replaced !== null && replaced !== id) await markReplaced(join(dist, replaced));
  await removeOld(dist, ['main.js', THIRD_PARTY, id]);
  return { files: scripts.length, bytes: scripts.reduce((sum, { contents }) => sum + contents.length, 0) };
}

async function compile(root: string): Promise<{ files: readonly BuiltFile[]; thirdParty: string }> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: {
      main: 'src/main.ts',
      'zip-thread': 'src/archive/writing/zip-thread.ts',
      'comparison-process': 'src/comparison/comparison-process.ts',
    },
    // As deep as the place where the files will lie, for the paths in source maps.
    outdir: 'dist/build',
    write: false,
    bundle: true,
    splitting: true,
    chunkNames: '[name]-[hash]',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'linked',
    metafile: true,
    // Packages in CommonJS ask for Node's modules through require().
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
    plugins: [withoutUnused, withAssets, withCommonFile(join(root, 'src'))],
  });
  return {
    files: outputFiles.map(({ path, contents }) => ({ name: basename(path), contents })),
    thirdParty: thirdPartyText(bundledPackages(metafile, root)),
  };
}

/** The same files have the same name. */
function idOf(files: readonly BuiltFile[]): string {
  const hash = createHash('sha256');
  for (const { name, contents } of files) hash.update(`${name} ${contents.length}\n`).update(contents);
  return hash.digest('hex').slice(0, 16);
}

/** Writes a build beside its place and renames it: it is there whole, or not at all. */
async function writeBuild(directory: string, files: readonly BuiltFile[]): Promise<void> {
  const staging = `${directory}.${process.pid}.partial`;
  await mkdir(staging, { recursive: true });
  for (const { name, contents } of files) await writeFile(join(staging, name), contents);
  try {
    await rename(staging, directory);
  } catch (error) {
    await rm(staging, { recursive: true });
    // Built before, or by another process just now.
    if (!(error instanceof Error && 'code' in error && /^(ENOTEMPTY|EEXIST)$/.test(String(error.code))))
      throw error;
  }
}

async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  const staging = join(dirname(file), `${basename(file)}.${process.pid}.partial`);
  await writeFile(staging, text);
  await chmod(staging, mode);
  await rename(staging, file);
}

/** Which build a dist/main.js loads; null where there is none. */
async function buildOf(main: string): Promise<string | null> {
  const text = await readFile(main, 'utf8').catch(() => '');
  return /^import '\.\/([0-9a-f]+)\/main\.js';$/m.exec(text)?.[1] ?? null;
}

async function markReplaced(directory: string): Promise<void> {
  const now = new Date();
  await utimes(directory, now, now).catch(() => {
    // Somebody has removed it by hand.
  });
}

async function removeOld(dist: string, current: readonly string[]): Promise<void> {
  for (const name of await readdir(dist)) {
    if (current.includes(name)) continue;
    const path = join(dist, name);
    // What is gone by now was the partial file of another build.
    const { mtimeMs = Date.now() } = (await stat(path).catch(() => null)) ?? {};
    if (Date.now() - mtimeMs > REPLACED_STAYS) await rm(path, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { files, bytes } = await bundle(fileURLToPath(new URL('..', import.meta.url)));
  process.stdout.write(`dist: ${files} files, ${Math.round(bytes / 1024)} KiB of JavaScript\n`);
}
