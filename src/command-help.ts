import type { CommandName, Flag } from './options.ts';

/** The words that each command takes after its name, as its usage shows them. */
export const ARGUMENTS: Readonly<Record<CommandName, string>> = {
  backup: '',
  access: '',
  list: '',
  show: 'ARCHIVE [PROJECT[/TYPE[/NAME]]]',
  diff: 'ARCHIVE [ARCHIVE|live [TYPE [NAME]]]',
  history: 'PROJECT/TYPE/NAME',
  extract: 'ARCHIVE PROJECT --to DIR|FILE.zip|-',
  verify: '[ARCHIVE...]',
  restore: 'ARCHIVE [PROJECT/TYPE/NAME...]',
  prune: '',
  idle: '',
  completion: 'bash|zsh|fish',
  version: '',
};

/** The heading under which `--help` names a command. */
export const COMMAND_GROUP: Readonly<Record<CommandName, string>> = {
  backup: 'Back up:',
  access: 'Back up:',
  list: 'Look into archives:',
  show: 'Look into archives:',
  diff: 'Look into archives:',
  history: 'Look into archives:',
  restore: 'Restore:',
  extract: 'Restore:',
  verify: 'Maintain:',
  prune: 'Maintain:',
  idle: 'Other commands:',
  completion: 'Other commands:',
  version: 'Other commands:',
};

const WHERE = 'Archives:';
const WHAT = 'What is included:';
const HOW = 'What to do with it:';
const RETENTION = 'Retention:';
const CLUSTER = 'Cluster:';
const OUTPUT = 'Output:';

/** The headings of options, in the order of help. */
const OPTION_GROUPS = [WHAT, HOW, RETENTION, WHERE, CLUSTER, OUTPUT];

/** The heading under which the help of a command names an option. */
export const OPTION_GROUP: Readonly<Record<Flag, string>> = {
  volume: WHERE,
  name: WHERE,
  stamp: WHERE,
  zone: WHERE,
  'retain-days': RETENTION,
  'retain-min': RETENTION,
  apply: HOW,
  to: HOW,
  preference: HOW,
  map: HOW,
  replace: HOW,
  existing: HOW,
  'force-conflicts': HOW,
  'preserve-nodeports': HOW,
  suspend: HOW,
  'rebind-storage-class': HOW,
  wait: HOW,
  'max-age': HOW,
  project: WHAT,
  'exclude-project': WHAT,
  resource: WHAT,
  'exclude-resource': WHAT,
  include: WHAT,
  'cluster-resources': WHAT,
  selector: WHAT,
  'no-secrets': WHAT,
  'no-status': WHAT,
  'no-metadata': WHAT,
  metadata: WHAT,
  status: WHAT,
  'include-default-excluded': WHAT,
  'include-noise': WHAT,
  ignore: WHAT,
  since: WHAT,
  filter: WHAT,
  kubeconfig: CLUSTER,
  context: CLUSTER,
  'request-timeout': CLUSTER,
  'retry-for': CLUSTER,
  'show-secrets': OUTPUT,
  output: OUTPUT,
  'log-level': OUTPUT,
  'log-format': OUTPUT,
};

/** Where an option stands in help, as a number to sort by. */
export function rankOf(flag: Flag): number {
  return OPTION_GROUPS.indexOf(OPTION_GROUP[flag]);
}

/** An example: what somebody wants, and the command line for it. */
export type Example = readonly [wish: string, line: string];

/** Examples of the help of the program. */
export const FIRST_EXAMPLES: readonly Example[] = [
  ['Back up all that you may list, to a directory', 'openshift-backup backup --volume ./backups'],
  [
    'What changed in a project since the last night',
    'openshift-backup diff latest live -p shop --volume ./backups',
  ],
  ['What a restore of that project would do', 'openshift-backup restore latest -p shop --volume ./backups'],
];

/** Examples of the help of each command. */
export const EXAMPLES: Readonly<Record<CommandName, readonly Example[]>> = {
  backup: [
    ['All that you may list', 'openshift-backup backup --volume ./backups'],
    ['One project, without Secrets', 'openshift-backup backup --volume ./backups -p shop --no-secrets'],
    [
      'Keep thirty days, and at least five archives',
      'openshift-backup backup --retain-days 30 --retain-min 5',
    ],
  ],
  access: [
    ['What a backup with these credentials includes, and what it lacks', 'openshift-backup access'],
    ['The same for another context', 'openshift-backup access --context production'],
  ],
  list: [
    ['All archives on the volume, the newest first', 'openshift-backup list'],
    ['With cluster, user, duration and version', 'openshift-backup list -o wide'],
    [
      'Names of the complete ones',
      `openshift-backup list -o json | jq -r '.[] | select(.state == "complete").archive'`,
    ],
  ],
  show: [
    ['What the newest archive holds', 'openshift-backup show latest'],
    ['One object as YAML', 'openshift-backup show latest shop/deployments/web -o yaml'],
    ['Cluster-scoped objects', 'openshift-backup show latest _cluster/clusterroles'],
  ],
  diff: [
    ['What changed last night', 'openshift-backup diff previous latest'],
    ['What changed in a project since then', 'openshift-backup diff latest live -p shop'],
    ['One object in two archives', 'openshift-backup diff 20260910 20260911 deployments/web -p shop'],
  ],
  history: [
    ['Every version of a ConfigMap', 'openshift-backup history shop/configmaps/settings'],
    ['Those of the last week', 'openshift-backup history shop/configmaps/settings --since 7d'],
  ],
  extract: [
    ['The files of a project, in a new directory', 'openshift-backup extract latest shop --to ./shop'],
    ['As a zip', 'openshift-backup extract latest shop --to shop.zip'],
    [
      'As a zip, out of the retrieval pod',
      'oc exec deploy/openshift-backup-retrieval -- openshift-backup extract latest shop --to - > shop.zip',
    ],
  ],
  verify: [
    ['All archives on the volume', 'openshift-backup verify'],
    [
      'For monitoring: is there a complete archive of the last 25 hours?',
      'openshift-backup verify --max-age 25h',
    ],
  ],
  restore: [
    ['What would happen', 'openshift-backup restore latest -p shop'],
    ['Do it', 'openshift-backup restore latest -p shop --apply'],
    ['One object', 'openshift-backup restore latest shop/configmaps/settings --existing update --apply'],
    ['A copy of a project', 'openshift-backup restore latest -p shop --map shop=shop-copy --suspend --apply'],
  ],
  prune: [
    ['What would be removed', 'openshift-backup prune --retain-days 30'],
    ['Remove it', 'openshift-backup prune --retain-days 30 --apply'],
  ],
  idle: [['The command of the retrieval pod', 'openshift-backup idle']],
  completion: [['For this shell', 'source <(openshift-backup completion bash)']],
  version: [
    ['Of the program', 'openshift-backup version'],
    ['For scripts', 'openshift-backup version -o json'],
  ],
};

/** Examples as help prints them, each below what it is for. */
export function examplesText(examples: readonly Example[]): string {
  const lines = examples.flatMap(([wish, line]) => [`  # ${wish}`, `  ${line}`]);
  return ['EXAMPLES', ...lines].join('\n');
}
