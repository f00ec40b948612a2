import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, type KubeObject, listAt } from '../support/kube-object.ts';
import { render, the } from './helm.ts';

function settingsOf(objects: readonly KubeObject[]): string[] {
  const job = the(objects, 'CronJob');
  const [container] = listAt(at(job, 'spec', 'jobTemplate', 'spec', 'template', 'spec'), 'containers');
  return listAt(container, 'env')
    .filter((each) => String(at(each, 'name')).includes('_LOGS'))
    .map((each) => `${at(each, 'name')}=${at(each, 'value')}`);
}

const rulesOfLogs = (objects: readonly KubeObject[]) =>
  objects
    .flatMap((each) => listAt(each, 'rules'))
    .filter((rule) => JSON.stringify(rule).includes('pods/log'));

describe('logs', () => {
  it('are not backed up, and nothing may read them, unless somebody asks for it', async () => {
    const objects = await render();
    assert.deepEqual([settingsOf(objects), rulesOfLogs(objects)], [[], []]);
  });

  it('logs.enabled sets the options and grants get on pods/log, and nothing else', async () => {
    const objects = await render({ values: { logs: { enabled: true, since: '12h', bytes: '500Ki' } } });
    assert.deepEqual(settingsOf(objects), [
      'OPENSHIFT_BACKUP_LOGS=true',
      'OPENSHIFT_BACKUP_LOGS_SINCE=12h',
      'OPENSHIFT_BACKUP_LOGS_BYTES=500Ki',
    ]);
    assert.deepEqual(rulesOfLogs(objects), [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }]);
    const bindings = objects.filter(
      ({ kind, metadata }) => kind === 'ClusterRoleBinding' && metadata.name.endsWith('-log-reader'),
    );
    assert.equal(bindings.length, 1);
  });

  it('in projects, view grants it already', async () => {
    const values = { rbac: { scope: 'projects', projects: ['shop'] }, logs: { enabled: true } };
    const objects = await render({ values });
    assert.deepEqual([settingsOf(objects).length, rulesOfLogs(objects)], [3, []]);
  });
});
