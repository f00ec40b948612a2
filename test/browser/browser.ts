import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A browser that makes no requests of its own. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const AXE = await readFile(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** Opens pages from disk in Chromium, as somebody would who got one by mail. */
export class Reader {
  readonly #browser: Browser;
  readonly #folder: string;
  #pages = 0;

  private constructor(browser: Browser, folder: string) {
    this.#browser = browser;
    this.#folder = folder;
  }

  static async start(): Promise<Reader> {
    const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
    const folder = await mkdtemp(join(tmpdir(), 'openshift-backup-page-'));
    return new Reader(await chromium.launch({ executablePath, args: FLAGS }), folder);
  }

  /** Opens a page and calls `look`; fails if the page requested anything, logged anything or threw. */
  async read(
    html: string,
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<void> {
    assert.deepEqual(await this.hear(html, options, look), []);
  }

  /** Opens a page and calls `look`; returns what the page requested, logged and threw. */
  async hear(
    html: string,
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<string[]> {
    this.#pages += 1;
    const file = join(this.#folder, `${this.#pages}.html`);
    await writeFile(file, html);
    const context = await this.#browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    try {
      const page = await context.newPage();
      const heard: string[] = [];
      page.on('console', (message) => heard.push(`console: ${message.text()}`));
      page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
      page.on('dialog', (dialog) => heard.push(`dialog: ${dialog.message()}`));
      const own = pathToFileURL(file).href;
      page.on('request', (request) => {
        if (request.url() !== own) heard.push(`request: ${request.url()}`);
      });
      await page.goto(own);
      await look(page);
      return heard;
    } finally {
      await context.close();
    }
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await rm(this.#folder, { recursive: true });
  }
}

/** A line for each serious or critical finding of axe in a part of the page. The context must bypass the page's policy. */
export async function seriousFindings(page: Page, part = 'html'): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate<
    string[]
  >(`axe.run(${JSON.stringify(part)}, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 200) + ' ' + failureSummary)))`);
  return found;
}
