import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { helm } from '../helm/helm.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane.ts';
import { startControllerManager } from '../support/controller-manager.ts';
import type { KubeObject } from '../support/kube-object.ts';
import { waitFor } from '../support/wait.ts';
import { Volume } from './run-cli.ts';
import { runHere } from './run-here.ts';

/**
 * Three nights in which kubectl in all its forms, helm, two teams that use server-side apply, an autoscaler and a
 * controller change objects of a real API server; each night there is a backup.
 */
export class ThreeNights {
  readonly control: ControlPlane;
  readonly volume = new Volume();
  readonly #endManager: () => Promise<void>;

  private constructor(control: ControlPlane, endManager: () => Promise<void>) {
    this.control = control;
    this.#endManager = endManager;
  }

  static async pass(): Promise<ThreeNights> {
    const control = await startControlPlane({ apiServerFlags: { 'disable-admission-plugins': null } });
    const nights = new ThreeNights(control, await startControllerManager(control));
    try {
      for (const day of [nights.#firstDay, nights.#secondDay, nights.#thirdDay]) {
        await day.call(nights);
        await nights.#backUp();
      }
    } catch (error) {
      await nights.end();
      throw error;
    }
    return nights;
  }

  async end(): Promise<void> {
    this.volume[Symbol.dispose]();
    await this.#endManager();
    await this.control.stop();
  }

  async #firstDay(): Promise<void> {
    await this.#kubectl(['create', 'namespace', 'shop']);
    await this.#apply([deployment('web', 3), deployment('scaled', 1), service], []);
    await this.#apply([configMap('shared', { a: '1' })], ['--server-side', '--field-manager=team-a']);
    await this.#kubectl(['create', 'configmap', 'again', '--from-literal=x=1']);
    await this.#kubectl(['create', 'configmap', 'cleared', '--from-literal=x=1']);
    await this.#kubectl(['create', 'configmap', 'pruned', '--from-literal=x=1', '--from-literal=y=1']);
    const none = '{"metadata":{"managedFields":[{}]}}';
    await this.#kubectl(['patch', 'configmap', 'cleared', '--type=merge', '-p', none]);
    await this.#install('1');
    await this.#observed('web', 1);
    await waitFor('the controllers to fill the project', async () => {
      const found = await this.#kubectl(['get', 'serviceaccounts,configmaps', '-o', 'name']);
      return found.includes('serviceaccount/default') && found.includes('configmap/kube-root-ca.crt');
    });
  }

  async #secondDay(): Promise<void> {
    await this.#edit('deployment/web', 's/replicas: 3/replicas: 5/');
    await nextSecond();
    await this.#kubectl(['set', 'image', 'deployment/web', 'web=web:2']);
    await nextSecond();
    const ports = '{"spec":{"ports":[{"port":80,"targetPort":9090}]}}';
    await this.#kubectl(['patch', 'service', 'web', '-p', ports]);
    await nextSecond();
    await this.#apply([configMap('shared', { a: '2' })], ['--server-side', '--field-manager=team-a']);
    await nextSecond();
    await this.#apply([configMap('shared', { a: '2', b: '1' })], ['--server-side', '--field-manager=team-b']);
    await this.#edit('configmap/cleared', 's/x: "1"/x: "2"/');
    await this.#edit('configmap/pruned', '/x: "1"/d');
    await nextSecond();
    await this.#install('2');
    await this.#observed('web', 3);
  }

  async #thirdDay(): Promise<void> {
    await this.#kubectl(['scale', 'deployment/web', '--replicas=7']);
    const autoscaler = ['--subresource=scale', '--field-manager=horizontal-pod-autoscaler'];
    const four = ['--type=merge', '-p', '{"spec":{"replicas":4}}'];
    await this.#kubectl(['patch', 'deployment', 'scaled', ...autoscaler, ...four]);
    await this.#apply([configMap('shared', { b: '1' })], ['--server-side', '--field-manager=team-b']);
    await this.#apply([configMap('shared', {})], ['--server-side', '--field-manager=team-a']);
    await this.#kubectl(['delete', 'configmap', 'again']);
    await nextSecond();
    await this.#kubectl(['create', 'configmap', 'again', '--from-literal=x=2']);
    await nextSecond();
    await this.#kubectl(['create', 'configmap', 'new', '--from-literal=x=1']);
    await this.#kubectl(['delete', 'configmap', 'pruned']);
  }

  async #backUp(): Promise<void> {
    const words = ['--volume', this.volume.path, '--kubeconfig', this.control.kubeconfig, '-p', 'shop'];
    const run = await runHere(words);
    assert.equal(run.status, 0, run.stderr);
  }

  async #kubectl(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
    const program = join(this.control.binaries, 'kubectl');
    const env = { ...process.env, ...environment };
    const own = ['--kubeconfig', this.control.kubeconfig, '--namespace', 'shop'];
    return (await promisify(execFile)(program, [...own, ...words], { env })).stdout;
  }

  async #apply(objects: readonly KubeObject[], words: readonly string[]): Promise<void> {
    const path = join(this.control.directory, 'applied.json');
    writeFileSync(path, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
    await this.#kubectl(['apply', ...words, '-f', path]);
  }

  async #edit(object: string, script: string): Promise<void> {
    await this.#kubectl(['edit', object], { KUBE_EDITOR: `sed -i -e '${script}'` });
  }

  /** Installs or upgrades a chart with one ConfigMap. */
  async #install(value: string): Promise<void> {
    const chart = join(this.control.directory, 'chart');
    mkdirSync(join(chart, 'templates'), { recursive: true });
    writeFileSync(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: release\nversion: 1.0.0\n');
    writeFileSync(
      join(chart, 'templates/map.yaml'),
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: release\ndata:\n  value: "{{ .Values.value }}"\n',
    );
    const words = [
      'upgrade',
      '--install',
      'release',
      chart,
      '--namespace',
      'shop',
      '--set',
      `value=${value}`,
    ];
    const run = await helm(words, { kubeconfig: this.control.kubeconfig });
    assert.equal(run.status, 0, run.stderr);
  }

  /** Waits for the controller that counts the generations of a Deployment. */
  async #observed(name: string, generation: number): Promise<void> {
    await waitFor(`the status of ${name}`, async () => {
      const words = ['get', 'deployment', name, '-o', 'jsonpath={.status.observedGeneration}'];
      return Number(await this.#kubectl(words)) >= generation;
    });
  }
}

/** The times of managedFields are whole seconds: what is done in the next one is later. */
async function nextSecond(): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  await waitFor('the next second', async () => Math.floor(Date.now() / 1000) > now);
}

function configMap(name: string, data: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data };
}

function deployment(name: string, replicas: number): KubeObject {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name, image: `${name}:1` }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
}

const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
};
