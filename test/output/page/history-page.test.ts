import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unwrapped } from '../../support/page-text.ts';
import { sampleHistoryPage } from './sample-history.ts';

test('the versions of an object are listed, newest first', async () => {
  const page = await sampleHistoryPage();
  assert.match(page, /<h1>History of shop\/deployments\.apps\/web<\/h1>/);
  assert.match(page, /Deployment: 2 versions in 5 of 6 archives\./);
  const text = unwrapped(page);
  const items = [...text.matchAll(/<li class="item (\w+)".*?<b>(.*?)<\/b> <span>(.*?)<\/span>/g)].map(
    ([, ...item]) => item,
  );
  assert.deepEqual(items, [
    [
      'removed',
      'deleted between 2026-09-10 00:15 UTC and 2026-09-11 00:15 UTC',
      'missing from 1 archive: openshift-backup202609110015.zip',
    ],
    [
      'changed',
      'version 2: changed between 2026-09-08 00:15 UTC and 2026-09-10 00:15 UTC',
      'in 1 archive: openshift-backup202609100015.zip; spec.replicas',
    ],
    [
      'kept',
      'version 1: already existed on 2026-09-06 00:15 UTC',
      'in 3 archives: openshift-backup202609060015.zip … openshift-backup202609080015.zip',
    ],
  ]);
  assert.match(
    page,
    /<h2>Unknown<\/h2><ul><li>1 archive: openshift-backup202609090015\.zip \(denied &lt;here&gt;\)<\/li>/,
  );
});

test('archives in which the object changed are marked in the chart', async () => {
  const page = await sampleHistoryPage();
  const marked = [...page.matchAll(/<g><title>([^<]*)<\/title>[^\n]*▲/g)].map(([, title]) => title);
  assert.deepEqual(
    marked.map((title) => title?.slice(0, 10)),
    ['2026-09-10', '2026-09-11'],
  );
  assert.match(marked[0] ?? '', /changed: version 2$/);
  assert.match(page, /<b>▲<\/b> this object changed/);
});

test('the same history gives the same bytes', async () => {
  assert.equal(await sampleHistoryPage(), await sampleHistoryPage());
});
