import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../support/kube-object.ts';
import { CHART, helm } from './helm.ts';

/** What `helm install` says about these values. Fails if it accepts them. */
async function refusal(values: JsonObject, ...words: string[]): Promise<string> {
  const install = ['install', 'nightly', CHART, '--dry-run=client', '--values', '-', ...words];
  const { status, stdout, stderr } = await helm(install, { values });
  assert.notEqual(status, 0, stdout);
  return stderr;
}

/** `{a: {b: value}}` for `a.b`. */
function nested(path: string, value: unknown): JsonObject {
  const [key = '', ...rest] = path.split('.');
  return { [key]: rest.length === 0 ? value : nested(rest.join('.'), value) };
}

describe('invalid values are rejected with a message that names the value', () => {
  /** The value, an invalid setting, and the expected message. */
  const WRONG: readonly (readonly [string, unknown, RegExp])[] = [
    ['rbac.scope', 'everything', /'\/rbac\/scope': value must be one of 'cluster', 'projects'/],
    ['retention.days', -1, /'\/retention\/days': minimum: got -1, want 0/],
    ['retention.min', 1.5, /'\/retention\/min': got number, want integer/],
    ['retention.keep.within', '7w', /'\/retention\/keep\/within': '7w' does not match pattern/],
    ['retention.keep.daily', -1, /'\/retention\/keep\/daily'/],
    ['retention.keep.hourly', 2, /'\/retention\/keep': additional properties 'hourly' not allowed/],
    ['options.keep-daily', 3, /options\.keep-daily: set the value retention\.keep\.daily instead/],
    ['retention.dayz', 7, /'\/retention': additional properties 'dayz' not allowed/],
    ['retentoin', {}, /additional properties 'retentoin' not allowed/],
    ['suspend', 'no', /'\/suspend': got string, want boolean/],
    ['rbac.secrets', 'false', /'\/rbac\/secrets': got string, want boolean/],
    ['image.tag', 1.1, /'\/image\/tag': got number, want string/],
    ['image.pullPolicy', 'Sometimes', /'\/image\/pullPolicy': value must be one of 'Always'/],
    ['job.startingDeadlineSeconds', 5, /'\/job\/startingDeadlineSeconds': minimum: got 5, want 10/],
    ['job.backoffLimit', -1, /'\/job\/backoffLimit': minimum/],
    ['podSecurityContext.runAsUser', 0, /'\/podSecurityContext\/runAsUser': minimum: got 0, want 1/],
    ['podSecurityContext.runAsNonRoot', false, /additional properties 'runAsNonRoot' not allowed/],
    ['resources.limits', null, /'\/resources': missing property 'limits'/],
    [
      'retrieval.resources.requests',
      { cpu: '1', memory: null },
      /'\/retrieval\/resources\/requests': missing property 'memory'/,
    ],
    [
      'prometheusRule.volumeFullPercent',
      100,
      /'\/prometheusRule\/volumeFullPercent': maximum: got 100, want 99/,
    ],
    ['networkPolicy.apiServer.ports', [70_000], /'\/networkPolicy\/apiServer\/ports\/0': maximum/],
    ['timeZone', '', /'\/timeZone': minLength/],
    ['timeZone', 'Local', /timeZone: "Local" is not a time zone: use an IANA name, such as UTC/],
    ['timeZone', 'Mars', /timeZone: "Mars" is not a time zone: use an IANA name, such as UTC/],
    ['timeZone', 'Europe/Wien', /timeZone: "Europe\/Wien" is not a time zone/],
    [
      'timeZone',
      'europe/vienna',
      /timeZone: "europe\/vienna" is not a time zone \(did you mean Europe\/Vienna\?\)/,
    ],
    ['timeZone', '+02:00', /timeZone: "\+02:00" is not a time zone/],
    ['archive.zone', 'Moon/Tycho', /archive\.zone: "Moon\/Tycho" is not a time zone/],
    ['persistence.accessMode', 'ReadOnlyMany', /'\/persistence\/accessMode': value must be one of/],
    ['timeZone', 'europe vienna', /timeZone: "europe vienna" is not a time zone/],
    ['schedule', 'nightly', /schedule: "nightly" is not a cron schedule: use minute hour day month weekday/],
    ['schedule', 'CRON_TZ=UTC 15 0 * * *', /schedule: .* set the time zone in timeZone/],
    ['archive.name', '../up', /archive\.name: "\.\.\/up" is not valid as the first part of a file name/],
    ['image.repository', 'registry/tool:1.0', /image\.repository: "registry\/tool:1\.0" is not a repository/],
    ['image.digest', 'sha256:1', /image\.digest: "sha256:1" is not a digest/],
    ['persistence.size', 10, /'\/persistence\/size': got number, want string/],
    ['persistence.size', 'much', /persistence\.size: "much" is not a size: use a quantity, such as 10Gi/],
    ['fullnameOverride', 'My_Backup', /fullnameOverride: "My_Backup" is not a valid object name/],
    ['options.retain-days', 3, /options\.retain-days: set the value retention\.days instead/],
    ['options.no-secrets', true, /options\.no-secrets: set the value rbac\.secrets instead/],
    [
      'options.show-secrets',
      true,
      /options\.show-secrets is not an option of the backup: use one of project, /,
    ],
    ['options.verbos', true, /options\.verbos is not an option of the backup: use one of project, /],
    ['options.resource', [1], /'\/options\/resource': got array, want boolean or integer or string/],
    [
      'extraEnv',
      [{ name: 'BACKUP_SECRETS', value: 'yes' }],
      /extraEnv sets BACKUP_SECRETS, which is already set by another value/,
    ],
    [
      'serviceAccount.create',
      false,
      /serviceAccount\.name is empty, but serviceAccount\.create is false: set serviceAccount/,
    ],
    [
      'rbac.customResources',
      'all',
      /rbac\.customResources is "all": use "\*" for all, or a list of API groups/,
    ],
    ['rbac.customResources', ['*'], /rbac\.customResources: "\*" is not an API group of custom resources/],
    ['rbac.customResources', [''], /rbac\.customResources: "" is not an API group of custom resources/],
    [
      'rbac.customResources',
      ['image.openshift.io'],
      /rbac\.customResources contains image\.openshift\.io, .* Secrets/,
    ],
    [
      'rbac.clusterRole',
      'cluster-admin',
      /rbac\.clusterRole is cluster-admin, which has write access: use a read-only/,
    ],
    [
      'rbac.projects',
      ['shop'],
      /rbac\.projects lists projects, but rbac\.scope is cluster.*--set-json 'rbac\.projects=\[\]'.*, or set rbac\.scope=projects/,
    ],
    [
      'rbac',
      { scope: 'projects' },
      /rbac\.projects is empty, but rbac\.scope is projects: list the projects/,
    ],
    [
      'rbac',
      { scope: 'projects', projects: ['team-*'] },
      /rbac\.projects: "team-\*" is not a project name: list each/,
    ],
    [
      'persistence',
      { existingClaim: 'a', volumeName: 'b' },
      /persistence\.existingClaim is set, .* remove persistence\.volumeName/,
    ],
    [
      'networkPolicy.enabled',
      true,
      /networkPolicy\.apiServer\.cidrs is empty, .*kubectl --namespace default get endpointslice kubernetes/,
    ],
    [
      'networkPolicy',
      { enabled: true, apiServer: { cidrs: ['api.example.com'] } },
      /networkPolicy\.apiServer\.cidrs: "api\.example\.com" is not in CIDR notation/,
    ],
  ];
  for (const [path, value, sentence] of WRONG) {
    it(`${path}: ${JSON.stringify(value)}`, async () => {
      assert.match(await refusal(nested(path, value)), sentence);
    });
  }

  it('two scopes of projects at once', async () => {
    const values = { rbac: { scope: 'projects', projects: ['shop'] }, options: { project: 'pay*' } };
    assert.match(await refusal(values), /options\.project is set, but rbac\.scope is projects/);
  });

  it('for projects, the address of the API server is required, since the user may not read it', async () => {
    const values = { rbac: { scope: 'projects', projects: ['shop'] }, networkPolicy: { enabled: true } };
    assert.match(await refusal(values), /networkPolicy\.apiServer\.cidrs is empty/);
  });
});

describe('what else is rejected', () => {
  it('clusters that are too old for the fields of the CronJob', async () => {
    const words = ['template', 'nightly', CHART, '--kube-version'];
    assert.match((await helm([...words, '1.26.9'])).stderr, /requires kubeVersion: >=1\.27/);
    assert.equal((await helm([...words, '1.27.4-gke.10'])).status, 0);
  });

  it('valid values are accepted: schedules, zones and sizes as people write them', async () => {
    for (const good of [
      { schedule: '@daily' },
      { schedule: '*/15 0-5,22 1 JAN MON-FRI' },
      { timeZone: 'America/Port-au-Prince' },
      { timeZone: 'Etc/GMT+5', archive: { zone: 'UTC' } },
      { timeZone: 'Asia/Calcutta', archive: { zone: 'Asia/Kolkata' } },
      { timeZone: 'US/Pacific', archive: { zone: 'EST5EDT' } },
      { persistence: { size: '1.5Ti' } },
      { image: { repository: 'registry:5000/a/b' } },
    ]) {
      const { status, stderr } = await helm(['template', 'nightly', CHART, '--values', '-'], {
        values: good,
      });
      assert.equal(status, 0, `${JSON.stringify(good)}: ${stderr}`);
    }
  });
});
