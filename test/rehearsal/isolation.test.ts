import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import { object, writeArchive } from '../comparison/archives.ts';
import { at } from '../support/kube-object.ts';
import { rehearse, Volume } from './ground.ts';

// An archive names hosts. Whoever wrote it must not be able to send requests from where it is rehearsed.

let server: Server;
let volume: Volume;
let connections = 0;

before(async () => {
  volume = new Volume();
  server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

after(() => {
  server.close();
  volume[Symbol.dispose]();
});

test('the API server connects to no host that an APIService or a webhook of the archive names', async () => {
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const { port } = address;
  const url = `https://127.0.0.1:${port}/`;
  writeArchive(volume.path, 'openshift-backup202611270015.zip', {
    'namespaces.json': [
      object('Namespace', 'shop', {}, { labels: { 'kubernetes.io/metadata.name': 'shop' } }),
    ],
    'shop/services.json': [
      object(
        'Service',
        'trap',
        { spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port, protocol: 'TCP' }] } },
        { namespace: 'shop' },
      ),
    ],
    'apiservices.apiregistration.k8s.io.json': [
      object('APIService', 'v1.trap.test', {
        apiVersion: 'apiregistration.k8s.io/v1',
        spec: {
          group: 'trap.test',
          version: 'v1',
          groupPriorityMinimum: 100,
          versionPriority: 100,
          insecureSkipTLSVerify: true,
          service: { name: 'trap', namespace: 'shop', port },
        },
      }),
    ],
    'validatingwebhookconfigurations.admissionregistration.k8s.io.json': [
      object('ValidatingWebhookConfiguration', 'trap', {
        apiVersion: 'admissionregistration.k8s.io/v1',
        webhooks: [
          {
            name: 'trap.example.com',
            admissionReviewVersions: ['v1'],
            sideEffects: 'None',
            clientConfig: { url },
            rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] }],
          },
        ],
      }),
    ],
  });
  const run = await rehearse(volume);
  assert.equal(run.status, 0, run.stderr + run.stdout);
  assert.equal(at(run.result, 'proven'), 4);
  assert.equal(connections, 0);
});
