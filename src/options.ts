/** The commands, in the order in which help and README name them. */
export const COMMANDS = {
  backup: 'export → zip → rotate (the default command)',
  access: 'show what this identity may back up, and what a role would have to add',
  list: 'list the archives on the volume',
  show: 'show what is in an archive: a project, a type, an object',
  diff: 'compare two archives, or an archive with the live cluster',
  history: 'show every version of one object over all archives, and what changed between them',
  extract: 'write the files of a project in an archive to a directory or a zip',
  verify: 'prove that archives are whole, undamaged, valid and complete',
  restore: 'bring objects of an archive back, here or elsewhere; only reports unless --apply',
  prune: 'apply the retention policy alone; only reports unless --apply',
  idle: 'keep the retrieval pod alive until SIGTERM',
  completion: 'print the completion script of a shell: bash, zsh or fish',
  version: 'print the version of this program, of Node.js and of the platform',
} as const;

export type CommandName = keyof typeof COMMANDS;

const EVERY = Object.keys(COMMANDS) as CommandName[];
/** What looks into archives, or at them. */
const ARCHIVES: readonly CommandName[] = [
  'list',
  'show',
  'diff',
  'history',
  'extract',
  'verify',
  'restore',
  'prune',
];
const NAMING: readonly CommandName[] = ['backup', ...ARCHIVES];
const VOLUME: readonly CommandName[] = [...NAMING, 'idle'];
const CLUSTER: readonly CommandName[] = ['backup', 'access', 'diff'];
const CONNECTED: readonly CommandName[] = [...CLUSTER, 'restore'];
const RESTORE: readonly CommandName[] = ['restore'];
/** Commands whose whole answer is one JSON document, which can be printed as YAML too. */
const ONE_DOCUMENT: readonly CommandName[] = ['access', 'show', 'extract', 'verify', 'prune', 'version'];

/** One option: how it is written, what it means, which commands take it. */
export interface OptionRow {
  /** Long flag without dashes; its variable is OPENSHIFT_BACKUP_<FLAG>. */
  readonly flag: string;
  /** Name of the value in help; null for a switch. */
  readonly value: string | null;
  /** As the user would write it; null where there is none. */
  readonly default: string | null;
  readonly repeatable?: true;
  readonly help: string;
  readonly commands: readonly CommandName[];
}

/**
 * Every option of every command. Command line, environment, help and the
 * table in docs/reference.md are made from these rows.
 */
export const OPTIONS = [
  {
    flag: 'volume',
    value: 'DIR',
    default: '/openshift-backup',
    help: 'where archives live',
    commands: VOLUME,
  },
  {
    flag: 'name',
    value: 'NAME',
    default: 'openshift-backup',
    help: "first part of an archive's file name",
    commands: NAMING,
  },
  {
    flag: 'stamp',
    value: 'FORMAT',
    default: 'yyyyMMddHHmm',
    help: 'second part: a Luxon date format',
    commands: NAMING,
  },
  { flag: 'zone', value: 'ZONE', default: 'UTC', help: 'IANA time zone of the stamp', commands: NAMING },
  {
    flag: 'retain-days',
    value: 'N',
    default: '7',
    help: 'remove archives older than N days; 0 keeps all',
    commands: ['backup', 'prune'],
  },
  {
    flag: 'retain-min',
    value: 'N',
    default: '1',
    help: 'keep the newest N complete archives whatever their age',
    commands: ['backup', 'prune'],
  },
  {
    flag: 'kubeconfig',
    value: 'FILE',
    default: null,
    help: "credentials; else KUBECONFIG, ~/.kube/config, the pod's own",
    commands: CONNECTED,
  },
  {
    flag: 'context',
    value: 'NAME',
    default: null,
    help: 'context of the kubeconfig; else its current one',
    commands: CONNECTED,
  },
  {
    flag: 'project',
    value: 'GLOB',
    default: null,
    repeatable: true,
    help: 'only these projects',
    commands: CONNECTED,
  },
  {
    flag: 'exclude-project',
    value: 'GLOB',
    default: null,
    repeatable: true,
    help: 'not these projects',
    commands: CONNECTED,
  },
  {
    flag: 'resource',
    value: 'GLOB',
    default: null,
    repeatable: true,
    help: 'only these resource types: deployments.apps, routes.*',
    commands: CONNECTED,
  },
  {
    flag: 'exclude-resource',
    value: 'GLOB',
    default: null,
    repeatable: true,
    help: 'not these resource types: *.GROUP leaves out a whole API group',
    commands: CONNECTED,
  },
  {
    flag: 'include',
    value: 'GLOB',
    default: null,
    repeatable: true,
    help: 'also these resource types, which are left out by default: events, leases.*',
    commands: CLUSTER,
  },
  {
    flag: 'cluster-resources',
    value: 'auto|yes|no',
    default: 'auto',
    help: 'cluster-scoped types; auto: not when --project narrows the scope, in a restore those that the rest needs',
    commands: CONNECTED,
  },
  {
    flag: 'selector',
    value: 'SELECTOR',
    default: null,
    help: 'only objects with these labels',
    commands: CONNECTED,
  },
  {
    flag: 'no-secrets',
    value: null,
    default: null,
    help: 'leave Secrets out (also BACKUP_SECRETS=false)',
    commands: CONNECTED,
  },
  {
    flag: 'no-status',
    value: null,
    default: null,
    help: 'leave the status of objects out',
    commands: ['backup'],
  },
  {
    flag: 'metadata',
    value: null,
    default: null,
    help: "also the server's metadata of the objects: uid, times, generation, managedFields",
    commands: ['show'],
  },
  {
    flag: 'no-metadata',
    value: null,
    default: null,
    help: "leave out the server's metadata (managedFields, uid, creation and deletion times)",
    commands: ['backup'],
  },
  {
    flag: 'include-default-excluded',
    value: null,
    default: null,
    help: 'also every resource type that is left out by default',
    commands: CLUSTER,
  },
  {
    flag: 'filter',
    value: 'JQ',
    default: null,
    help: 'a jq program, or @FILE with one, run on each object',
    commands: ['backup', 'diff'],
  },
  {
    flag: 'request-timeout',
    value: 'SECONDS',
    default: '30',
    help: 'give up a request after this long without data',
    commands: CONNECTED,
  },
  {
    flag: 'retry-for',
    value: 'SECONDS',
    default: '60',
    help: 'how long to try again after 429, 5xx and broken connections',
    commands: CONNECTED,
  },
  {
    flag: 'apply',
    value: null,
    default: null,
    help: 'do it; without it, only report',
    commands: ['prune', 'restore'],
  },
  {
    flag: 'preference',
    value: 'FILE',
    default: null,
    help: 'what to restore and what not, as a RestorePreference of k8s-snap (YAML)',
    commands: RESTORE,
  },
  {
    flag: 'map',
    value: 'OLD=NEW',
    default: null,
    repeatable: true,
    help: 'restore a project under another name',
    commands: RESTORE,
  },
  {
    flag: 'replace',
    value: 'OLD=NEW',
    default: null,
    repeatable: true,
    help: 'replace a host name or address wherever it stands in a text',
    commands: RESTORE,
  },
  {
    flag: 'existing',
    value: 'skip|update|replace|fail',
    default: 'skip',
    help: 'what to do with an object that exists and differs: update applies the archived one over it, replace deletes and recreates it',
    commands: RESTORE,
  },
  {
    flag: 'force-conflicts',
    value: null,
    default: null,
    help: 'with --existing update: take over fields that others manage',
    commands: RESTORE,
  },
  {
    flag: 'preserve-nodeports',
    value: null,
    default: null,
    help: 'Services keep their node ports',
    commands: RESTORE,
  },
  {
    flag: 'suspend',
    value: null,
    default: null,
    help: 'restore without starting anything: workloads scaled to zero, jobs suspended',
    commands: RESTORE,
  },
  {
    flag: 'rebind-storage-class',
    value: 'GLOB',
    default: null,
    repeatable: true,
    help: 'claims of these storage classes keep their volumes; * also those of none',
    commands: RESTORE,
  },
  {
    flag: 'wait',
    value: 'SECONDS',
    default: '60',
    help: 'how long to wait for what is being deleted, for new types and for claims',
    commands: RESTORE,
  },
  {
    flag: 'show-secrets',
    value: null,
    default: null,
    help: 'print secret values instead of masking them: data of Secrets and copies of it, private keys, tokens',
    commands: ['show', 'diff', 'history'],
  },
  {
    flag: 'status',
    value: null,
    default: null,
    help: 'show objects with their status, compare it too',
    commands: ['show', 'diff', 'history'],
  },
  {
    flag: 'status',
    value: 'TYPE',
    default: null,
    repeatable: true,
    help: 'also write the archived status of objects of these types (globs)',
    commands: RESTORE,
  },
  {
    flag: 'include-noise',
    value: null,
    default: null,
    help: 'also show what changes by itself: pods of controllers, rotated tokens, injected CA bundles, counters',
    commands: ['diff', 'history'],
  },
  {
    flag: 'ignore',
    value: 'TYPE:PATH',
    default: null,
    repeatable: true,
    help: 'ignore changes of a field; PATH is what diff prints: deployments.apps:spec.replicas, *:metadata.labels[example.com/*]',
    commands: ['backup', 'diff', 'history'],
  },
  {
    flag: 'since',
    value: 'WHEN',
    default: null,
    help: 'only what happened since then: 7d, 36h, 2026-11-01, 20261101',
    commands: ['history'],
  },
  {
    flag: 'to',
    value: 'DIR',
    default: null,
    help: 'a new or empty directory, a new FILE.zip, or - for a zip on stdout; holds the real data of Secrets, readable only by you',
    commands: ['extract'],
  },
  {
    flag: 'max-age',
    value: 'TIME',
    default: null,
    help: 'fail unless a complete archive is younger (25h, 90m, 7d); its content is read only if it is named',
    commands: ['verify'],
  },
  {
    flag: 'output',
    value: 'text|json|yaml',
    default: 'text',
    help: 'form of the answer on stdout',
    commands: ONE_DOCUMENT,
  },
  {
    flag: 'output',
    value: 'text|wide|json|yaml',
    default: 'text',
    help: 'form of the answer on stdout; wide has more columns',
    commands: ['list'],
  },
  {
    flag: 'output',
    value: 'text|json|markdown|html',
    default: 'text',
    help: 'form of the answer on stdout; html is a page of its own',
    commands: ['diff', 'history'],
  },
  {
    flag: 'output',
    value: 'text|json',
    default: 'text',
    help: 'form of the answer on stdout',
    commands: RESTORE,
  },
  {
    flag: 'log-level',
    value: 'debug|info|warn|error',
    default: 'info',
    help: 'what is worth a line on stderr',
    commands: EVERY,
  },
  {
    flag: 'log-format',
    value: 'auto|text|json',
    default: 'auto',
    help: 'auto: JSON lines for backup, prune and idle in a pod, without a terminal; text everywhere else',
    commands: EVERY,
  },
] as const satisfies readonly OptionRow[];

export type Flag = (typeof OPTIONS)[number]['flag'];

/** The environment variable of a flag: `retain-days` → `OPENSHIFT_BACKUP_RETAIN_DAYS`. */
export function variableOf(flag: string): string {
  return `OPENSHIFT_BACKUP_${flag.toUpperCase().replaceAll('-', '_')}`;
}

/** The row of a flag that a command takes, or null: a flag may mean different things to different commands. */
export function rowOf(flag: string, command: CommandName): OptionRow | null {
  const rows: readonly OptionRow[] = OPTIONS;
  return rows.find((row) => row.flag === flag && row.commands.includes(command)) ?? null;
}

/** The values that an option of a command may have, as its row names them; [] where it may have any, or is none. */
export function choicesOf(flag: string, command: CommandName): readonly string[] {
  const value = rowOf(flag, command)?.value ?? '';
  return value.includes('|') ? value.split('|') : [];
}
