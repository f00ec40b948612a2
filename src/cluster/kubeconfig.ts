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

/** The chosen context: what the library makes of it, and what we do ourselves. */
export interface ChosenConfig {
  readonly config: KubeConfig;
  /** The file that holds the user's token, or null. */
  readonly tokenFile: string | null;
  /** The plugin that gives the user's credentials, or null. */
  readonly plugin: PluginCommand | null;
  /** It is the pod's own service account. */
  readonly isPod: boolean;
}

/** Where credentials were found. */
export interface Source {
  readonly kind: 'files' | 'pod';
  readonly name: string;
  readonly files: readonly KubeconfigFile[];
}

/**
 * Loads kubeconfig files with the client library and adds what kubectl does
 * beyond it: several files may name the same entry (the first wins), `tokenFile`
 * of a user, relative paths of token files and plugins, KUBERNETES_EXEC_INFO.
 *
 * @param environment of plugins
 * @throws Failure that names the file and field, or the contexts there are
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
        ? `${where}: there is no context ${JSON.stringify(merged.getCurrentContext())}`
        : `${where}: there is no current-context`,
      `choose one with --context; there are: ${known}`,
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

/** The user of a context; one without a name where it names none, since the library applies no CA without a user. */
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
 * Takes from the current user what we do ourselves. The library would cache a token for a
 * minute whatever the server says and keep its line end, run a plugin once for each of
 * several requests, without a time limit, and go on with what it gave after it was refused.
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
      'use --kubeconfig FILE, or --kubeconfig - for stdin',
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

/** As it stands where there is no directory; see checkPaths. */
function absolute(file: string, directory: string | null): string {
  return directory === null ? file : path.resolve(directory, file);
}

/**
 * What came through a pipe is in no directory, so that a relative path in it means nothing.
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
      `${where}: ${field} is the relative path ${file}, but a kubeconfig from a pipe is in no directory`,
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

/** The CA as plugins want it, wherever the kubeconfig keeps it. */
function caDataOf(cluster: { readonly caData?: string; caFile?: string }): string | undefined {
  return cluster.caFile ? readFileSync(cluster.caFile).toString('base64') : cluster.caData;
}
