import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { BrowserContextOptions } from 'playwright-core';
import { hostileObjects, manyObjects, ordinaryObjects } from '../output/page/objects.ts';
import { comparisonOf, pageOf } from '../output/page/sample.ts';
import { sampleArchivesPage } from '../output/page/sample-archives.ts';
import { sampleHistoryPage } from '../output/page/sample-history.ts';
import { Reader, seriousFindings } from './browser.ts';

let reader: Reader;
before(async () => {
  reader = await Reader.start();
});
after(() => reader.close());

const notes = ['the clusters have different addresses'];
const notComparable = [{ project: 'shop', type: 'secrets', before: 'denied', after: null }];
const PAGES = {
  ordinary: await pageOf(comparisonOf(ordinaryObjects(), { notes, notComparable }), { showsSecrets: true }),
  hostile: await pageOf(comparisonOf(hostileObjects())),
  'of many changes': await pageOf(comparisonOf(manyObjects(301))),
  'of one object': await sampleHistoryPage(),
  'of archives': sampleArchivesPage(),
  'of no change': await pageOf(comparisonOf([]), { archives: [] }),
};
const VIEWS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'on a phone': { viewport: { width: 360, height: 740 } },
};

for (const [view, options] of Object.entries(VIEWS)) {
  for (const [name, html] of Object.entries(PAGES)) {
    // Axe needs long for thousands of elements, and these are all alike.
    if (name === 'of many changes' && view !== 'dark') continue;
    test(`axe finds nothing serious: ${name}, ${view}`, () =>
      reader.read(html, { ...options, bypassCSP: true }, async (page) => {
        // What is visible before is still visible then.
        await page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = true`);
        assert.deepEqual(await seriousFindings(page), []);
      }));
  }

  // The dialog is the same on all pages.
  test(`axe finds nothing serious: the list of keys, ${view}`, () =>
    reader.read(PAGES['of no change'], { ...options, bypassCSP: true }, async (page) => {
      await page.keyboard.press('?');
      await page.locator('#keys[open]').waitFor();
      assert.deepEqual(await seriousFindings(page, '#keys'), []);
    }));
}
