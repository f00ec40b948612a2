import type { Plugin } from 'esbuild';

/** Modules that a package imports, and that the bundle does without, since nothing calls what needs them. */
interface Unused {
  readonly importer: string;
  readonly why: string;
  /** Of each module the names that are imported; the build fails where an update imports others. */
  readonly modules: Readonly<Record<string, readonly string[]>>;
}

/** What is left out of the bundle. */
export const UNUSED: readonly Unused[] = [
  {
    importer: '@kubernetes/client-node',
    why: 'it is used for kubeconfigs, credentials and TLS alone; requests are our own (cluster/transport.ts)',
    modules: {
      undici: ['Agent', 'ProxyAgent'],
      socks: ['SocksClient'],
      './gen/index.js': ['createConfiguration', 'ServerConfiguration'],
    },
  },
  {
    importer: 'archiver',
    why: 'it is used to write zips of bytes; it reads no files and folders, and writes no tar',
    modules: { lazystream: ['Readable'], 'readdir-glob': ['default'], 'tar-stream': ['default'] },
  },
  {
    importer: '@azure/storage-blob',
    why: 'listings are asked for in XML, its default; the parser of the other format brings Apache Arrow along',
    modules: { './utils/blobListArrowParser.js': ['parseBlobListArrowResponse'] },
  },
];

/** An esbuild plugin that puts a stub in the place of each unused module. A stub that is called throws. */
export const withoutUnused: Plugin = {
  name: 'without-unused',
  setup(setup) {
    for (const { importer, modules } of UNUSED) {
      for (const [module, names] of Object.entries(modules)) {
        const filter = new RegExp(`^${module.replaceAll('.', '\\.')}$`);
        setup.onResolve({ filter }, ({ path, importer: file }) =>
          file.includes(`node_modules/${importer}/`)
            ? { path: `${importer} ${path}`, namespace: 'unused', pluginData: { module, names } }
            : null,
        );
      }
    }
    setup.onLoad({ filter: /.*/, namespace: 'unused' }, ({ path, pluginData }) => ({
      contents: stub(path, pluginData.names),
    }));
  },
};

function stub(path: string, names: readonly string[]): string {
  const lines = names.map((name) =>
    name === 'default' ? 'export default unused;' : `export { unused as ${name} };`,
  );
  const message = JSON.stringify(`${path} is not in this build`);
  return [`function unused() { throw new Error(${message}); }`, ...lines, 'export {};'].join('\n');
}
