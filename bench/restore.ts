import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMeasured } from '../test/fidelity/measured-run.ts';
import { type ControlPlane, startControlPlane } from '../test/support/control-plane.ts';

// What a restore costs besides the requests themselves: the same objects once by a bare loop, once by `restore`.

const COUNT = Number(process.argv[2] ?? 20_000);
const BYTES = Number(process.argv[3] ?? 1024);
const PROJECTS = 20;
const AT_ONCE = 32;

function bodies(): { path: string; body: Buffer }[] {
  return Array.from({ length: COUNT }, (_, index) => {
    const namespace = `project-${index % PROJECTS}`;
    const metadata = {
      name: `settings-${String(index).padStart(6, '0')}`,
      namespace,
      labels: { app: 'bench' },
    };
    const data = { text: randomBytes(BYTES / 2).toString('hex') };
    const body = Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }));
    return { path: `/api/v1/namespaces/${namespace}/configmaps`, body };
  });
}

async function makeProjects(control: ControlPlane): Promise<void> {
  const names = Array.from({ length: PROJECTS }, (_, index) => `project-${index}`);
  await control.apply(names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
}

/** Seconds for a loop that does nothing but POST. */
async function bareLoop(control: ControlPlane): Promise<number> {
  const { certPem, keyPem } = await control.ca.newClientCert('bench', ['system:masters']);
  const agent = new https.Agent({
    keepAlive: true,
    ca: control.caPem,
    cert: certPem,
    key: keyPem,
    maxSockets: AT_ONCE,
  });
  const all = bodies();
  let next = 0;
  const begin = performance.now();
  const worker = async () => {
    for (let each = all[next++]; each !== undefined; each = all[next++])
      await post(control, agent, each.path, each.body);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  agent.destroy();
  return (performance.now() - begin) / 1000;
}

function post({ port }: ControlPlane, agent: https.Agent, path: string, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const request = https.request(
      { host: '127.0.0.1', port, path, method: 'POST', agent, headers },
      (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode === 201 ? resolve() : reject(new Error(`${response.statusCode}`)),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

const volume = mkdtempSync(join(tmpdir(), 'bench-restore-'));
const first = await startControlPlane();
const second = await startControlPlane();
try {
  await makeProjects(first);
  const bare = await bareLoop(first);
  const words = (control: ControlPlane) => ['--volume', volume, '--kubeconfig', control.kubeconfig];
  const backup = await runMeasured(['backup', '-p', 'project-*', ...words(first)]);
  if (backup.status !== 0) throw new Error(backup.stderr);
  await first.stop();
  await makeProjects(second);
  const begin = performance.now();

  const run = await runMeasured(['restore', 'latest', '--apply', ...words(second)]);
  const restored = (performance.now() - begin) / 1000;
  if (run.status !== 0) throw new Error(run.stderr);
  const rate = (seconds: number) => `${seconds.toFixed(1)} s, ${Math.round(COUNT / seconds)}/s`;
  console.log(
    `bare loop: ${rate(bare)}; restore: ${rate(restored)}, ${(bare / restored).toFixed(2)} of it; peak ${Math.round(run.peak / 1024 / 1024)} MiB`,
  );
  console.log(run.stdout.split('\n').at(-2));
} finally {
  rmSync(volume, { recursive: true });
  await Promise.all([first.stop(), second.stop()]);
}
