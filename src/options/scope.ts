import { parseIgnored, splitIgnored } from '../changes/ignored.ts';
import { checkSelector } from '../types/selector.ts';
import { parseBytes } from '../words/bytes.ts';
import { parseDuration, parseSince } from '../words/duration.ts';
import { COMPARING, EXPORTING, SELECTING } from './commands.ts';
import { choice, globs, list, optional, turnsOff, turnsOn, withDefault } from './option.ts';
import { programOf } from './values.ts';

/** Four logs are in memory at once. */
const MOST_LOG_BYTES = 16 * 2 ** 20;

/** Which objects a command works on: the values are a Scope. */
export const SCOPE = {
  projects: globs({
    flag: 'project',
    short: 'p',
    alias: { flag: 'namespace', short: 'n' },
    placeholder: 'PROJECT',
    help: 'only these projects, by name or glob',
    commands: SELECTING,
  }),
  excludeProjects: globs({
    flag: 'exclude-project',
    placeholder: 'PROJECT',
    help: 'all projects except these, by name or glob',
    commands: SELECTING,
  }),
  resources: globs({
    flag: 'resource',
    placeholder: 'TYPE',
    help: 'only these resource types, by name or glob: deployments.apps, routes.*',
    commands: SELECTING,
  }),
  excludeResources: globs({
    flag: 'exclude-resource',
    placeholder: 'TYPE',
    help: 'all resource types except these, by name or glob; *.GROUP is a whole API group',
    commands: SELECTING,
  }),
  include: globs({
    flag: 'include',
    placeholder: 'TYPE',
    help: 'also include these resource types, which are excluded by default: events, leases.*',
    commands: EXPORTING,
  }),
  includeDefaultExcluded: turnsOn({
    flag: 'include-default-excluded',
    help: 'also include all resource types that are excluded by default',
    commands: EXPORTING,
  }),
  clusterResources: choice({
    flag: 'cluster-resources',
    choices: ['auto', 'yes', 'no'],
    default: 'auto',
    help: 'include cluster-scoped objects; auto: with --project, and in a restore, those that the selected objects depend on',
    commands: SELECTING,
  }),
  selector: optional({
    flag: 'selector',
    placeholder: 'SELECTOR',
    help: 'only objects that match this label selector: app=web,tier!=test',
    commands: [...EXPORTING, 'log'],
    parse: checkSelector,
  }),
  secrets: turnsOff({
    flag: 'no-secrets',
    help: 'leave out Secrets (also BACKUP_SECRETS=false)',
    commands: SELECTING,
  }),
};

/** Which parts of the objects are included, and which of their changes. */
export const CONTENT = {
  filter: optional({
    flag: 'filter',
    placeholder: 'JQ',
    help: 'run this jq program on each object; @FILE reads it from a file',
    commands: ['backup', 'diff'],
    parse: programOf,
  }),
  withStatus: turnsOff({ flag: 'no-status', help: 'leave out the status of objects', commands: ['backup'] }),
  withMetadata: turnsOff({
    flag: 'no-metadata',
    help: 'leave out metadata set by the server: uid, times, generation, managedFields',
    commands: ['backup'],
  }),
  logs: turnsOn({
    flag: 'logs',
    help: 'also back up the logs of all containers; they may contain passwords. Needs get on pods/log',
    commands: ['backup'],
  }),
  logsSince: withDefault({
    flag: 'logs-since',
    placeholder: 'TIME',
    default: '24h',
    help: 'with --logs: only lines written within this time before the backup',
    commands: ['backup'],
    parse: parseDuration,
  }),
  logsBytes: withDefault({
    flag: 'logs-bytes',
    placeholder: 'SIZE',
    default: '1MiB',
    help: 'with --logs: keep only the end of each log, at most this size (up to 16MiB)',
    commands: ['backup'],
    parse: (text) => parseBytes(text, MOST_LOG_BYTES),
  }),
  showStatus: turnsOn({
    flag: 'status',
    help: 'include the status of objects',
    commands: ['show', ...COMPARING],
  }),
  showMetadata: turnsOn({
    flag: 'metadata',
    help: 'include metadata set by the server: uid, times, generation, managedFields',
    commands: ['show'],
  }),
  includeNoise: turnsOn({
    flag: 'include-noise',
    help: 'include changes that happen by themselves: pods of controllers, rotated tokens, injected CA bundles, counters',
    commands: COMPARING,
  }),
  ignored: list({
    flag: 'ignore',
    placeholder: 'TYPE:PATH',
    help: 'ignore changes of a field; PATH as diff prints it: deployments.apps:spec.replicas, *:metadata.labels[example.com/*]',
    commands: ['backup', ...COMPARING],
    split: splitIgnored,
    parse: parseIgnored,
  }),
  since: optional({
    flag: 'since',
    placeholder: 'WHEN',
    help: 'only changes since this time: 7d, 36h, 2026-11-01, 2026-11-01T08:30',
    commands: ['log', 'history'],
    parse: parseSince,
  }),
  until: optional({
    flag: 'until',
    placeholder: 'WHEN',
    help: 'only changes until this time: 12h, 2026-11-01T08:30; a date means its midnight',
    commands: ['log'],
    parse: parseSince,
  }),
};
