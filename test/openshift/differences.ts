import { at, isJsonObject, type KubeObject } from '../support/kube-object.ts';
import { clusterSecretReader, projectSecretReader } from './secret-readers.ts';

type Objects = readonly KubeObject[];

/** A difference between chart and template that is meant to be. */
export interface Difference {
  readonly side: 'chart' | 'template';
  readonly what: string;
  readonly why: string;
  /** The objects of that side as the other side would have them. */
  readonly settle: (objects: Objects) => Objects;
}

/** All of them; whatever else differs is a mistake on one side. */
export const DIFFERENCES: readonly Difference[] = [
  {
    side: 'chart',
    what: 'the labels helm.sh/chart and app.kubernetes.io/managed-by',
    why: 'nothing manages what oc applied, and no chart was in it',
    settle: (objects) => objects.map((object) => without(object, /^(helm.sh\/chart|app.*\/managed-by)$/)),
  },
  {
    side: 'chart',
    what: 'the annotation helm.sh/resource-policy of the claim',
    why: 'an uninstall by hand deletes what one says; Helm would delete the archives',
    settle: (objects) => objects.map((object) => without(object, /^helm.sh\/resource-policy$/)),
  },
  {
    side: 'chart',
    what: 'the pod of `helm test`',
    why: 'oc has no such command; the template tells the commands that this pod runs',
    settle: (objects) =>
      objects.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === undefined),
  },
  {
    side: 'template',
    what: 'variables without a value, and rules of retention that keep 0 archives',
    why: 'a template knows no conditions, and the tool takes such a variable as not given',
    settle: (objects) => objects.map((object) => mapLists(object, 'env', hasValue)),
  },
  {
    side: 'chart',
    what: 'settings of other commands in the pod of a rehearsal',
    why: 'in the chart, all pods have one list of settings; the template of rehearsals has only those that rehearse reads',
    settle: (objects) => objects.map(withoutOtherSettings),
  },
  {
    side: 'template',
    what: 'how much of the logs is backed up, also if no logs are',
    why: 'a template has no conditions; without OPENSHIFT_BACKUP_LOGS=true, nothing reads these variables',
    settle: (objects) => objects.map(withoutUnusedLogs),
  },
  {
    side: 'chart',
    what: 'the ClusterRole for pods/log, and its binding',
    why: 'the template always binds cluster-reader, which grants it; the chart may bind another role',
    settle: (objects) => objects.filter(({ metadata }) => !metadata.name.endsWith('-log-reader')),
  },
  {
    side: 'template',
    what: 'the Secrets with credentials of buckets and with an identity, which need not exist',
    why: 'a template has no conditions; without a bucket or a sealed archive, nothing reads them',
    settle: (objects) => objects.map(withoutUnusedSecrets),
  },
  {
    side: 'template',
    what: 'the aggregated ClusterRole through which Secrets are read',
    why: 'a template knows no conditions; with BACKUP_SECRETS=false it is bound but empty, as good as not bound',
    settle: clusterSecretReader,
  },
  {
    side: 'template',
    what: 'a Role for each answer to BACKUP_SECRETS',
    why: 'a template knows no conditions; the Role of `false` has no rules, as good as no Role and no binding',
    settle: projectSecretReader,
  },
];

/** Settles what may differ on one side. */
export function settled(side: Difference['side'], objects: Objects): Objects {
  const rows = DIFFERENCES.filter((each) => each.side === side);
  return rows.reduce((settling, row) => row.settle(settling), objects);
}

function hasValue(variable: unknown): boolean {
  // As a number of archives to keep, 0 means that the rule is not given.
  if (at(variable, 'value') === '0' && /_KEEP_/.test(String(at(variable, 'name')))) return false;
  return (at(variable, 'value') ?? '') !== '' || at(variable, 'valueFrom') !== undefined;
}

/** The settings of logs are there if logs are backed up. */
function withoutUnusedLogs(object: KubeObject): KubeObject {
  const isUsed = JSON.stringify(object).includes('"OPENSHIFT_BACKUP_LOGS","value":"true"');
  return isUsed
    ? object
    : mapLists(object, 'env', (variable) => !/_LOGS(_|$)/.test(String(at(variable, 'name'))));
}

/** Secrets that a setting says are used. The chart mounts them only then, and they must exist. */
const SECRETS: ReadonlyArray<readonly [volume: string, setting: RegExp]> = [
  ['credentials', /"OPENSHIFT_BACKUP_(COPY_TO|S3_ENDPOINT)","value":"[^"]/],
  ['identity', /"OPENSHIFT_BACKUP_IDENTITY","value":"[^"]/],
];

function withoutUnusedSecrets(object: KubeObject): KubeObject {
  const text = JSON.stringify(object);
  const unused = SECRETS.flatMap(([volume, setting]) => (setting.test(text) ? [] : volume));
  return walk(object, (key, value) => {
    if (key === 'optional') return undefined;
    if (key === 'envFrom') return unused.includes('credentials') ? undefined : value;
    const isList = key === 'volumes' || key === 'volumeMounts';
    return isList && Array.isArray(value)
      ? value.filter((each) => !unused.includes(String(at(each, 'name'))))
      : value;
  });
}

function withoutOtherSettings(object: KubeObject): KubeObject {
  if (object.metadata.labels?.['app.kubernetes.io/component'] !== 'rehearsal') return object;
  const own = /^OPENSHIFT_BACKUP_(ZONE|VOLUME|S3_.*|STORE_CA|IDENTITY)$/;
  return mapLists(object, 'env', (variable) => own.test(String(at(variable, 'name'))));
}

/** The object without fields of such a name, however deep; what that has emptied goes too. */
function without(object: KubeObject, names: RegExp): KubeObject {
  return walk(object, (key, value) => {
    if (names.test(key)) return undefined;
    return key === 'annotations' && isJsonObject(value) && Object.keys(value).length === 0
      ? undefined
      : value;
  });
}

/** The object with lists of that name, however deep, left with what is to be kept. */
function mapLists(object: KubeObject, name: string, keep: (item: unknown) => boolean): KubeObject {
  return walk(object, (key, value) => (key === name && Array.isArray(value) ? value.filter(keep) : value));
}

/** Rewrites the fields of an object from the inside out; undefined takes one away. */
function walk(object: KubeObject, rewrite: (key: string, value: unknown) => unknown): KubeObject {
  return JSON.parse(JSON.stringify(object), (key, value) => rewrite(key, value)) as KubeObject;
}
