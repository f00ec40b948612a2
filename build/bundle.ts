import { rm, stat } from 'node:fs/promises';
import { build, type Plugin } from 'esbuild';

/**
 * Makes dist/: main.js, its commands as chunks that are loaded when they are
 * called, and the zip thread. Everything that runs is in it; node_modules is not
 * needed beside it.
 */
const unused = /^(undici|socks)$|^\.\/gen\/index\.js$/;

/**
 * The client library is used for kubeconfigs, credentials and TLS alone. Its
 * generated API (most of its 62 MB) and undici, its way of sending requests, are
 * reached by code that is never called; they are replaced by nothing.
 */
const withoutUnused: Plugin = {
  name: 'without-unused',
  setup(setup) {
    setup.onResolve({ filter: unused }, ({ path, importer }) =>
      importer.includes('@kubernetes/client-node') ? { path, namespace: 'unused' } : null,
    );
    setup.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({
      contents:
        'const nothing = undefined; export { nothing as Agent, nothing as ProxyAgent, nothing as SocksClient, nothing as ServerConfiguration, nothing as createConfiguration };',
    }));
  },
};

await rm('dist', { recursive: true, force: true });
const result = await build({
  entryPoints: { main: 'src/main.ts', 'zip-thread': 'src/archive/zip-thread.ts' },
  outdir: 'dist',
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
  plugins: [withoutUnused],
});
const sizes = await Promise.all(
  Object.keys(result.metafile.outputs)
    .filter((file) => file.endsWith('.js'))
    .map(async (file) => (await stat(file)).size),
);
process.stdout.write(
  `dist: ${sizes.length} files, ${Math.round(sizes.reduce((a, b) => a + b, 0) / 1024)} KiB of JavaScript\n`,
);
