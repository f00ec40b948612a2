import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { BrowserContextOptions } from 'playwright-core';
import { hostileObjects, manyObjects, ordinaryObjects } from '../output/page/objects.ts';
import { comparisonOf, pageOf } from '../output/page/sample.ts';
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
  'of many changes': await pageOf(comparisonOf(manyObjects(400))),
  'of one object': await sampleHistoryPage(),
  'of no change': await pageOf(comparisonOf([]), { archives: [] }),
};
const VIEWS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'on a phone': { viewport: { width: 360, height: 740 } },
};

for (const [name, html] of Object.entries(PAGES)) {
  for (const [view, options] of Object.entries(VIEWS)) {
    // Axe takes a while for thousands of elements, which are of the same making.
    if (name === 'of many changes' && view !== 'dark') continue;
    test(`axe finds nothing serious: ${name}, ${view}`, () =>
      reader.read(html, { ...options, bypassCSP: true }, async (page) => {
        assert.deepEqual(await seriousFindings(page), [], 'as it opens');
        await page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = true`);
        assert.deepEqual(await seriousFindings(page), [], 'all open');
        await page.keyboard.press('?');
        assert.deepEqual(await seriousFindings(page), [], 'with its keys');
      }));
  }
}
