import { createHash } from 'node:crypto';
import { SCRIPT, STYLE } from './assets.ts';
import { plain, shown, shownProse } from './html.ts';
import type { TimelineArchive } from './timeline.ts';

/**
 * The page loads nothing, and the browser applies only its own style and script: hostile content
 * that got past the escaping would still do nothing.
 */
const POLICY = [
  "default-src 'none'",
  `style-src '${hashOf(STYLE)}'`,
  `script-src '${hashOf(SCRIPT)}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const KEYS: ReadonlyArray<readonly [keys: readonly string[], does: string]> = [
  [['/'], 'search'],
  [['Esc'], 'clear the search'],
  [['j', 'n'], 'next change'],
  [['k', 'p'], 'previous change'],
  [['Enter', 'Space'], 'open or close a change'],
  [['e'], 'open all'],
  [['c'], 'close all'],
  [['?'], 'show these keys'],
];

/** The start of a page with changes: policy, style, title and the list of keys. */
export function documentStart(title: string, more: typeof KEYS = []): string {
  const keys = [...KEYS, ...more].map(
    ([names, does]) => `<dt>${names.map((name) => `<kbd>${name}</kbd>`).join(' ')}</dt><dd>${does}</dd>`,
  );
  return `${headHtml(title)}<body>
<a class="skip" href="#changes">Skip to the changes</a>
<header>
<h1>${shownProse(title)}</h1>
<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2><dl>${keys.join('')}</dl>
<p><label><input type="checkbox" id="single" checked> use single-key shortcuts</label></p><button type="button" id="done">Done</button></dialog>
`;
}

/** A page without changes, and so without search, keys and script. */
export function staticPage(title: string, body: string, tool: string): string {
  return `${headHtml(title)}<body>
${body}<footer><p>Written by ${shown(tool)}.</p></footer>
</body>
</html>
`;
}

function headHtml(title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${plain(title)}</title>
<style>${STYLE}</style>
</head>
`;
}

/**
 * The search and the buttons for the items below. They stay hidden without a script.
 *
 * @param one the noun for an item, and `many` its plural
 */
export function toolsHtml(title: string, one: string, many: string): string {
  return `<div id="tools" class="tools" role="search" hidden>
<label for="search" class="unseen">${title}</label>
<input type="search" id="search" placeholder="${title}" autocomplete="off" spellcheck="false">
<button type="button" id="open">Open all</button><button type="button" id="close">Close all</button><button type="button" id="theme">Dark</button><button type="button" id="help">Keys</button>
</div>
<p id="found" class="found" role="status" data-one="${one}" data-many="${many}"></p>
`;
}

/** The end of a page: footer and script. */
export function documentEnd({ tool, showsSecrets }: Pick<PageFacts, 'tool' | 'showsSecrets'>): string {
  const masked = showsSecrets ? '' : ' Values of Secrets are masked.';
  return `<footer><p>Written by ${shown(tool)}.${masked}</p></footer>
<script type="module">${SCRIPT}</script>
</body>
</html>
`;
}

/** As browsers do: of the text between the tags. */
function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** What every page shows in addition to the changes. */
export interface PageFacts {
  /** All archives of the volume, oldest first. */
  readonly archives: readonly TimelineArchive[];
  /** IANA zone of the times. */
  readonly zone: string;
  /** Whether the values of Secrets are shown. */
  readonly showsSecrets: boolean;
  /** Options that decide what is shown of an object, for the commands on the page: `--status`. */
  readonly options: readonly string[];
  /** `openshift-backup 1.0.0` */
  readonly tool: string;
}

/** A warning on a page that contains secrets. */
export function secretsNotice({ showsSecrets }: Pick<PageFacts, 'showsSecrets'>): string {
  return showsSecrets ? '<p class="notice warning">This page contains the values of Secrets.</p>\n' : '';
}
