import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { HOSTILE, hostileObjects, manyObjects, ordinaryObjects } from '../output/page/objects.ts';
import { changed, comparisonOf, pageOf } from '../output/page/sample.ts';
import { sampleHistoryPage } from '../output/page/sample-history.ts';
import { Reader } from './browser.ts';

let reader: Reader;
before(async () => {
  reader = await Reader.start();
});
after(() => reader.close());

const ordinary = await pageOf(comparisonOf(ordinaryObjects()));
const hostile = await pageOf(comparisonOf(hostileObjects()));

/** Names of the visible objects. */
async function seen(page: Page): Promise<string[]> {
  return page.locator('.item:visible :is(summary, p) > b').allTextContents();
}

/** Types `text` into the search and waits until the page says what it found with it. */
async function search(page: Page, text: string): Promise<void> {
  await page.fill('#search', text);
  await page.locator('#found', { hasText: `with \u201c${text}\u201d` }).waitFor();
}

function focused(page: Page): Promise<string> {
  return page.evaluate<string>(
    `document.activeElement.closest('.item')?.querySelector('b').textContent ?? document.activeElement.id`,
  );
}

function styleOf(page: Page, selector: string, property: string): Promise<string> {
  return page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).${property}`);
}

test('the page shows the changes, old and new side by side', () =>
  reader.read(ordinary, {}, async (page) => {
    assert.equal(
      await page.locator('h1').textContent(),
      'Changes from 2026-09-10 00:15 UTC to 2026-09-11 00:15 UTC',
    );
    const web = page.locator('.item', { has: page.locator('b', { hasText: /^web$/ }) });
    const row = web.locator('tr', { hasText: '1.15.0' });
    const [own, other] = [row.locator('td.before'), row.locator('td.after')];
    assert.equal(await own.textContent(), '−"registry.example.com/shop/web:1.14.2"');
    assert.equal(await other.textContent(), '+"registry.example.com/shop/web:1.15.0"');
    assert.equal(await own.getByRole('img', { name: 'removed' }).count(), 1);
    assert.equal(await other.getByRole('img', { name: 'added' }).count(), 1);
    assert.equal(await page.getByLabel('Search objects and projects').count(), 1);
    const [left, right] = [await own.boundingBox(), await other.boundingBox()];
    assert.ok(left !== null && right !== null && left.y === right.y && left.x + left.width <= right.x + 1);
    // The style is in force: its hash fits.
    assert.notEqual(await styleOf(page, 'td.before:not(.same)', 'backgroundColor'), 'rgba(0, 0, 0, 0)');
    assert.equal(await page.locator('svg.timeline g').count(), 24);
    const bar = await page.locator('svg.timeline g').nth(5).locator('rect.changed').boundingBox();
    assert.ok(bar !== null && bar.height > 2 && bar.width > 10);
  }));

test('search finds projects, types, names and values; every word must match', () =>
  reader.read(ordinary, {}, async (page) => {
    assert.equal(await page.locator('#found').textContent(), '8 objects');
    await search(page, 'SHOP routes');
    assert.deepEqual(await seen(page), ['old-shop', 'shop']);
    assert.equal(await page.locator('#found').textContent(), '2 of 8 objects with “SHOP routes”');
    assert.deepEqual(await page.locator('h3:visible .label').allTextContents(), ['shop']);
    await search(page, 'web:1.15');
    assert.deepEqual(await seen(page), ['web']);
    await search(page, 'team-');
    assert.deepEqual(await seen(page), ['api']);
    await search(page, 'nothing like it');
    assert.deepEqual(await seen(page), []);
    assert.match((await page.locator('#found').textContent()) ?? '', /^0 of 8/);
    await page.keyboard.press('Escape');
    assert.equal((await seen(page)).length, 8);
    assert.equal(await page.inputValue('#search'), '');
  }));

test('keys move through the page', () =>
  reader.read(ordinary, {}, async (page) => {
    await page.keyboard.press('/');
    assert.equal(await focused(page), 'search');
    await page.keyboard.type('jeck?');
    assert.equal(await page.inputValue('#search'), 'jeck?');
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    assert.equal(await focused(page), 'reader');
    await page.keyboard.press('n');
    assert.equal(await focused(page), 'shop-test');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    assert.equal(await focused(page), 'shop-test');
    await page.keyboard.press('p');
    const first = page.locator('.item details').first();
    assert.equal(await first.getAttribute('open'), '');
    await page.keyboard.press('Enter');
    assert.equal(await first.getAttribute('open'), null);
    await page.keyboard.press(' ');
    assert.equal(await first.getAttribute('open'), '');
    await page.keyboard.press('c');
    assert.equal(await page.locator('.item details[open]').count(), 0);
    await page.keyboard.press('e');
    assert.equal(await page.locator('.item details[open]').count(), 5);
    await page.keyboard.press('?');
    assert.equal(await page.locator('#keys').isVisible(), true);
    await page.locator('#single').uncheck();
    await page.keyboard.press('Escape');
    assert.equal(await page.locator('#keys').isVisible(), false);
    await page.keyboard.press('c');
    assert.equal(await page.locator('.item details[open]').count(), 5);
  }));

test('the history of an object can be searched and walked through too', async () => {
  await reader.read(await sampleHistoryPage(), {}, async (page) => {
    assert.equal(await page.locator('#found').textContent(), '3 events');
    await search(page, 'spec.replicas');
    assert.equal((await seen(page)).length, 1);
    await search(page, 'nothing like it');
    assert.equal(await page.locator('#search').isVisible(), true);
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    assert.match(await focused(page), /^deleted/);
  });
});

test('buttons open and close changes, and switch between light and dark', () =>
  reader.read(ordinary, { colorScheme: 'dark' }, async (page) => {
    const paper = () => styleOf(page, 'body', 'backgroundColor');
    const dark = await paper();
    await page.getByRole('button', { name: 'Light' }).click();
    assert.equal(await paper(), 'rgb(255, 255, 255)');
    await page.getByRole('button', { name: 'Dark' }).click();
    assert.equal(await paper(), dark);
    assert.notEqual(dark, 'rgb(255, 255, 255)');
    await page.getByRole('button', { name: 'Close all' }).click();
    assert.equal(await page.locator('.item details[open]').count(), 0);
    await page.getByRole('button', { name: 'Open all' }).click();
    assert.equal(await page.locator('.item details[open]').count(), 5);
  }));

test('hostile content stays text', () =>
  reader.read(hostile, {}, async (page) => {
    await page.keyboard.press('e');
    await page.locator('.item').last().hover();
    assert.equal(await page.evaluate('globalThis.hacked ?? null'), null);
    assert.equal(await page.locator('script').count(), 1);
    assert.equal(await page.locator('style').count(), 1);
    assert.equal(
      await page.locator('main img, main svg:not(.timeline, .legend svg), main script').count(),
      0,
    );
    assert.equal(
      await page.evaluate(
        `[...document.querySelectorAll('*')].some((each) => each.getAttributeNames().some((name) => name.startsWith('on') || name === 'style'))`,
      ),
      false,
    );
    const titles = await page.locator('h3 .label').allTextContents();
    assert.deepEqual(titles.slice(0, 7), HOSTILE.slice(0, 7));
    assert.equal(titles[7], 'turned U+202Egpj.exeU+2066 and U+200BhiddenU+00A0U+FEFFU+E0041');
    assert.equal(titles[9], 'half U+D83D pairs U+DC00');
    await search(page, '<img src=x');
    assert.deepEqual(await seen(page), [`name${HOSTILE[1]}`, 'text1', `z${HOSTILE[1]}`]);
    assert.equal(await page.evaluate('globalThis.hacked ?? null'), null);
  }));

test('the policy stops what would get past the escaping', async () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const url = `http://127.0.0.1:${address.port}/`;
  const planted = `<img src="${url}" onerror="globalThis.hacked = 1"><script>globalThis.hacked = 2</script>
    <link rel="stylesheet" href="${url}"><iframe src="${url}"></iframe><script src="${url}"></script>
    <p id="styled" style="color: red">x</p>`;
  const heard = await reader.hear(
    ordinary.replace('</main>', () => `${planted}</main>`),
    {},
    async (page) => {
      await page.evaluate(`fetch('${url}').catch(() => null)`);
      await page.evaluate(`try { document.body.innerHTML = 'x' } catch {}`);
      assert.equal(await page.evaluate('globalThis.hacked ?? null'), null);
      assert.notEqual(await styleOf(page, '#styled', 'color'), 'rgb(255, 0, 0)');
      assert.equal(await page.locator('h1').isVisible(), true);
    },
  );
  server.close();
  assert.equal(asked, 0);
  const complaints = heard.filter((each) => each.startsWith('console: '));
  assert.ok(complaints.length >= 8, heard.join('\n'));
  for (const each of complaints) assert.match(each, /Content Security Policy|TrustedHTML|blocked/);
});

test('without a script the page is complete, and the tools are hidden', () =>
  reader.read(ordinary, { javaScriptEnabled: false }, async (page) => {
    assert.equal(await page.locator('#tools').isVisible(), false);
    const summary = page.locator('.item summary').first();
    await summary.click();
    assert.equal(await page.locator('.item table').first().isVisible(), false);
    await summary.click();
    assert.equal(await page.locator('.item table').first().isVisible(), true);
    await page.getByRole('link', { name: 'team-long' }).click();
    assert.match(page.url(), /#p3$/);
  }));

test('a page with ten thousand changes is usable', async () => {
  const page = await pageOf(comparisonOf(manyObjects(10_000)));
  assert.ok(page.length < 12_000_000, String(page.length));
  await reader.read(page, {}, async (opened) => {
    const devtools = await opened.context().newCDPSession(opened);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    await search(opened, 'object-9999');
    assert.deepEqual(await seen(opened), ['object-9999']);
    await opened.keyboard.press('Escape');
    await opened.keyboard.press('j');
    await opened.keyboard.press('j');
    assert.equal(await focused(opened), 'object-1');
    const { metrics } = await devtools.send('Performance.getMetrics');
    // Seconds of processor time, since a busy machine takes longer.
    const worked = metrics.find(({ name }) => name === 'TaskDuration')?.value;
    assert.ok(worked !== undefined && worked < 15, String(worked));
  });
});

test('a narrow screen shows old above new, and nothing needs scrolling sideways', async () => {
  const long = 'long'.repeat(100);
  const objects = [
    changed(
      long,
      `${long}.example.com`,
      long,
      { [long]: long, a: `1\n${long}` },
      { [long]: `${long}2`, a: `2\n${long}` },
    ),
  ];
  const page = await pageOf(comparisonOf([...objects, ...hostileObjects()], { notes: [long] }));
  await reader.read(page, { viewport: { width: 360, height: 740 } }, async (opened) => {
    await opened.keyboard.press('e');
    assert.equal(await opened.evaluate('document.documentElement.scrollWidth'), 360);
    // A cell hides what sticks out of it, so nothing may.
    const hidden = `[...document.querySelectorAll('.pair td')].filter((cell) => cell.scrollWidth > cell.clientWidth).length`;
    assert.equal(await opened.evaluate(hidden), 0);
    const cells = opened.locator('.item tr', { has: opened.locator('td.before + td.after:not(.same)') });
    const own = await cells.first().locator('td.before').boundingBox();
    const other = await cells.first().locator('td.after').boundingBox();
    assert.ok(own !== null && other !== null && own.x === other.x && own.y < other.y);
  });
});

test('in print everything is open and light, also without a script', async () => {
  for (const javaScriptEnabled of [true, false]) {
    await reader.read(hostile, { javaScriptEnabled, colorScheme: 'dark' }, async (page) => {
      const table = page.locator('.item table').first();
      assert.equal(await table.isVisible(), false);
      await page.emulateMedia({ media: 'print' });
      assert.equal(await table.isVisible(), true);
      assert.equal(
        await page.locator('.item table:visible').count(),
        await page.locator('.item table').count(),
      );
      assert.equal(await page.locator('#tools').isVisible(), false);
      const pdf = await page.pdf({ format: 'A4' });
      assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
      await page.emulateMedia({ media: 'screen' });
      assert.equal(await table.isVisible(), false);
    });
  }
});
