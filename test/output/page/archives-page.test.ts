import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOSTILE } from './objects.ts';
import { archiveRow, sampleArchivesPage } from './sample-archives.ts';

/** The cells of the table of archives, without markup, row by row. */
function cellsOf(html: string): string[][] {
  const [, table = ''] = /<h2>Archives<\/h2>(.*?)<\/table>/s.exec(html) ?? [];
  return [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) =>
      cell.replace(/<\/?span[^>]*>/g, ''),
    ),
  );
}

test('a row for each archive: time, state, size, objects, changes, copies and rehearsals', () => {
  const [head, ...rows] = cellsOf(sampleArchivesPage());
  assert.deepEqual(head, [
    'Archive',
    'Started',
    'State',
    'Size',
    'Projects',
    'Objects',
    'Added',
    'Changed',
    'Removed',
    'Copies',
    'Rehearsed',
  ]);
  assert.deepEqual(rows[0]?.slice(1), [
    '2026-09-11 00:15 UTC',
    'complete',
    '12 MiB',
    '42',
    '8,123',
    '3',
    '12',
    '0',
    's3://offsite/production, gs://second',
    '–',
  ]);
  assert.deepEqual(
    rows.map((cells) => [cells[2], cells[9]]),
    [
      ['complete', 's3://offsite/production, gs://second'],
      ['complete, &quot;before the &lt;upgrade&gt;&quot;', 'none'],
      ['incomplete: routes.route.openshift.io failed', 'none'],
      ['damaged: End of central directory not found', 'none'],
      ['complete, not on the volume', 'gs://second'],
    ],
  );
  assert.match(rows[1]?.[10] ?? '', /1 refused/);
});

test('the first sentence counts the complete archives', () => {
  assert.match(sampleArchivesPage(), /<p class="lead">5 archives, 3 complete\.<\/p>/);
});

test('without --copy-to, and without rehearsals, there are no columns for them', () => {
  const [head] = cellsOf(sampleArchivesPage({ rows: [archiveRow('a.zip')], uncopied: null }));
  assert.equal(head?.at(-1), 'Removed');
});

test('a place that could not be listed is named, and copies of the other archives are unknown', () => {
  const html = sampleArchivesPage({
    rows: [archiveRow('a.zip')],
    uncopied: 'unknown',
    notices: ['s3://offsite cannot be listed'],
  });
  assert.equal(cellsOf(html)[1]?.at(-1), 'unknown');
  assert.match(html, /<p class="notice">s3:\/\/offsite cannot be listed<\/p>/);
});

test('the page says why sealed archives were not opened, once for each reason', () => {
  const sealed = (archive: string, reason: string) =>
    archiveRow(archive, { state: 'sealed', reason, totals: null, previous: null });
  const html = sampleArchivesPage({
    rows: [
      sealed('a.zip.age', 'no --identity was given'),
      sealed('b.zip.age', 'no --identity was given'),
      sealed('c.zip.age', 'no identity in <key> matches'),
    ],
  });
  const notices = [...html.matchAll(/<p class="notice">(.*?)<\/p>/g)].map(([, text]) => text);
  assert.deepEqual(notices, [
    '2 archives are sealed: no --identity was given',
    '1 archive is sealed: no identity in &lt;key&gt; matches',
  ]);
});

test('hostile names and notes stay text, and the page runs no script', () => {
  for (const text of HOSTILE) {
    const html = sampleArchivesPage({
      rows: [
        archiveRow(text, { note: text, copies: [text], reason: text, state: 'damaged' }),
        archiveRow('a.zip.age', { reason: text, state: 'sealed' }),
      ],
      notices: [text],
    });
    assert.doesNotMatch(html, /<(script|img|svg onload)|onmouseover='/);
    assert.equal(html.match(/<\/style>/g)?.length, 1);
  }
});
