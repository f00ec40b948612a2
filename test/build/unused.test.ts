import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { UNUSED, withoutUnused } from '../../build/unused.ts';
import { KubeConfig } from '../../src/cluster/client-library.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const LIBRARY = 'node_modules/@kubernetes/client-node/';

/** The bundle of one module, and the files that are in it. */
async function bundled(contents: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'silent',
    plugins: [withoutUnused],
  });
  return { inputs: Object.keys(metafile.inputs), text: outputFiles[0]?.text ?? '' };
}

describe('what is used of the client library', () => {
  it('is imported by one file', () => {
    const importers = globSync('src/**/*.ts', { cwd: root }).filter((file) =>
      readFileSync(`${root}/${file}`, 'utf8').includes("'@kubernetes/client-node"),
    );
    assert.deepEqual(importers, ['src/cluster/client-library.ts']);
  });

  it('is its module for kubeconfigs, and what that imports', async () => {
    const { inputs } = await bundled("export * from './src/cluster/client-library.ts'");
    assert.deepEqual(
      inputs.filter((file) => file.startsWith(LIBRARY)).map((file) => file.slice(LIBRARY.length)),
      [
        'dist/azure_auth.js',
        'dist/config_types.js',
        'dist/exec_auth.js',
        'dist/file_auth.js',
        'dist/gcp_auth.js',
        'dist/oidc_auth.js',
        'package.json',
        'dist/gen/rxjsStub.js',
        'dist/middleware.js',
        'dist/config.js',
      ],
    );
  });

  it('reads a kubeconfig, finds what its context names, and makes TLS options of it', async () => {
    const config = new KubeConfig();
    config.loadFromString(
      JSON.stringify({
        clusters: [
          {
            name: 'c',
            cluster: {
              server: 'https://127.0.0.1:9',
              'tls-server-name': 'api',
              'proxy-url': 'http://127.0.0.1:8',
              'certificate-authority': 'ca.crt',
            },
          },
        ],
        users: [{ name: 'u', user: { token: 't', as: 'jane', 'client-key': 'a.key' } }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace: 'n' } }],
        'current-context': 'x',
      }),
    );
    config.makePathsAbsolute('/etc/kube');
    assert.equal(config.getCurrentContext(), 'x');
    assert.deepEqual(config.getContextObject('x'), { cluster: 'c', name: 'x', user: 'u', namespace: 'n' });
    const { caFile, server, tlsServerName, proxyUrl } = config.getCurrentCluster() ?? {};
    assert.deepEqual(
      [caFile, server, tlsServerName, proxyUrl],
      ['/etc/kube/ca.crt', 'https://127.0.0.1:9', 'api', 'http://127.0.0.1:8'],
    );
    const { token, impersonateUser, keyFile } = config.getCurrentUser() ?? {};
    assert.deepEqual([token, impersonateUser, keyFile], ['t', 'jane', '/etc/kube/a.key']);
    config.clusters = config.clusters.map((cluster) => ({ ...cluster, caFile: '' }));
    config.users = config.users.map((user) => ({ ...user, keyFile: '' }));
    const options = { headers: {} };
    await config.applyToHTTPSOptions(options);
    assert.deepEqual(options.headers, { Authorization: 'Bearer t', 'Impersonate-User': 'jane' });
    assert.equal(Reflect.get(options, 'agent')?.constructor.name, 'HttpsProxyAgent');
  });
});

describe('what the bundle does without', () => {
  for (const { importer, modules } of UNUSED) {
    for (const [module, names] of Object.entries(modules)) {
      it(`${importer} still imports ${names.join(', ')} of ${module}`, () => {
        const files = globSync(`node_modules/${importer}/**/*.js`, {
          cwd: root,
          exclude: (path) => path.endsWith(`${importer}/node_modules`) || path.endsWith('/gen'),
        });
        const text = files.map((file) => readFileSync(`${root}/${file}`, 'utf8')).join('\n');
        const statement = new RegExp(`import ([^;]*) from ["']${module.replaceAll('.', '\\.')}["']`, 'g');
        const imported = [...text.matchAll(statement)].flatMap(([, what = '']) => namesIn(what));
        for (const name of names) assert.ok(imported.includes(name), `${name} is imported no more`);
      });
    }
  }

  it('is left out for its importer alone', async () => {
    const { text } = await bundled("import { SocksClient } from 'socks'; console.log(SocksClient)");
    assert.doesNotMatch(text, /is not in this build/);
  });

  it('throws where it is called after all', async () => {
    const { text } = await bundled("export * from './src/cluster/client-library.ts'");
    assert.match(text, /client-node undici is not in this build/);
    assert.match(text, /client-node \.\/gen\/index\.js is not in this build/);
  });
});

/** `engine` is a default; `{ Agent as UndiciAgent, ProxyAgent }` are two names. */
function namesIn(clause: string): string[] {
  if (!clause.startsWith('{')) return ['default'];
  return clause
    .replace(/[{}]/g, '')
    .split(',')
    .map((name) => name.trim().split(' ', 1)[0] ?? '')
    .filter((name) => name !== '');
}
