/** An example: the task, and the command line for it. */
export type Example = readonly [task: string, line: string];

/** One command, as shown in help, docs/reference.md and completion. */
export interface CommandRow {
  readonly does: string;
  /** The heading under which `--help` lists it. */
  readonly heading: string;
  /** The arguments after its name; '' if it takes none. Completion reads them, too. */
  readonly usage: string;
  readonly examples: readonly Example[];
}

/** The commands, in the order in which help and README list them. */
export const COMMANDS = {
  backup: {
    does: 'back up now, then remove old archives (the default command)',
    heading: 'Back up:',
    usage: '',
    examples: [
      ['Everything that you have permission to list', 'openshift-backup backup --volume ./backups'],
      ['One project, without Secrets', 'openshift-backup backup --volume ./backups -p shop --no-secrets'],
      [
        'Keep archives for 30 days, and at least five of them',
        'openshift-backup backup --retain-days 30 --retain-min 5',
      ],
    ],
  },
  access: {
    does: 'show what these credentials may back up, and which permissions are missing',
    heading: 'Back up:',
    usage: '',
    examples: [
      [
        'What a backup with these credentials would include, and what it would lack',
        'openshift-backup access',
      ],
      ['The same for another context', 'openshift-backup access --context production'],
    ],
  },
  list: {
    does: 'list the archives',
    heading: 'Inspect archives:',
    usage: '',
    examples: [
      ['All archives, newest first', 'openshift-backup list'],
      ['With cluster, user, duration and version', 'openshift-backup list -o wide'],
      ['A page for a browser', 'openshift-backup list -o html > archives.html'],
      [
        'File names of the complete archives',
        `openshift-backup list -o json | jq -r '.[] | select(.state == "complete").archive'`,
      ],
    ],
  },
  show: {
    does: 'show the content of an archive: its projects, types and objects',
    heading: 'Inspect archives:',
    usage: 'ARCHIVE [PROJECT[/TYPE[/NAME]]]',
    examples: [
      ['What the newest archive contains', 'openshift-backup show latest'],
      ['One object as YAML', 'openshift-backup show latest shop/deployments/web -o yaml'],
      ['Cluster-scoped objects', 'openshift-backup show latest _cluster/clusterroles'],
    ],
  },
  diff: {
    does: 'compare two archives, or an archive with the live cluster',
    heading: 'Inspect archives:',
    usage: 'ARCHIVE [ARCHIVE|live [TYPE [NAME]]]',
    examples: [
      ['What changed last night', 'openshift-backup diff previous latest'],
      ['What changed in a project since the last backup', 'openshift-backup diff latest live -p shop'],
      [
        'Two projects: why does it work in staging?',
        'openshift-backup diff latest latest --map shop=shop-staging',
      ],
      ['One object in two archives', 'openshift-backup diff 20260910 20260911 deployments/web -p shop'],
    ],
  },
  log: {
    does: 'show what changed over all archives, when, and who changed it, newest first',
    heading: 'Inspect archives:',
    usage: '[PROJECT[/TYPE[/NAME]]...]',
    examples: [
      ['What changed in a project in the last seven days', 'openshift-backup log shop --since 7d'],
      ['Deployments of all projects', `openshift-backup log '*/deployments'`],
      ['A page with a timeline over all archives', 'openshift-backup log -o html > log.html'],
    ],
  },
  history: {
    does: 'show every version of an object in all archives, and what changed between them',
    heading: 'Inspect archives:',
    usage: 'PROJECT/TYPE/NAME',
    examples: [
      ['Every version of a ConfigMap', 'openshift-backup history shop/configmaps/settings'],
      ['Versions of the last seven days', 'openshift-backup history shop/configmaps/settings --since 7d'],
    ],
  },
  extract: {
    does: 'write the files of a project in an archive to a directory or a zip',
    heading: 'Restore:',
    usage: 'ARCHIVE PROJECT --to DIR|FILE.zip|-',
    examples: [
      ['The files of a project, in a new directory', 'openshift-backup extract latest shop --to ./shop'],
      ['As a zip', 'openshift-backup extract latest shop --to shop.zip'],
      [
        'As a zip, out of the retrieval pod',
        'oc exec deploy/openshift-backup-retrieval -- openshift-backup extract latest shop --to - > shop.zip',
      ],
    ],
  },
  verify: {
    does: 'check that archives are readable, undamaged, valid and complete',
    heading: 'Maintain archives:',
    usage: '[ARCHIVE...]',
    examples: [
      ['All archives', 'openshift-backup verify'],
      [
        'For monitoring: is there a complete archive from the last 25 hours?',
        'openshift-backup verify --max-age 25h',
      ],
      [
        'Was an archive rehearsed successfully in the last eight days?',
        'openshift-backup verify --rehearsed 8d',
      ],
    ],
  },
  rehearse: {
    does: 'prove archives: restore each into an empty API server, and compare what comes back',
    heading: 'Maintain archives:',
    usage: '[ARCHIVE...]',
    examples: [
      ['Does the newest archive restore?', 'openshift-backup rehearse --assets ./kubebuilder/bin'],
      [
        'What would an upgrade to this version of Kubernetes refuse?',
        'openshift-backup rehearse latest --assets ./kubernetes-1.37',
      ],
    ],
  },
  restore: {
    does: 'restore objects from an archive, to this cluster or another; a dry run unless --apply',
    heading: 'Restore:',
    usage: 'ARCHIVE [PROJECT/TYPE/NAME...]',
    examples: [
      ['What would happen', 'openshift-backup restore latest -p shop'],
      ['Do it', 'openshift-backup restore latest -p shop --apply'],
      ['One object', 'openshift-backup restore latest shop/configmaps/settings --existing update --apply'],
      [
        'A copy of a project',
        'openshift-backup restore latest -p shop --map shop=shop-copy --suspend --apply',
      ],
    ],
  },
  prune: {
    does: 'remove old archives by the retention policy; a dry run unless --apply',
    heading: 'Maintain archives:',
    usage: '',
    examples: [
      ['What would be removed', 'openshift-backup prune --retain-days 30'],
      ['Remove it', 'openshift-backup prune --retain-days 30 --apply'],
    ],
  },
  copy: {
    does: 'copy archives to a bucket or another directory; a dry run unless --apply',
    heading: 'Maintain archives:',
    usage: '[ARCHIVE...] --to URL',
    examples: [
      ['What would be copied', 'openshift-backup copy --to s3://offsite/production'],
      ['Copy it', 'openshift-backup copy --to s3://offsite/production --apply'],
      [
        'One archive, even if it is older than all copies',
        'openshift-backup copy 20260910 --to s3://offsite/production --apply',
      ],
    ],
  },
  idle: {
    does: 'keep the retrieval pod running until SIGTERM',
    heading: 'Other commands:',
    usage: '',
    examples: [['The command of the retrieval pod', 'openshift-backup idle']],
  },
  completion: {
    does: 'print the completion script for bash, zsh or fish',
    heading: 'Other commands:',
    usage: 'bash|zsh|fish',
    examples: [['For this shell', 'source <(openshift-backup completion bash)']],
  },
  version: {
    does: 'print the version of this program, of Node.js and of the platform',
    heading: 'Other commands:',
    usage: '',
    examples: [
      ['The version', 'openshift-backup version'],
      ['For scripts', 'openshift-backup version -o json'],
    ],
  },
} as const satisfies Readonly<Record<string, CommandRow>>;

export type CommandName = keyof typeof COMMANDS;

/** All commands, in the order of the table. */
export const COMMAND_NAMES: readonly CommandName[] = Object.keys(COMMANDS).filter(isCommand);

/** Whether there is a command of this name. */
export function isCommand(word: string): word is CommandName {
  return Object.hasOwn(COMMANDS, word);
}

/** Commands that read archives or their directory. */
export const READING: readonly CommandName[] = [
  'list',
  'show',
  'diff',
  'log',
  'history',
  'extract',
  'verify',
  'rehearse',
  'restore',
  'prune',
  'copy',
];
/** Commands that find archives by file name, or create one. */
export const NAMING: readonly CommandName[] = ['backup', ...READING];
/** Commands that export objects of a cluster. */
export const EXPORTING: readonly CommandName[] = ['backup', 'access', 'diff'];
/** Commands that talk to a cluster. */
export const CONNECTED: readonly CommandName[] = [...EXPORTING, 'restore'];
/** Commands that select objects by project and type. */
export const SELECTING: readonly CommandName[] = [...CONNECTED, 'log'];
/** Commands that show versions of objects next to each other. */
export const COMPARING: readonly CommandName[] = ['diff', 'log', 'history'];
