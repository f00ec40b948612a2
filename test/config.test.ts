import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommandLine } from '../src/command-line.ts';
import { type Config, readConfig } from '../src/config.ts';
import type { CommandName } from '../src/options/commands.ts';
import { variableOf } from '../src/options/option.ts';
import { RESTORE } from '../src/options/restore.ts';
import { OPTIONS } from '../src/options/table.ts';

type Variables = Readonly<Record<string, string>>;

const noFile = (file: string): string => {
  throw new Error(`ENOENT: no such file or directory, open '${file}'`);
};

function read(words: readonly string[], environment: Variables = {}, readText = noFile) {
  const line = parseCommandLine(words, '1.0.0');
  if (line.kind === 'text') throw new Error(line.text);
  return readConfig(line, environment, readText);
}

function configOf(words: readonly string[], environment: Variables = {}, readText = noFile): Config {
  const result = read(words, environment, readText);
  if (result.kind === 'errors') throw new Error(result.errors.join('; '));
  return result.config;
}

function errorsOf(words: readonly string[], environment: Variables = {}): readonly string[] {
  const result = read(words, environment);
  assert.equal(result.kind, 'errors', `${words.join(' ')} is accepted`);
  return result.kind === 'errors' ? result.errors : [];
}

function warningsOf(environment: Variables): readonly string[] {
  const result = read([], environment);
  return result.kind === 'config' ? result.warnings : [];
}

/** As text on the command line (null: a switch) and in a variable; then what each gives, and neither of them. */
type Case = readonly [
  flag: string,
  flagged: string | null,
  variable: string,
  of: (config: Config) => unknown,
  expected: readonly [unknown, unknown, unknown],
];

const RECIPIENT = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';
const OTHER = 'age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg';

const CASES: readonly Case[] = [
  ['volume', '/a', '/b', (c) => c.volume.text, ['/a', '/b', '/openshift-backup']],
  ['name', 'a', 'b', (c) => c.name, ['a', 'b', 'openshift-backup']],
  ['seal-to', RECIPIENT, ` ${RECIPIENT},${OTHER}`, (c) => c.sealTo, [[RECIPIENT], [RECIPIENT, OTHER], []]],
  ['identity', 'a', 'b,c', (c) => c.identity, [['a'], ['b', 'c'], []]],
  ['stamp', 'yyyyMMdd', 'yyyy-MM-dd', (c) => c.stamp, ['yyyyMMdd', 'yyyy-MM-dd', 'yyyyMMddHHmm']],
  ['zone', 'Asia/Tokyo', 'Europe/Zurich', (c) => c.zone, ['Asia/Tokyo', 'Europe/Zurich', 'UTC']],
  ['retain-days', '0', '30', (c) => c.retainDays, [0, 30, 7]],
  ['retain-min', '0', '3', (c) => c.retainMin, [0, 3, 1]],
  ['keep-within', '7d', '1y6m', (c) => c.keepWithin?.text ?? null, ['7d', '1y6m', null]],
  ['keep-last', '3', 'unlimited', (c) => c.keepLast, [3, Number.POSITIVE_INFINITY, 0]],
  ['keep-daily', '7', '8', (c) => c.keepDaily, [7, 8, 0]],
  ['keep-weekly', '5', '6', (c) => c.keepWeekly, [5, 6, 0]],
  ['keep-monthly', '12', '13', (c) => c.keepMonthly, [12, 13, 0]],
  ['keep-yearly', '3', 'unlimited', (c) => c.keepYearly, [3, Number.POSITIVE_INFINITY, 0]],
  [
    'copy-to',
    's3://abc/b,/c',
    'gs://bucket',
    (c) => c.copyTo.map(({ text }) => text),
    [['s3://abc/b', '/c'], ['gs://bucket'], []],
  ],
  ['copy-for', '1', '60', (c) => c.copyFor, [1000, 60_000, 600_000]],
  ['copy-keep', 'none', 'policy', (c) => c.copyKeep, ['none', 'policy', 'policy']],
  ['copy-keep-within', '7d', '1y6m', (c) => c.copyKeepWithin?.text ?? null, ['7d', '1y6m', null]],
  ['copy-keep-last', '3', 'unlimited', (c) => c.copyKeepLast, [3, Number.POSITIVE_INFINITY, 0]],
  ['copy-keep-daily', '7', '8', (c) => c.copyKeepDaily, [7, 8, 0]],
  ['copy-keep-weekly', '5', '6', (c) => c.copyKeepWeekly, [5, 6, 0]],
  ['copy-keep-monthly', '12', '13', (c) => c.copyKeepMonthly, [12, 13, 0]],
  ['copy-keep-yearly', '3', '4', (c) => c.copyKeepYearly, [3, 4, 0]],
  [
    'hold-until',
    'forever',
    '2027-03-01',
    (c) => c.holdUntil,
    ['forever', { kind: 'from', date: '2027-03-01' }, null],
  ],
  ['expires', '2027-03-01', '20270301', (c) => c.expires?.kind ?? null, ['from', 'from', null]],
  ['note', 'a, b', 'c', (c) => c.note, ['a, b', 'c', null]],
  ['s3-endpoint', 'https://a', 'http://b:9000', (c) => c.s3Endpoint, ['https://a', 'http://b:9000', null]],
  ['s3-region', 'eu-west-1', 'garage', (c) => c.s3Region, ['eu-west-1', 'garage', null]],
  ['s3-path-style', 'yes', 'no', (c) => c.s3PathStyle, ['yes', 'no', 'auto']],
  ['store-ca', 'a', 'b', (c) => c.storeCa, ['a', 'b', null]],
  ['kubeconfig', 'a', 'b', (c) => c.kubeconfig, ['a', 'b', null]],
  ['context', 'a', 'b', (c) => c.context, ['a', 'b', null]],
  ['project', 'a*', 'b,c', (c) => c.scope.projects, [['a*'], ['b', 'c'], []]],
  ['exclude-project', 'a', 'b', (c) => c.scope.excludeProjects, [['a'], ['b'], []]],
  ['resource', '{a,{b,c}}', 'b, c', (c) => c.scope.resources, [['{a,{b,c}}'], ['b', 'c'], []]],
  ['exclude-resource', '*.x.y', 'b', (c) => c.scope.excludeResources, [['*.x.y'], ['b'], []]],
  ['include', 'ev', 'leases.*,b', (c) => c.scope.include, [['ev'], ['leases.*', 'b'], []]],
  ['cluster-resources', 'yes', 'no', (c) => c.scope.clusterResources, ['yes', 'no', 'auto']],
  ['selector', 'app=web', '!app', (c) => c.scope.selector, ['app=web', '!app', null]],
  ['no-secrets', null, 'true', (c) => c.scope.secrets, [false, false, true]],
  ['no-status', null, 'true', (c) => c.withStatus, [false, false, true]],
  ['metadata', null, 'yes', (c) => c.showMetadata, [true, true, false]],
  ['no-metadata', null, 'true', (c) => c.withMetadata, [false, false, true]],
  ['include-default-excluded', null, '1', (c) => c.scope.includeDefaultExcluded, [true, true, false]],
  ['filter', '.', '.a', (c) => c.filter, ['.', '.a', null]],
  ['request-timeout', '1', '5', (c) => c.requestTimeout, [1000, 5000, 30_000]],
  ['retry-for', '0', '5', (c) => c.retryFor, [0, 5000, 60_000]],
  ['apply', null, 'yes', (c) => c.apply, [true, true, false]],
  ['show-secrets', null, 'yes', (c) => c.showSecrets, [true, true, false]],
  ['status', null, 'yes', (c) => c.showStatus, [true, true, false]],
  ['include-noise', null, 'yes', (c) => c.includeNoise, [true, true, false]],
  [
    'ignore',
    'deploy:spec.ports[port=1,protocol=TCP].x,*:data["a,b"]',
    'pods:spec.a\nsecrets:data',
    (c) => c.ignored.map(({ text }) => text),
    [['deploy:spec.ports[port=1,protocol=TCP].x', '*:data["a,b"]'], ['pods:spec.a', 'secrets:data'], []],
  ],
  ['preference', 'a', 'b', (c) => c.restore.preference, ['of a', 'of b', null]],
  [
    'map',
    'a=b,c=d',
    'e=f',
    (c) => [...c.restore.mapping],
    [
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
      [['e', 'f']],
      [],
    ],
  ],
  [
    'replace',
    'a.example.com=b.example.com',
    '10.0.0.1=',
    (c) => c.restore.replacements,
    [[{ from: 'a.example.com', to: 'b.example.com' }], [{ from: '10.0.0.1', to: '' }], []],
  ],
  [
    'project-selector',
    'team=a,tier!=test',
    '!team',
    (c) => c.restore.projectSelectors,
    [['team=a,tier!=test'], ['!team'], []],
  ],
  [
    'storage-class',
    'old=new',
    'a=b,c=d',
    (c) => [...c.restore.storageClasses],
    [
      [['old', 'new']],
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
      [],
    ],
  ],
  [
    'image',
    'a.example.com/team=b.example.com:5000',
    'a=b',
    (c) => [...c.restore.images],
    [[['a.example.com/team', 'b.example.com:5000']], [['a', 'b']], []],
  ],
  [
    'label',
    'example.com/from=backup',
    'a=',
    (c) => [...c.restore.labels],
    [[['example.com/from', 'backup']], [['a', '']], []],
  ],
  ['existing', 'replace', 'fail', (c) => c.restore.existing, ['replace', 'fail', 'skip']],
  ['preserve-nodeports', null, 'yes', (c) => c.restore.preserveNodePorts, [true, true, false]],
  ['verbose', null, 'yes', (c) => c.restore.verbose, [true, true, false]],
  ['prune', null, 'no', (c) => c.restore.prune, [true, false, false]],
  ['suspend', null, 'yes', (c) => c.restore.suspend, [true, true, false]],
  ['rebind-storage-class', 'nfs*', 'a,b', (c) => c.restore.rebindStorageClasses, [['nfs*'], ['a', 'b'], []]],
  ['wait', '0', '5', (c) => c.restore.wait, [0, 5000, 60_000]],
  ['to', 'a', 'b', (c) => c.to, ['a', 'b', null]],
  [
    'since',
    '7d',
    '2026-11-01',
    (c) => c.since,
    [
      { kind: 'for', duration: { text: '7d', milliseconds: 604_800_000 } },
      { kind: 'from', date: '2026-11-01' },
      null,
    ],
  ],
  [
    'until',
    '12h',
    '2026-11-01T08:30',
    (c) => c.until,
    [
      { kind: 'for', duration: { text: '12h', milliseconds: 43_200_000 } },
      { kind: 'from', date: '2026-11-01T08:30' },
      null,
    ],
  ],
  ['logs', null, 'true', (c) => c.logs, [true, true, false]],
  ['logs-since', '2h', '3d', (c) => c.logsSince.milliseconds, [7_200_000, 259_200_000, 86_400_000]],
  ['logs-bytes', '16MiB', '500Ki', (c) => c.logsBytes, [16_777_216, 512_000, 1_048_576]],
  ['no-pager', null, 'true', (c) => c.pager, [false, false, true]],
  ['rehearsed', '8d', '30d', (c) => c.rehearsed?.text ?? null, ['8d', '30d', null]],
  ['assets', '/a', '/b', (c) => c.rehearsal.assets, ['/a', '/b', null]],
  ['keep', null, 'true', (c) => c.rehearsal.keep, [true, true, false]],
  ['timeout', '90m', '2h', (c) => c.rehearsal.timeout.text, ['90m', '2h', '1h']],
  ['max-age', '25h', '2m', (c) => c.maxAge?.milliseconds ?? null, [90_000_000, 120_000, null]],
  ['output', 'json', 'text', (c) => c.output, ['json', 'text', 'text']],
  ['log-level', 'debug', 'warn', (c) => c.logLevel, ['debug', 'warn', 'info']],
  ['log-format', 'json', 'text', (c) => c.logFormat, ['json', 'text', 'auto']],
];

/** A command that takes the option. */
const commandOf = (flag: string): CommandName =>
  OPTIONS.find((row) => row.flag === flag)?.commands[0] ?? 'backup';

test('every option has a case in this file', () => {
  const flags = new Set(OPTIONS.map(({ flag }) => flag));
  assert.deepEqual([...flags].sort(), CASES.map(([flag]) => flag).sort());
});

for (const [flag, flagged, variable, of, expected] of CASES) {
  test(`--${flag} beats ${variableOf(flag)} beats the default`, () => {
    const command = commandOf(flag);
    const words = [command, `--${flag}`, ...(flagged === null ? [] : [flagged])];
    const environment = { [variableOf(flag)]: variable };
    const readText = flag === 'preference' ? (file: string) => `of ${file}` : noFile;
    assert.deepEqual(of(configOf(words, environment, readText)), expected[0]);
    assert.deepEqual(of(configOf([command], environment, readText)), expected[1]);
    assert.deepEqual(of(configOf([command])), expected[2]);
    // Manifests cannot unset a variable.
    assert.deepEqual(of(configOf([command], { [variableOf(flag)]: '' })), expected[2]);
  });
}

test('the defaults are those that help prints', () => {
  for (const [flag, , , of, expected] of CASES) {
    const row = OPTIONS.find((each) => each.flag === flag);
    if (row === undefined || row.default === null) continue;
    assert.deepEqual(of(configOf([commandOf(flag), `--${flag}`, row.default])), expected[2], flag);
  }
});

test('the config knows which options were set, by a flag or by a variable', () => {
  const { given } = configOf(['restore', '--existing', 'skip'], { OPENSHIFT_BACKUP_WAIT: '60' });
  assert.deepEqual(
    [RESTORE.existing, RESTORE.wait, RESTORE.mapping].map((option) => given.has(option)),
    [true, true, false],
  );
});

test('an invalid value is reported with its flag or variable', () => {
  assert.deepEqual(errorsOf(['restore', '--map', 'a=b,c'], { OPENSHIFT_BACKUP_REPLACE: 'x,y=z' }), [
    '--map c: must be OLD=NEW',
    'OPENSHIFT_BACKUP_REPLACE=x: must be OLD=NEW',
  ]);
  for (const flag of ['--project', '--ignore', '--filter', '--output'])
    assert.deepEqual(errorsOf(['diff', flag]), [`${flag}: needs a value`]);
});

test('a long invalid value is shortened in the error', () => {
  const [error = ''] = errorsOf(['copy', '--to', '/mnt', '--seal-to', 'a'.repeat(20_000)]);
  assert.match(error, /^--seal-to a{100}…: /);
  assert(error.length < 500, error);
});

test('one old name cannot be mapped to two new names', () => {
  assert.deepEqual(errorsOf(['restore', '--map', 'a=b', '--map', 'a=c,d=e,a=b']), [
    '--map: a is given two new values, b and c',
  ]);
  assert.equal(configOf(['restore', '--map', 'a=b,a=b']).restore.mapping.size, 1);
});

test('the number of patterns and their length are limited', () => {
  const many = Array.from({ length: 2001 }, (_, at) => `p${at}`).join(',');
  assert.deepEqual(errorsOf(['-p', many]), ['--project: 2001 patterns exceed the limit of 2000']);
});

test('each invalid pair is reported', () => {
  assert.deepEqual(errorsOf(['restore', '--map', 'a', '--map', 'B=c', '--replace', '=x']), [
    '--map a: must be OLD=NEW',
    '--map B=c: "B" is not a valid project name (letters a-z, digits and dashes)',
    '--replace =x: must be OLD=NEW',
  ]);
});

test('--status of a restore names types; elsewhere it is a switch', () => {
  const { restore, showStatus } = configOf(['restore', '--status', 'services,*.example.com']);
  assert.deepEqual([restore.status, showStatus], [['services', '*.example.com'], false]);
  assert.deepEqual(configOf(['show', '--status']).restore.status, []);
});

test('each command accepts exactly the output formats in its help', () => {
  for (const command of ['show', 'list', 'access', 'verify', 'prune', 'version'] as const)
    assert.equal(configOf([command, '-o', 'yaml']).output, 'yaml');
  assert.equal(configOf(['list', '-o', 'wide']).output, 'wide');
  assert.deepEqual(errorsOf(['show', '-o', 'wide']), ['--output wide: must be one of text, json, yaml']);
  assert.deepEqual(errorsOf(['restore', '-o', 'yaml']), ['--output yaml: must be one of text, json']);
  assert.deepEqual(errorsOf(['diff', '-o', 'yaml']), [
    '--output yaml: must be one of text, json, markdown, html',
  ]);
});

test('a variable can set a switch and unset it', () => {
  for (const flag of ['no-secrets', 'no-status', 'no-metadata'] as const) {
    for (const value of ['false', 'FALSE', '0', 'no']) {
      const { scope, withStatus, withMetadata } = configOf([], { [variableOf(flag)]: value });
      assert(scope.secrets && withStatus && withMetadata);
    }
  }
});

test('the flag, its variable and BACKUP_SECRETS=false each exclude Secrets', () => {
  const secrets = (words: string[], environment: Variables) => configOf(words, environment).scope.secrets;
  assert.equal(secrets([], { BACKUP_SECRETS: 'false' }), false);
  assert.equal(secrets([], { BACKUP_SECRETS: 'true' }), true);
  assert.equal(secrets([], { BACKUP_SECRETS: '' }), true);
  assert.equal(secrets(['--no-secrets'], { BACKUP_SECRETS: 'true' }), false);
  assert.equal(secrets([], { OPENSHIFT_BACKUP_NO_SECRETS: 'true', BACKUP_SECRETS: 'true' }), false);
  assert.equal(secrets(['access'], { BACKUP_SECRETS: '0' }), false);
  assert.deepEqual(errorsOf([], { BACKUP_SECRETS: 'nope' }), ['BACKUP_SECRETS=nope: must be true or false']);
});

test('patterns are separated by commas outside braces, and options may be repeated', () => {
  const words = ['--project', 'a,b', '-p', '{c,d}*', '--project=e'];
  assert.deepEqual(configOf(words).scope.projects, ['a', 'b', '{c,d}*', 'e']);
});

test('a filter can be read from a file', () => {
  const files = (file: string) => `# of ${file}\n.`;
  assert.equal(configOf(['--filter', '@mask.jq'], {}, files).filter, '# of mask.jq\n.');
  assert.match(errorsOf(['--filter', '@mask.jq'])[0] ?? '', /^--filter @mask\.jq: ENOENT/);
});

test('a variable of an option that the command does not have is no error', () => {
  const environment = { OPENSHIFT_BACKUP_RETAIN_DAYS: 'nonsense', OPENSHIFT_BACKUP_APPLY: 'yes' };
  assert.equal(configOf(['access'], environment).apply, false);
});

test('--hold-until and --expires need a valid date, --note a line that a table can show', () => {
  assert.deepEqual(errorsOf(['--hold-until', '7d', '--expires', 'soon', '--note', 'a\u001b[2Jb']), [
    '--hold-until 7d: must be a date such as 2027-03-01, or forever',
    '--expires soon: must be a duration such as 7d or 36h, or a date such as 2026-11-01 or 20261101',
    '--note a\u001b[2Jb: must not contain line breaks or control characters',
  ]);
  assert.match(errorsOf(['--note', 'x'.repeat(201)])[0] ?? '', /must have at most 200 characters$/);
});

test('the number of periods to keep is a whole number, or unlimited', () => {
  assert.deepEqual(errorsOf(['--keep-daily', '-1', '--keep-weekly', 'all', '--keep-within', '7w']), [
    '--keep-within 7w: must be a time such as 7d, 6m or 1y6m12d3h (years, months, days, hours)',
    '--keep-daily -1: must be a whole number from 0 to 999999, or unlimited',
    '--keep-weekly all: must be a whole number from 0 to 999999, or unlimited',
  ]);
});

test('options that write to a cluster cannot be set by a variable', () => {
  const environment = { OPENSHIFT_BACKUP_APPLY: 'true' };
  assert.deepEqual(errorsOf(['restore', 'latest'], environment), [
    'OPENSHIFT_BACKUP_APPLY is set; restore takes --apply only as an option',
  ]);
  assert.equal(configOf(['restore', 'latest', '--apply'], environment).apply, true);
  assert.equal(configOf(['restore', 'latest'], { OPENSHIFT_BACKUP_APPLY: 'false' }).apply, false);
  assert.equal(configOf(['prune'], environment).apply, true);
});

test('all errors are reported together, each with its source', () => {
  const words = [
    '--retain-days',
    '-1',
    '--zone',
    'Mars/Olympus',
    '--resource',
    'a/b',
    '--nonsense',
    '--name=',
  ];
  const environment = {
    OPENSHIFT_BACKUP_RETAIN_MIN: '1.5',
    OPENSHIFT_BACKUP_STAMP: 'HHmm',
    OPENSHIFT_BACKUP_CLUSTER_RESOURCES: 'maybe',
    OPENSHIFT_BACKUP_NO_STATUS: 'perhaps',
    OPENSHIFT_BACKUP_SELECTOR: 'app==,',
  };
  const starts = [
    'unknown option --nonsense',
    '--name: needs a value',
    '--zone Mars/Olympus: is not an IANA time zone',
    'OPENSHIFT_BACKUP_STAMP=HHmm: gives "',
    '--retain-days -1: must be a whole number from 0 to 999999',
    'OPENSHIFT_BACKUP_RETAIN_MIN=1.5: must be a whole number',
    '--resource a/b: "a/b" is not a valid pattern of names',
    'OPENSHIFT_BACKUP_CLUSTER_RESOURCES=maybe: must be one of auto, yes, no',
    'OPENSHIFT_BACKUP_NO_STATUS=perhaps: must be true or false',
    'OPENSHIFT_BACKUP_SELECTOR=app==,: "',
  ];
  const errors = errorsOf(words, environment);
  for (const start of starts)
    assert(
      errors.some((error) => error.startsWith(start)),
      `${start} is not in\n${errors.join('\n')}`,
    );
  assert.equal(errors.length, starts.length, errors.join('\n'));
});

test('an unknown variable with our prefix is a warning', () => {
  assert.deepEqual(
    warningsOf({ OPENSHIFT_BACKUP_RETAIN_DAY: '3', OPENSHIFT_BACKUP_VOLUME: '/b', PATH: '' }),
    ['OPENSHIFT_BACKUP_RETAIN_DAY is set, but no option has that name; it is ignored'],
  );
});

test('the variables that Kubernetes sets for Services are ignored', () => {
  for (const service of ['OPENSHIFT_BACKUP', 'OPENSHIFT_BACKUP_PAGES']) {
    const variables = {
      [`${service}_SERVICE_HOST`]: '10.0.0.7',
      [`${service}_SERVICE_PORT`]: '80',
      [`${service}_SERVICE_PORT_HTTP`]: '80',
      [`${service}_PORT`]: 'tcp://10.0.0.7:80',
      [`${service}_PORT_80_TCP`]: 'tcp://10.0.0.7:80',
      [`${service}_PORT_80_TCP_PROTO`]: 'tcp',
      [`${service}_PORT_80_TCP_PORT`]: '80',
      [`${service}_PORT_80_TCP_ADDR`]: '10.0.0.7',
    };
    assert.deepEqual(warningsOf(variables), []);
  }
});
