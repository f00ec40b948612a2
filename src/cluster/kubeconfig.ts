import { readFileSync } from 'node:fs';
import path from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { load as parseYaml } from 'js-yaml';
import { Failure } from '../snapshot/failure.ts';

/** Where credentials were found. */
export interface Source {
  readonly kind: 'files' | 'pod';
  readonly name: string;
  readonly files: readonly string[];
}

/**
 * Loads kubeconfig files with the client library and adds what kubectl does
 * beyond it: several files may name the same entry (the first wins), `tokenFile`
 * of a user, relative paths of token files and plugins, KUBERNETES_EXEC_INFO.
 *
 * @throws Failure that names the file, or the contexts there are
 */
export function completeKubeConfig(files: readonly string[], context: string | null): KubeConfig {
  const merged = new KubeConfig();
  for (const file of files) {
    const one = readOne(file);
    if (!merged.currentContext && one.currentContext) merged.currentContext = one.currentContext;
    merged.clusters = merge(merged.clusters, one.clusters);
    merged.users = merge(merged.users, one.users);
    merged.contexts = merge(merged.contexts, one.contexts);
  }
  if (context !== null) merged.setCurrentContext(context);
  const chosen = merged.getContextObject(merged.getCurrentContext());
  const known = merged.contexts.map((each) => each.name).join(', ') || 'none';
  if (chosen === null) {
    throw new Failure(
      `${files.join(', ')}: there is no context ${JSON.stringify(merged.getCurrentContext() ?? '')}`,
      `choose one with --context; there are: ${known}`,
    );
  }
  if (merged.getCluster(chosen.cluster) === null)
    throw new Failure(
      `${files.join(', ')}: context ${chosen.name} names the cluster ${chosen.cluster}, which is not there`,
      'correct the kubeconfig',
    );
  addExecInfo(merged);
  return merged;
}

function readOne(file: string): KubeConfig {
  const config = new KubeConfig();
  let parsed: unknown;
  try {
    const text = readFileSync(file, 'utf8');
    parsed = parseYaml(text);
    if (typeof parsed !== 'object' || parsed === null) throw new Error('it is no kubeconfig');
    config.loadFromFile(file);
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new Failure(
      `cannot load the kubeconfig ${file}: ${message}`,
      'name a readable kubeconfig file with --kubeconfig',
    );
  }
  const directory = path.dirname(file);
  const entries: unknown = Reflect.get(parsed, 'users');
  config.users = config.users.map((user) => {
    const entry: unknown = Array.isArray(entries)
      ? entries.find((each) => Object(each).name === user.name)
      : undefined;
    const tokenFile: unknown = Object(Object(entry).user).tokenFile;
    const exec = user.exec;
    // kubectl: a command with a slash is a path, relative to the kubeconfig; others are looked up in PATH.
    if (exec?.command?.includes('/')) exec.command = path.resolve(directory, exec.command);
    if (typeof tokenFile !== 'string') return user;
    return {
      ...user,
      authProvider: { name: 'tokenFile', config: { tokenFile: path.resolve(directory, tokenFile) } },
    };
  });
  return config;
}

function merge<T extends { readonly name: string }>(before: readonly T[], more: readonly T[]): T[] {
  return [...before, ...more.filter((each) => !before.some((known) => known.name === each.name))];
}

/**
 * The file that holds the current user's token, or null. Taken from the library,
 * which would cache it for a minute whatever the server says, and keep its line end.
 */
export function tokenFileOf(config: KubeConfig): string | null {
  const file: unknown = config.getCurrentUser()?.authProvider?.config?.tokenFile;
  return typeof file === 'string' ? file : null;
}

/** @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#input-and-output-formats */
function addExecInfo(config: KubeConfig): void {
  const exec = config.getCurrentUser()?.exec;
  const cluster = config.getCurrentCluster();
  if (!exec || cluster === null) return;
  const info = {
    apiVersion: exec.apiVersion ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      ...(exec.provideClusterInfo
        ? { cluster: { server: cluster.server, 'certificate-authority-data': caDataOf(cluster) } }
        : {}),
    },
  };
  const others = (exec.env ?? []).filter((each: { name: string }) => each.name !== 'KUBERNETES_EXEC_INFO');
  exec.env = [...others, { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }];
}

/** The CA as plugins want it, wherever the kubeconfig keeps it. */
function caDataOf(cluster: { readonly caData?: string; caFile?: string }): string | undefined {
  return cluster.caFile ? readFileSync(cluster.caFile).toString('base64') : cluster.caData;
}
