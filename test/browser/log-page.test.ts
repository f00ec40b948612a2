import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { config, fileOf, logOf, type Night, startOf, type Writes, written } from '../commands/log-nights.ts';
import { object } from '../comparison/archives.ts';
import { HOSTILE } from '../output/page/objects.ts';
import { Reader, seriousFindings } from './browser.ts';

let reader: Reader;
before(async () => {
  reader = await Reader.start();
});
after(() => reader.close());

const DAYS = 10;

/** Ten nights; each day somebody else sets a value, and every third day a ConfigMap comes. */
function nights(manager: (day: number) => string): Night[] {
  return Array.from({ length: DAYS }, (_, day) => {
    const time = day === 0 ? startOf(0) : startOf(day - 1).replace('T00:15:03.000', 'T12:00:00');
    const writes: Writes = [[manager(day), time.replace('.000', ''), 'a']];
    const others = Array.from({ length: Math.floor(day / 3) }, (_, at) => config(`new-${at}`, {}));
    return {
      'bank/configmaps.json': [
        object('ConfigMap', 'rates', { data: { a: String(day) } }, { namespace: 'bank' }),
      ],
      'shop/configmaps.json': [
        ...others,
        config('settings', { a: String(day), b: '<script>alert(1)</script>' }),
      ],
      'shop/_metadata/configmaps.json': [
        ...others.map((_, at) => written(`new-${at}`, [])),
        written('settings', writes),
      ],
    };
  });
}

async function pageOf(
  t: Parameters<typeof logOf>[0],
  manager = (day: number) => `client-${day}`,
): Promise<string> {
  return await logOf(t, nights(manager), '-o', 'html');
}

function seen(page: Page): Promise<string[]> {
  return page.locator('.item:visible :is(summary, p) > b').allTextContents();
}

test('the page has charts by project and type, the state of the archives, and every change, the newest first', async (t) => {
  await reader.read(await pageOf(t), {}, async (page) => {
    assert.equal(await page.locator('h1').textContent(), 'Changes in 10 archives');
    assert.deepEqual(
      await page
        .locator('h3')
        .allTextContents()
        .then((all) => all.slice(0, 2)),
      ['By project', 'By type'],
    );
    assert.equal(
      await page
        .locator('svg.lanes')
        .first()
        .locator('text')
        .allTextContents()
        .then((all) => all.join()),
      'shop,bank',
    );
    assert.equal(
      await page
        .locator('.archives tbody tr', { hasText: fileOf(9) })
        .last()
        .locator('td')
        .nth(1)
        .textContent(),
      'complete',
    );
    const first = page.locator('.item').first();
    assert.match(
      (await first.textContent()) ?? '',
      /^~ bank\/configmaps\/rates between 2026-11-09 00:15 and 2026-11-10 00:15 · data\.a/,
    );
    assert.match(
      (await page.locator('.item', { hasText: 'client-9' }).textContent()) ?? '',
      /2026-11-09 12:00:00 · client-9 · data\.a/,
    );
  });
});

test('search finds managers; zoom, keys and buttons choose a part of the time', async (t) => {
  await reader.read(await pageOf(t), {}, async (page) => {
    await page.fill('#search', 'client-3');
    await page.locator('#found', { hasText: 'with “client-3”' }).waitFor();
    assert.deepEqual(await seen(page), ['shop/configmaps/settings']);
    await page.keyboard.press('Escape');
    const all = (await seen(page)).length;
    assert.equal(await page.locator('#range').textContent(), 'Whole period');
    await page.getByRole('button', { name: 'Zoom in' }).click();
    assert.equal(await page.locator('#range').textContent(), '2026-11-03 06:15 to 2026-11-07 18:15 UTC');
    const some = (await seen(page)).length;
    assert.ok(some > 0 && some < all);
    assert.match(
      (await page.locator('#found').textContent()) ?? '',
      new RegExp(`^${some} of ${all} changes$`),
    );
    const [, width] = await zoomOf(page);
    assert.equal(width, '200%');
    await page.locator('h1').click();
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.locator('#range').textContent(), '2026-11-05 12:15 to 2026-11-10 00:15 UTC');
    assert.deepEqual(await zoomOf(page), ['-100%', '200%']);
    await page.keyboard.press('-');
    assert.equal((await seen(page)).length, all);
    await page
      .locator('svg.lanes')
      .first()
      .click({ position: { x: 10, y: 5 } });
    assert.match((await page.locator('#range').textContent()) ?? '', /^2026-11-01 0\d:\d\d to 2026-11-05 /);
    await page.locator('#all').click();
    assert.equal((await seen(page)).length, all);
  });
});

function zoomOf(page: Page): Promise<(string | null)[]> {
  const chart = page.locator('svg.zoomed').first();
  return Promise.all([chart.getAttribute('x'), chart.getAttribute('width')]);
}

test('hostile managers and names are shown as text', async (t) => {
  const html = await pageOf(t, (day) => HOSTILE[day % HOSTILE.length]?.slice(0, 100) ?? 'x');
  await reader.read(html, {}, async (page) => {
    assert.equal(await page.locator('.item script, .item img, .item style').count(), 0);
    assert.equal((await seen(page)).length, 21);
  });
});

const VIEWS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'on a phone': { viewport: { width: 360, height: 740 } },
};

for (const [view, options] of Object.entries(VIEWS))
  test(`axe finds nothing serious in the log: ${view}`, async (t) => {
    await reader.read(await pageOf(t), { ...options, bypassCSP: true }, async (page) => {
      assert.deepEqual(await seriousFindings(page), [], 'as it opens');
      await page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = true`);
      await page.getByRole('button', { name: 'Zoom in' }).click();
      assert.deepEqual(await seriousFindings(page), [], 'all open');
    });
  });

test('the page is complete without a script', async (t) => {
  await reader.read(await pageOf(t), { javaScriptEnabled: false }, async (page) => {
    assert.equal(await page.locator('#zoom').isVisible(), false);
    assert.equal((await seen(page)).length, 21);
  });
});
