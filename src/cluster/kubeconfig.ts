import { readFileSync } from 'node:fs';
import path from 'node:path';
import { load as parseYaml } from 'js-yaml';
import { Failure } from '../words/failure.ts';
import type { Cluster, Context, User } from './client-library.ts';
import { KubeConfig } from './client-library.ts';
import { checkValues, formMistake } from './credential-check.ts';
import type { KubeconfigFile } from './kubeconfig-file.ts';
import type { PluginCommand } from './plugin.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The chosen context: as the library reads it, and the parts that we handle. */
export interface ChosenConfig {
  readonly config: KubeConfig;
  /** The file with the user's token, or null. */
  readonly tokenFile: string | null;
  /** The plugin that provides the user's credentials, or null. */
  readonly plugin: PluginCommand | null;
  /** Whether this is the pod's own service account. */
  readonly isPod: boolean;
}

/** Where credentials were found. */
export interface Source {
  readonly kind: 'files' | 'pod';
  readonly name: string;
  readonly files: readonly KubeconfigFile[];
}

/**
 * Loads kubeconfig files with the client library and adds features of kubectl that it
 * lacks: several files with the same entry (the first wins), `tokenFile` of a user, relative
 * paths of token files and plugins, KUBERNETES_EXEC_INFO.
 *
 * @param environment for plugins
 * @throws Failure that names the file and field, or the existing contexts
 */
export function completeKubeConfig(
  files: readonly KubeconfigFile[],
  context: string | null,
  environment: Environment,
): ChosenConfig {
  const where = files.map(({ name }) => name).join(', ');
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
      merged.getCurrentContext()
        ? `${where}: the context ${JSON.stringify(merged.getCurrentContext())} does not exist`
        : `${where}: current-context is not set`,
      `choose one with --context: ${known}`,
      context === null ? 'failed' : 'usage',
    );
  }
  const cluster = merged.getCluster(chosen.cluster);
  if (cluster === null)
    throw new Failure(
      `${where}: context ${chosen.name} names the cluster ${chosen.cluster}, which does not exist`,
      'correct the kubeconfig',
    );
  const user = userOf(merged, chosen, where);
  if (files.some(({ directory }) => directory === null)) checkPaths(cluster, user, where);
  checkValues(cluster, user, where);
  const plugin = pluginOf(merged, environment);
  return { ...withoutOwn(merged), plugin, isPod: false };
}

/** The user of a context; an unnamed one if the context has none, since the library ignores the CA without a user. */
function userOf(merged: KubeConfig, context: Context, where: string): User {
  const name = context.user ?? '';
  const user = merged.getUser(name);
  if (user !== null) return user;
  if (name !== '')
    throw new Failure(
      `${where}: context ${context.name} names the user ${name}, which does not exist`,
      'correct the kubeconfig',
    );
  const nobody = { name };
  merged.users = [...merged.users, nobody];
  merged.contexts = merged.contexts.map((each) =>
    each.name === context.name ? { ...each, user: name } : each,
  );
  return nobody;
}

/**
 * Removes from the current user the parts that we handle. The library would cache a token for a
 * minute even if the server rejects it, keep the line break at its end, run a plugin once for each
 * of several requests, without a time limit, and reuse its credentials after they were rejected.
 */
export function withoutOwn(config: KubeConfig): { config: KubeConfig; tokenFile: string | null } {
  const user = config.getCurrentUser();
  const file: unknown = user?.authProvider?.config?.tokenFile;
  const tokenFile = typeof file === 'string' ? file : null;
  config.users = config.users.map((each) =>
    each.name === user?.name
      ? { ...each, exec: undefined, ...(tokenFile === null ? {} : { authProvider: undefined }) }
      : each,
  );
  return { config, tokenFile };
}

function readOne({ name: file, directory, read }: KubeconfigFile): KubeConfig {
  const config = new KubeConfig();
  let parsed: unknown;
  try {
    const text = read();
    parsed = parseYaml(text);
    const mistake = formMistake(parsed);
    if (mistake !== null) throw new Error(mistake);
    config.loadFromString(text);
    if (directory !== null) config.makePathsAbsolute(directory);
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new Failure(
      `cannot load the kubeconfig ${file}: ${message}`,
      'correct it, or name another one with --kubeconfig FILE',
    );
  }
  const entries: unknown = Object(parsed).users;
  config.users = config.users.map((user) => {
    const entry: unknown = Array.isArray(entries)
      ? entries.find((each) => Object(each).name === user.name)
      : undefined;
    const tokenFile: unknown = Object(Object(entry).user).tokenFile;
    const exec = user.exec;
    // kubectl: a command with a slash is a path, relative to the kubeconfig; others are looked up in PATH.
    if (exec?.command?.includes('/')) exec.command = absolute(exec.command, directory);
    if (typeof tokenFile !== 'string') return user;
    return {
      ...user,
      authProvider: { name: 'tokenFile', config: { tokenFile: absolute(tokenFile, directory) } },
    };
  });
  return config;
}

/** Unchanged if there is no directory; see checkPaths. */
function absolute(file: string, directory: string | null): string {
  return directory === null ? file : path.resolve(directory, file);
}

/**
 * A kubeconfig from a pipe has no directory, so relative paths in it are errors.
 *
 * @throws Failure that names the field
 */
function checkPaths(cluster: Cluster, user: User, where: string): void {
  const ofUser = `users[${user.name}].user`;
  const command: unknown = user.exec?.command;
  const paths: ReadonlyArray<readonly [string, unknown]> = [
    [`clusters[${cluster.name}].cluster.certificate-authority`, cluster.caFile],
    [`${ofUser}.client-certificate`, user.certFile],
    [`${ofUser}.client-key`, user.keyFile],
    [`${ofUser}.tokenFile`, user.authProvider?.config?.tokenFile],
    [`${ofUser}.exec.command`, typeof command === 'string' && command.includes('/') ? command : null],
  ];
  for (const [field, file] of paths) {
    if (typeof file !== 'string' || file === '' || path.isAbsolute(file)) continue;
    throw new Failure(
      `${where}: ${field} is the relative path ${file}, but a kubeconfig from a pipe has no directory`,
      'kubectl config view --raw --flatten --minify puts the content of these files into the kubeconfig',
    );
  }
}

function merge<T extends { readonly name: string }>(before: readonly T[], more: readonly T[]): T[] {
  return [...before, ...more.filter((each) => !before.some((known) => known.name === each.name))];
}

/** @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#input-and-output-formats */
function pluginOf(config: KubeConfig, environment: Environment): PluginCommand | null {
  const exec = config.getCurrentUser()?.exec;
  const cluster = config.getCurrentCluster();
  if (!exec || cluster === null) return null;
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
  const variables = (exec.env ?? []).map((each: { name: string; value: string }) => [each.name, each.value]);
  return {
    command: exec.command,
    args: exec.args ?? [],
    environment: {
      ...environment,
      ...Object.fromEntries(variables),
      KUBERNETES_EXEC_INFO: JSON.stringify(info),
    },
  };
}

/** The CA in the form for plugins, from any field of the kubeconfig. */
function caDataOf(cluster: { readonly caData?: string; caFile?: string }): string | undefined {
  return cluster.caFile ? readFileSync(cluster.caFile).toString('base64') : cluster.caData;
}
