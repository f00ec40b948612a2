import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { ObjectChange } from '../../src/changes/change.ts';
import { HOSTILE } from '../output/page/objects.ts';
import { attributed, author, changed, comparisonOf, lone, pageOf } from '../output/page/sample.ts';
import { Reader, seriousFindings } from './browser.ts';

// Who made the changes, on the page of a comparison.

let reader: Reader;
before(async () => {
  reader = await Reader.start();
});
after(() => reader.close());

const ACCOUNT = 'system:serviceaccount:openshift-gitops:openshift-gitops-argocd-application-controller';
const EDIT = author('kubectl-edit', '14:02:11');

function objects(): ObjectChange[] {
  const web = (spec: object) => ({ spec });
  return [
    attributed(lone('shop', 'configmaps', 'new', 'added'), [], {
      created: '2026-09-10T14:00:03Z',
      by: [author('helm', '14:00:03')],
    }),
    attributed(changed('shop', 'configmaps', 'again', { data: { x: '1' } }, { data: { x: '2' } }), [[EDIT]], {
      created: '2026-09-10T14:00:03Z',
      isRecreated: true,
    }),
    attributed(changed('shop', 'deployments.apps', 'two', web({ a: 1, b: 1 }), web({ a: 2, b: 2 })), [
      [author('team-b', '12:00:00'), author('team-a', '11:00:00')],
      [author('hpa', null)],
    ]),
    attributed(changed('shop', 'deployments.apps', 'web', web({ a: 1, b: 1 }), web({ a: 2, b: 2 })), [
      [EDIT],
      [EDIT],
    ]),
    attributed(changed('shop', 'services', 'long', web({ port: 1 }), web({ port: 2 })), [
      [author(ACCOUNT, '09:00:00')],
    ]),
    attributed(changed('shop', 'services', 'unknown', web({ port: 1 }), web({ port: 2 })), [[]]),
  ];
}

const html = await pageOf(comparisonOf(objects()));

function item(page: Page, name: string) {
  return page.locator('.item', { has: page.locator('b', { hasText: new RegExp(`^${name}$`) }) });
}

function namesIn(page: Page, name: string): Promise<string[]> {
  return item(page, name).locator('.by').allTextContents();
}

test('each change names its managers; if all changes have the same, the object names them', () =>
  reader.read(html, {}, async (page) => {
    assert.deepEqual(await namesIn(page, 'new'), ['created by helm, 2026-09-10 14:00:03']);
    assert.deepEqual(await namesIn(page, 'again'), [
      'recreated 2026-09-10 14:00:03',
      'kubectl-edit, 2026-09-10 14:02:11',
    ]);
    assert.deepEqual(await namesIn(page, 'two'), [
      'team-b, 2026-09-10 12:00:00; team-a, 2026-09-10 11:00:00',
      'hpa (scale)',
    ]);
    assert.deepEqual(await namesIn(page, 'web'), ['kubectl-edit, 2026-09-10 14:02:11']);
    assert.deepEqual(await item(page, 'web').locator('summary .by').count(), 1);
    assert.deepEqual(await namesIn(page, 'unknown'), []);
  }));

test('search finds managers and times, beside objects and beside changes', () =>
  reader.read(html, {}, async (page) => {
    for (const [text, names] of [
      ['kubectl-edit', ['again', 'web']],
      ['team-a', ['two']],
      ['helm', ['new']],
      ['14:00:03', ['again', 'new']],
      ['application-controller', ['long']],
    ] as const) {
      await page.fill('#search', text);
      await page.locator('#found', { hasText: `with \u201c${text}\u201d` }).waitFor();
      const seen = await page.locator('.item:visible :is(summary, p) > b').allTextContents();
      assert.deepEqual(seen.sort(), [...names], text);
    }
  }));

test('the managers of the object are visible while its changes are closed', () =>
  reader.read(html, {}, async (page) => {
    await page.keyboard.press('c');
    assert.equal(await item(page, 'web').locator('.by').isVisible(), true);
    assert.equal(await item(page, 'two').locator('.by').first().isVisible(), false);
  }));

const VIEWS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'on a phone': { viewport: { width: 390, height: 800 } },
};

for (const [view, options] of Object.entries(VIEWS))
  test(`a long manager makes the page no wider, and axe finds nothing serious: ${view}`, () =>
    reader.read(html, { ...options, bypassCSP: true }, async (page) => {
      const [width, window] = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, innerWidth]',
      );
      assert.ok(width <= window, `${width} of ${window}`);
      assert.deepEqual(await seriousFindings(page), []);
    }));

test('a hostile manager stays text', async () => {
  const hostile = HOSTILE.map((text, at) =>
    attributed(changed('shop', 'services', `s${at}`, { a: 1 }, { a: 2 }), [[author(text, '09:00:00')]]),
  );
  await reader.read(await pageOf(comparisonOf(hostile)), {}, async (page) => {
    assert.equal(await page.evaluate('globalThis.hacked'), undefined);
    assert.equal(await page.locator('.by').count(), HOSTILE.length);
    assert.equal(await page.locator('.by script, .by img, .by svg, .by style').count(), 0);
  });
});
