import assert from 'node:assert/strict';
import { type CliRun, Volume } from '../cluster/run-cli.ts';
import { runHere } from '../cluster/run-here.ts';
import { type Files, writeArchive } from '../comparison/archives.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { definition } from '../support/definition.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { type Restored, reportOf } from './restore-runs.ts';

export const CONFIG_MAPS = '/api/v1/namespaces/shop/configmaps';
export const THINGS = '/apis/example.com/v1/namespaces/shop/things';

/** A cluster with project `shop`, to which archives of all kinds are restored. */
export class ProxiedCluster {
  readonly control: ControlPlane;
  readonly proxy: FaultProxy;
  /** Of an administrator, through the proxy. */
  readonly kubeconfig: string;
  readonly #volume = new Volume();

  private constructor(control: ControlPlane, proxy: FaultProxy, kubeconfig: string) {
    this.control = control;
    this.proxy = proxy;
    this.kubeconfig = kubeconfig;
  }

  static async start(): Promise<ProxiedCluster> {
    const control = await startControlPlane();
    const admin = await control.addUser('root', ['system:masters']);
    await control.apply([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'bystander', namespace: 'shop' } },
      definition('things.example.com', 'Thing'),
    ]);
    const proxy = await startFaultProxy(control, { as: admin });
    return new ProxiedCluster(control, proxy, await proxy.kubeconfigFor());
  }

  /** Runs a restore of these files; a crash fails the test. */
  async run(files: Files, ...words: string[]): Promise<CliRun> {
    const path = writeArchive(this.#volume.path, 'evil.zip', files);
    const common = ['--cluster-resources', 'yes', '--wait', '2', '--retry-for', '4'];
    const run = await runHere(['restore', path, '--kubeconfig', this.kubeconfig, ...common, ...words]);
    assert.doesNotMatch(run.stderr, /This should not happen/);
    return run;
  }

  /** The same with its report, and with what the server was asked. */
  async restore(files: Files, ...words: string[]): Promise<Restored & { readonly asked: readonly string[] }> {
    const before = this.proxy.requests.length;
    const run = await this.run(files, '-o', 'json', ...words);
    const asked = this.proxy.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
    return { ...run, ...reportOf(run), asked };
  }

  async end(): Promise<void> {
    this.#volume[Symbol.dispose]();
    await this.proxy.close();
    await this.control.stop();
  }
}

/** An object of project `shop` as JSON. */
export function object(name: string, more: object = {}, apiVersion = 'v1', kind = 'ConfigMap'): string {
  return JSON.stringify({ apiVersion, kind, metadata: { name, namespace: 'shop' }, ...more });
}
