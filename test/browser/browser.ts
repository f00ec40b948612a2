import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A real browser that asks nobody for anything of its own. */
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

/** Opens pages from disk, as a person would who was sent one, and hears what they say. */
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

  /** Opens a page, calls, and throws where the page asked for anything or complained. */
  async read(
    html: string,
    options: BrowserContextOptions,
    look: (page: Page) => Promise<void>,
  ): Promise<void> {
    assert.deepEqual(await this.hear(html, options, look), []);
  }

  /** Opens a page, calls, and tells what the page asked for and complained of. */
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

/** What axe finds serious or critical in a part of the page, a line each. The context must bypass the page's policy. */
export async function seriousFindings(page: Page, part = 'html'): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate<
    string[]
  >(`axe.run(${JSON.stringify(part)}, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 200) + ' ' + failureSummary)))`);
  return found;
}
