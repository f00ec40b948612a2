import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localArchive } from '../../src/archive/reading/archive-file.ts';
import { verifyArchive } from '../../src/archive/reading/verify.ts';
import { archiveAsOf } from '../archive/as-of.ts';
import { Volume, ZipFile } from '../cluster/run-cli.ts';
import { type ControlPlane, type ServiceAccount, startControlPlane } from '../support/control-plane.ts';
import type { Fault } from '../support/fault.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import type { FaultRule } from '../support/fault-rules.ts';
import { mayRead } from '../support/grants.ts';
import type { KubeObject } from '../support/kube-object.ts';
import { type Ended, type Running, type Surroundings, start } from './run.ts';

/** What every night job has: a cluster, an account that may read it, and networks that may fail. */
export class BadDay {
  readonly control: ControlPlane;
  readonly account: ServiceAccount;

  private constructor(control: ControlPlane, account: ServiceAccount) {
    this.control = control;
    this.account = account;
  }

  static async begin(): Promise<BadDay> {
    const control = await startControlPlane();
    try {
      const account = await control.addServiceAccount('cluster-backup', 'openshift-backup');
      await control.grant({ to: account, rules: [mayRead('*', '*')] });
      return new BadDay(control, account);
    } catch (error) {
      await control.stop();
      throw error;
    }
  }

  /** A network between the account and the API server, for one test. */
  async network(): Promise<Network> {
    const proxy = await startFaultProxy(this.control);
    return new Network(proxy, await proxy.kubeconfigFor(this.account));
  }

  end(): Promise<void> {
    return this.control.stop();
  }
}

/** A way to the API server on which faults happen; ended with `await using`. */
export class Network {
  readonly proxy: FaultProxy;
  /** Of the account, through the proxy. */
  readonly kubeconfig: string;

  constructor(proxy: FaultProxy, kubeconfig: string) {
    this.proxy = proxy;
    this.kubeconfig = kubeconfig;
  }

  /** Starts a backup that soon loses its patience; later words win. */
  start(volume: Place, words: readonly string[] = [], surroundings: Surroundings = {}): Running {
    const patience = ['--request-timeout', '2', '--retry-for', '6'];
    const common = ['backup', '--volume', volume.path, '--kubeconfig', this.kubeconfig, ...patience];
    return start([...common, ...words], surroundings);
  }

  /** Runs a backup to its end; see start. */
  backUp(volume: Place, words: readonly string[] = [], surroundings: Surroundings = {}): Promise<Ended> {
    return this.start(volume, words, surroundings).ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.proxy.close();
  }
}

interface Place {
  readonly path: string;
}

/** Ends a run that a test has no more use for. */
export async function end({ child, ended }: Running): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

/** So many ConfigMaps of a project, of which two hundred make some hundred kilobytes. */
export function configMaps(namespace: string, count: number): KubeObject[] {
  return Array.from({ length: count }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `settings-${String(index).padStart(4, '0')}`, namespace },
    data: { number: String(index), text: createHash('sha512').update(`${index}`).digest('hex').repeat(3) },
  }));
}

export function namespace(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** Makes the server one that cannot stream a list out of its cache, and is read in pages. */
export async function olderServer({ admin }: ControlPlane): Promise<FaultRule> {
  const { text } = await admin.answer('GET', '/version');
  const afterBytes = text.indexOf('"minor": "') + '"minor": "'.length;
  const fault: Fault = { kind: 'garble', afterBytes, with: '32' };
  return { match: (_, path) => path === '/version', times: 'forever', fault };
}

/** Checksums of the type files of the newest archive. */
export function typeFilesOf(volume: Volume): string[] {
  return volume
    .latest()
    .text('SHA256SUMS')
    .split('\n')
    .filter((line) => line !== '' && !line.endsWith('  manifest.json'));
}

/** The archives of earlier nights, which no bad day may harm. */
export class Shelf extends Volume {
  readonly #shelved = new Map<string, string>();

  /** Puts a copy of an archive there under the stamp of another night. */
  shelve(archive: ZipFile, stamp: string): string {
    const file = `openshift-backup${stamp}.zip`;
    copyFileSync(archive.path, join(this.path, file));
    this.#shelved.set(file, digest(join(this.path, file)));
    return file;
  }

  /** Puts an archive there as if its backup had started at another time, which its name tells, too. */
  async shelveAsOf(archive: ZipFile, startedAt: Date): Promise<string> {
    const file = `openshift-backup${startedAt.toISOString().replace(/[-T:]/g, '').slice(0, 12)}.zip`;
    writeFileSync(join(this.path, file), await archiveAsOf(archive.path, startedAt));
    this.#shelved.set(file, digest(join(this.path, file)));
    return file;
  }

  /** That the archives of earlier nights are there as they were, that every other .zip is whole, and that nothing else is but `left`. */
  async assertSound(left: readonly string[] = []): Promise<void> {
    for (const [file, before] of this.#shelved)
      assert.equal(digest(join(this.path, file)), before, `${file} was changed`);
    await assertWhole(this, left);
  }

  /** Names of the archives that were not there before. */
  added(): string[] {
    return this.archives().filter((file) => !this.#shelved.has(file));
  }
}

/** That every archive of a volume is whole and that nothing else lies there but `left`. */
export async function assertWhole(volume: Volume, left: readonly string[] = []): Promise<void> {
  assert.deepEqual(volume.files(), [...volume.archives(), ...left].sort(), 'nothing but archives is left');
  for (const file of volume.archives()) {
    const { verdict, problems } = await verifyArchive(localArchive(join(volume.path, file)));
    assert.notEqual(verdict, 'damaged', `${file}: ${problems.join('; ')}`);
  }
}

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

export { Volume, ZipFile };
