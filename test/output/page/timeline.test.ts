import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TimelineArchive, timelineHtml } from '../../../src/output/page/timeline.ts';

const archive = (
  day: number,
  previous: TimelineArchive['previous'],
  state: TimelineArchive['state'] = 'complete',
): TimelineArchive => ({
  file: `a<${day}>.zip`,
  time: `2026-09-0${day}T00:15:00Z`,
  state,
  previous,
});
const ARCHIVES = [
  archive(1, null),
  archive(2, { added: 1, changed: 2, removed: 3 }),
  archive(3, { added: 0, changed: 0, removed: 0 }, 'incomplete'),
  archive(4, { added: 2, changed: 0, removed: 10 }),
];
const html = timelineHtml(
  ARCHIVES,
  new Map([
    ['a<2>.zip', 'before'],
    ['a<4>.zip', 'after'],
  ]),
  'compared here',
  'UTC',
);
const bars = [...html.matchAll(/<g>(.*?)<\/g>/g)].map(([, bar = '']) => bar);

test('each archive has a bar, whose title has its numbers', () => {
  assert.deepEqual(
    bars.map((bar) => /<title>(.*)<\/title>/.exec(bar)?.[1]),
    [
      '2026-09-01 00:15 UTC: nothing to compare with',
      '2026-09-02 00:15 UTC: 1 added, 2 changed, 3 removed, before',
      '2026-09-03 00:15 UTC: 0 added, 0 changed, 0 removed, incomplete',
      '2026-09-04 00:15 UTC: 2 added, 0 changed, 10 removed, after',
    ],
  );
});

test('the parts of a bar are as high as their numbers, and stacked', () => {
  const rects = (bar: string | undefined) =>
    [...(bar ?? '').matchAll(/<rect class="(added|changed|removed)"[^>]* y="(\d+)" height="(\d+)"/g)].map(
      ([, ...rect]) => rect,
    );
  assert.deepEqual(rects(bars[1]), [
    ['added', '126', '10'],
    ['changed', '106', '20'],
    ['removed', '76', '30'],
  ]);
  assert.deepEqual(rects(bars[3]), [
    ['added', '116', '20'],
    ['removed', '16', '100'],
  ]);
  assert.deepEqual(rects(bars[2]), []);
});

test('compared and incomplete archives are marked, and the legend explains the marks', () => {
  assert.deepEqual(
    bars.map((bar) => /[▲]/.test(bar)),
    [false, true, false, true],
  );
  assert.deepEqual(
    bars.map((bar) => bar.includes('>!<')),
    [false, false, true, false],
  );
  assert.match(html, /<b class="warn">!<\/b> incomplete or unreadable/);
  assert.match(html, /<b>▲<\/b> compared here/);
  assert.match(html, /<b>○<\/b> nothing to compare with/);
});

test('the table has the same numbers', () => {
  const rows = [...html.matchAll(/<tr><th scope="row">(.*?)<\/tr>/g)].map(([, row = '']) =>
    row
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  assert.deepEqual(rows, [
    'a&lt;1&gt;.zip 2026-09-01 00:15 UTC – – –',
    'a&lt;2&gt;.zip 2026-09-02 00:15 UTC 1 2 3 before',
    'a&lt;3&gt;.zip 2026-09-03 00:15 UTC 0 0 0 incomplete',
    'a&lt;4&gt;.zip 2026-09-04 00:15 UTC 2 0 10 after',
  ]);
});

test('a single change is visible next to a night with many changes', () => {
  const all = timelineHtml(
    [
      archive(1, { added: 1, changed: 0, removed: 0 }),
      archive(2, { added: 0, changed: 100_000, removed: 0 }),
    ],
    new Map(),
    'compared here',
    'UTC',
  );
  assert.match(all, /<rect class="added"[^>]* height="3"/);
});

test('without archives there is no chart', () => {
  assert.equal(timelineHtml([], new Map(), 'compared here', 'UTC'), '');
});
