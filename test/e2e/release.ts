import { fileURLToPath } from 'node:url';
import { waitFor } from '../support/wait.ts';
import { atTheEnd, attempt, get, helm, IMAGE, kubectl, OWN_NODE, type Said, UID } from './cluster.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CHART = `${ROOT}helm/openshift-backup`;

/** How a job ended: `Complete` or `Failed`, and why. */
export interface Outcome {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

export interface Job {
  metadata: { name: string; creationTimestamp: string; ownerReferences?: { kind: string; name: string }[] };
  status: { succeeded?: number; failed?: number; conditions?: (Outcome & { status: string })[] };
}

export interface Archive {
  readonly archive: string;
  readonly state: string;
  readonly objects: number;
  readonly projects: number;
}

/** What is installed under one name in one project, by whatever way. */
export class Release {
  readonly name: string;
  readonly namespace: string;

  constructor(name: string, namespace: string) {
    this.name = name;
    this.namespace = namespace;
  }

  /** Called by hand, as in the README: `make` with the settings of this release. */
  make(
    target: string,
    settings: Readonly<Record<string, string>> = {},
    environment = process.env,
  ): Promise<Said> {
    const all = { NAME: this.name, NAMESPACE: this.namespace, ...settings };
    const words = Object.entries(all).map(([key, value]) => `${key}=${value}`);
    return attempt('make', ['--no-print-directory', '-C', ROOT, target, ...words], '', environment);
  }

  /** `helm upgrade --install` with the values that every test needs and those that are given. */
  async install(values: Record<string, unknown>, storageClass?: string, ...flags: string[]): Promise<string> {
    const args = [
      'upgrade',
      '--install',
      this.name,
      CHART,
      '--namespace',
      this.namespace,
      '--wait',
      '--timeout',
      '90s',
      ...flags,
    ];
    const settings = {
      fullnameOverride: this.name,
      'image.repository': IMAGE.slice(0, IMAGE.lastIndexOf(':')),
      'image.tag': IMAGE.slice(IMAGE.lastIndexOf(':') + 1),
      'image.pullPolicy': 'IfNotPresent',
      ...(storageClass === undefined ? {} : { 'persistence.storageClass': storageClass }),
      // OpenShift assigns a user; a plain cluster is told one.
      ...(OWN_NODE ? { 'podSecurityContext.runAsUser': UID, 'podSecurityContext.runAsGroup': 0 } : {}),
      ...values,
    };
    return helm(
      ...args,
      ...Object.entries(settings).flatMap(([key, value]) => [
        '--set-json',
        `${key}=${JSON.stringify(value)}`,
      ]),
    );
  }

  /** Deletes the ClusterRoles of the release and their bindings when the test file ends; they are in no project. */
  deleteClusterRolesAtTheEnd(): void {
    const selector = `app.kubernetes.io/instance=${this.name}`;
    atTheEnd(() => kubectl('delete', 'clusterrole,clusterrolebinding', '--selector', selector));
  }

  /** A kubectl command in the project of the release. */
  kubectl(...args: string[]): Promise<string> {
    return kubectl('--namespace', this.namespace, ...args);
  }

  /** The tool, called in the retrieval pod as an operator would; throws where it fails. */
  tool(...args: string[]): Promise<string> {
    return this.inPod('openshift-backup', ...args);
  }

  inPod(...argv: string[]): Promise<string> {
    return this.kubectl('exec', `deployment/${this.name}-retrieval`, '--', ...argv);
  }

  attemptTool(...args: string[]): Promise<Said> {
    const pod = ['--namespace', this.namespace, 'exec', `deployment/${this.name}-retrieval`];
    return attempt('kubectl', [...pod, '--', 'openshift-backup', ...args]);
  }

  /** The name of the retrieval pod, for `kubectl cp`, which knows pods alone. */
  async retrievalPod(): Promise<string> {
    const selector = `app.kubernetes.io/instance=${this.name},app.kubernetes.io/component=retrieval`;
    return this.kubectl(
      'get',
      'pods',
      '--selector',
      selector,
      '--field-selector=status.phase=Running',
      '--output',
      'jsonpath={.items[0].metadata.name}',
    );
  }

  async jobs(): Promise<Job[]> {
    return (await get<{ items: Job[] }>('jobs', '--namespace', this.namespace)).items;
  }

  /** A job started by hand from the CronJob, as `make backup-now` does. */
  async start(job: string, cronJob = this.name): Promise<void> {
    await this.kubectl('create', 'job', job, `--from=cronjob/${cronJob}`);
  }

  /** Waits until the job has a final condition. */
  async outcome(job: string, milliseconds = 60_000): Promise<Outcome> {
    return waitFor(
      `job ${job} to end`,
      async () => {
        const { status } = await get<Job>('job', job, '--namespace', this.namespace);
        return status.conditions?.find(
          ({ type, status }) => /^(Complete|Failed)$/.test(type) && status === 'True',
        );
      },
      milliseconds,
    );
  }

  /** Waits as `outcome` does, and returns what the job's pod wrote as well. */
  async ended(job: string, milliseconds?: number): Promise<Outcome & { log: string }> {
    const outcome = await this.outcome(job, milliseconds);
    return { ...outcome, log: await this.kubectl('logs', `job/${job}`, '--tail=-1') };
  }

  /** The archives on the volume, newest first, as `list` tells them. */
  async archives(): Promise<Archive[]> {
    return JSON.parse(await this.tool('list', '--output', 'json'));
  }
}
