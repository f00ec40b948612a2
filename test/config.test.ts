import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommandLine } from '../src/command-line.ts';
import { type Config, readConfig } from '../src/config.ts';
import { type CommandName, type Flag, OPTIONS, type OptionRow, variableOf } from '../src/options.ts';

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

interface Case {
  readonly flag: string;
  /** As text: given as a flag, and as a variable. */
  readonly flagged: string | null;
  readonly variable: string;
  readonly of: (config: Config) => unknown;
  /** What the config says for the flag, for the variable, and for neither. */
  readonly expected: readonly [unknown, unknown, unknown];
}

const CASES: readonly Case[] = [
  {
    flag: 'volume',
    flagged: '/a',
    variable: '/b',
    of: (c) => c.volume,
    expected: ['/a', '/b', '/openshift-backup'],
  },
  { flag: 'name', flagged: 'a', variable: 'b', of: (c) => c.name, expected: ['a', 'b', 'openshift-backup'] },
  {
    flag: 'stamp',
    flagged: 'yyyyMMdd',
    variable: 'yyyy-MM-dd',
    of: (c) => c.stamp,
    expected: ['yyyyMMdd', 'yyyy-MM-dd', 'yyyyMMddHHmm'],
  },
  {
    flag: 'zone',
    flagged: 'Asia/Tokyo',
    variable: 'Europe/Zurich',
    of: (c) => c.zone,
    expected: ['Asia/Tokyo', 'Europe/Zurich', 'UTC'],
  },
  { flag: 'retain-days', flagged: '0', variable: '30', of: (c) => c.retainDays, expected: [0, 30, 7] },
  { flag: 'retain-min', flagged: '0', variable: '3', of: (c) => c.retainMin, expected: [0, 3, 1] },
  { flag: 'kubeconfig', flagged: 'a', variable: 'b', of: (c) => c.kubeconfig, expected: ['a', 'b', null] },
  { flag: 'context', flagged: 'a', variable: 'b', of: (c) => c.context, expected: ['a', 'b', null] },
  {
    flag: 'project',
    flagged: 'a*',
    variable: 'b,c',
    of: (c) => c.scope.projects,
    expected: [['a*'], ['b', 'c'], []],
  },
  {
    flag: 'exclude-project',
    flagged: 'a',
    variable: 'b',
    of: (c) => c.scope.excludeProjects,
    expected: [['a'], ['b'], []],
  },
  {
    flag: 'resource',
    flagged: '{a,b}',
    variable: 'b, c',
    of: (c) => c.scope.resources,
    expected: [['{a,b}'], ['b', 'c'], []],
  },
  {
    flag: 'exclude-resource',
    flagged: '*.x.y',
    variable: 'b',
    of: (c) => c.scope.excludeResources,
    expected: [['*.x.y'], ['b'], []],
  },
  {
    flag: 'cluster-resources',
    flagged: 'yes',
    variable: 'no',
    of: (c) => c.scope.clusterResources,
    expected: ['yes', 'no', 'auto'],
  },
  {
    flag: 'selector',
    flagged: 'app=web',
    variable: '!app',
    of: (c) => c.scope.selector,
    expected: ['app=web', '!app', null],
  },
  {
    flag: 'no-secrets',
    flagged: null,
    variable: 'true',
    of: (c) => c.scope.secrets,
    expected: [false, false, true],
  },
  {
    flag: 'no-status',
    flagged: null,
    variable: 'true',
    of: (c) => c.withStatus,
    expected: [false, false, true],
  },
  {
    flag: 'include-default-excluded',
    flagged: null,
    variable: '1',
    of: (c) => c.scope.includeDefaultExcluded,
    expected: [true, true, false],
  },
  { flag: 'filter', flagged: '.', variable: '.a', of: (c) => c.filter, expected: ['.', '.a', null] },
  {
    flag: 'request-timeout',
    flagged: '1',
    variable: '5',
    of: (c) => c.requestTimeout,
    expected: [1000, 5000, 30_000],
  },
  { flag: 'retry-for', flagged: '0', variable: '5', of: (c) => c.retryFor, expected: [0, 5000, 60_000] },
  { flag: 'apply', flagged: null, variable: 'yes', of: (c) => c.apply, expected: [true, true, false] },
  {
    flag: 'show-secrets',
    flagged: null,
    variable: 'yes',
    of: (c) => c.showSecrets,
    expected: [true, true, false],
  },
  {
    flag: 'output',
    flagged: 'json',
    variable: 'text',
    of: (c) => c.output,
    expected: ['json', 'text', 'text'],
  },
  {
    flag: 'log-level',
    flagged: 'debug',
    variable: 'warn',
    of: (c) => c.logLevel,
    expected: ['debug', 'warn', 'info'],
  },
  {
    flag: 'log-format',
    flagged: 'json',
    variable: 'text',
    of: (c) => c.logFormat,
    expected: ['json', 'text', 'auto'],
  },
];

/** A command that takes the option. */
const commandOf = (flag: string): CommandName =>
  OPTIONS.find((row) => row.flag === flag)?.commands[0] ?? 'backup';

test('every option has a case below', () => {
  assert.deepEqual(OPTIONS.map(({ flag }) => flag).sort(), CASES.map(({ flag }) => flag).sort());
});

for (const { flag, flagged, variable, of, expected } of CASES) {
  test(`--${flag} beats ${variableOf(flag)} beats the default`, () => {
    const command = commandOf(flag);
    const words = [command, `--${flag}`, ...(flagged === null ? [] : [flagged])];
    const environment = { [variableOf(flag)]: variable };
    assert.deepEqual(of(configOf(words, environment)), expected[0]);
    assert.deepEqual(of(configOf([command], environment)), expected[1]);
    assert.deepEqual(of(configOf([command])), expected[2]);
    // Manifests cannot unset a variable.
    assert.deepEqual(of(configOf([command], { [variableOf(flag)]: '' })), expected[2]);
  });
}

test('the defaults are those that help prints', () => {
  for (const { flag, of, expected } of CASES) {
    const row: OptionRow | undefined = OPTIONS.find((each) => each.flag === flag);
    if (row?.default == null) continue;
    assert.deepEqual(of(configOf([commandOf(flag), `--${flag}`, row.default])), expected[2], flag);
  }
});

test('switches that a variable sets may also be unset by it', () => {
  for (const flag of ['no-secrets', 'no-status'] as const satisfies readonly Flag[]) {
    for (const value of ['false', 'FALSE', '0', 'no']) {
      const { scope, withStatus } = configOf([], { [variableOf(flag)]: value });
      assert(scope.secrets && withStatus);
    }
  }
});

test('Secrets are left out by the flag, its variable or BACKUP_SECRETS=false, whichever says so', () => {
  const secrets = (words: string[], environment: Variables) => configOf(words, environment).scope.secrets;
  assert.equal(secrets([], { BACKUP_SECRETS: 'false' }), false);
  assert.equal(secrets([], { BACKUP_SECRETS: 'true' }), true);
  assert.equal(secrets([], { BACKUP_SECRETS: '' }), true);
  assert.equal(secrets(['--no-secrets'], { BACKUP_SECRETS: 'true' }), false);
  assert.equal(secrets([], { OPENSHIFT_BACKUP_NO_SECRETS: 'true', BACKUP_SECRETS: 'true' }), false);
  assert.equal(secrets(['access'], { BACKUP_SECRETS: '0' }), false);
  assert.deepEqual(errorsOf([], { BACKUP_SECRETS: 'nope' }), ['BACKUP_SECRETS=nope: must be true or false']);
});

test('patterns are gathered from every occurrence and every comma outside braces', () => {
  const words = ['--project', 'a,b', '-p', '{c,d}*', '--project=e'];
  assert.deepEqual(configOf(words).scope.projects, ['a', 'b', '{c,d}*', 'e']);
});

test('a filter may stand in a file', () => {
  const files = (file: string) => `# of ${file}\n.`;
  assert.equal(configOf(['--filter', '@mask.jq'], {}, files).filter, '# of mask.jq\n.');
  assert.match(errorsOf(['--filter', '@mask.jq'])[0] ?? '', /^--filter @mask\.jq: ENOENT/);
});

test('a variable of an option that the command does not take is no mistake', () => {
  const environment = { OPENSHIFT_BACKUP_RETAIN_DAYS: 'nonsense', OPENSHIFT_BACKUP_APPLY: 'yes' };
  assert.equal(configOf(['list'], environment).apply, false);
});

test('all mistakes are told at once, each with where it stands', () => {
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
    '--name : needs a value',
    '--zone Mars/Olympus: is no IANA time zone',
    'OPENSHIFT_BACKUP_STAMP=HHmm: gives "',
    '--retain-days -1: must be a whole number from 0 to 999999',
    'OPENSHIFT_BACKUP_RETAIN_MIN=1.5: must be a whole number',
    '--resource a/b: "a/b" is no pattern of names',
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

test('variables that look like ours and are none are worth a warning', () => {
  assert.deepEqual(
    warningsOf({ OPENSHIFT_BACKUP_RETAIN_DAY: '3', OPENSHIFT_BACKUP_VOLUME: '/b', PATH: '' }),
    ['OPENSHIFT_BACKUP_RETAIN_DAY is set, but no option has that name; it is ignored'],
  );
});

test('the variables that Kubernetes sets for Services are none of ours', () => {
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
