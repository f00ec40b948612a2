import { CHANGES_STYLE } from './style-changes.ts';
import { PRINT_STYLE } from './style-print.ts';

const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#ffffff, #15171a);
  --ink: light-dark(#1c1e21, #e3e3df);
  --faint: light-dark(#5c6066, #a2a6ab);
  --rule: light-dark(#dcdee1, #33373c);
  --shade: light-dark(#f5f6f7, #1d2024);
  --link: light-dark(#0b57a4, #8ab8ec);
  --added: light-dark(#1d6b36, #7cc792);
  --changed: light-dark(#7a5300, #dcb45c);
  --removed: light-dark(#a4262c, #f0908f);
  --added-line: light-dark(#edf7ef, #172a1d);
  --removed-line: light-dark(#fcf0ef, #331c1d);
  --added-mark: light-dark(#bfe6c8, #24593a);
  --removed-mark: light-dark(#f6cbc8, #6d2e30);
  --added-bar: light-dark(#3a8f55, #6fb585);
  --changed-bar: light-dark(#b98a1d, #c9a24c);
  --removed-bar: light-dark(#c4454b, #dd7f7e);
  --mono: ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  margin: 0 auto; padding: 2.5rem 1.5rem 4rem; max-width: 76rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; font-weight: 650; text-wrap: balance; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; font-weight: 650; }
h3 { font-size: 1.05rem; margin: 2rem 0 .25rem; padding-bottom: .25rem; border-bottom: 1px solid var(--rule); }
h4 { font-size: .9rem; margin: 1rem 0 .25rem; font-weight: 600; color: var(--faint); }
h3, h4, h1 { overflow-wrap: anywhere; }
.label, b { unicode-bidi: isolate; }
a { color: var(--link); }
p { margin: .5rem 0; }
.lead { font-size: 1.1rem; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .25rem .5rem; }
.unseen, .pair > thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.added { color: var(--added); }
.changed { color: var(--changed); }
.removed, .warn { color: var(--removed); }
.counts { font-weight: 400; font-size: .85rem; color: var(--faint); margin-left: .5rem; }
.notice { border-left: 3px solid var(--changed); padding: .1rem 0 .1rem .75rem; margin: 1rem 0; overflow-wrap: anywhere; }
.notice.warning { border-color: var(--removed); font-weight: 600; }
.facts { border-collapse: collapse; margin: 1.25rem 0; font-size: .92rem; width: 100%; table-layout: fixed; }
.facts th, .facts td { text-align: left; vertical-align: top; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; }
.facts tbody th { font-weight: 400; color: var(--faint); }
.facts :is(th, td):first-child { width: 8rem; }
.counts-table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
.counts-table :is(th, td) { padding: .12rem 1.25rem .12rem 0; text-align: right; font-weight: 400; vertical-align: top; }
.counts-table :is(th, td):first-child { text-align: left; overflow-wrap: anywhere; }
.counts-table thead th { color: var(--faint); border-bottom: 1px solid var(--rule); }
.counts-table th[scope="rowgroup"] { font-weight: 600; padding-top: .6rem; }
.counts-table tbody th[scope="rowgroup"] ~ td { padding-top: .6rem; font-weight: 600; }
.counts-table tbody:has(th[scope="rowgroup"]) th[scope="row"] { padding-left: 1.25rem; }
.archives :is(th, td):nth-child(2) { text-align: left; white-space: nowrap; }
.archives :is(th, td):first-child { overflow-wrap: break-word; }
figure { margin: 0; }
figcaption { font-size: .85rem; color: var(--faint); }
.timeline { display: block; overflow: visible; }
.timeline text { font-size: 11px; fill: var(--faint); }
.timeline .mark { fill: var(--ink); font-size: 13px; }
.timeline .warn { fill: var(--removed); font-size: 14px; font-weight: 700; }
.timeline .room { fill: transparent; }
.timeline g:hover .room { fill: var(--shade); }
svg .added { fill: var(--added-bar); }
svg .changed { fill: var(--changed-bar); }
svg .removed { fill: var(--removed-bar); }
.timeline g rect:not(.room) { stroke: var(--paper); }
.grid { stroke: var(--rule); stroke-dasharray: 2 3; }
.base { stroke: var(--faint); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .25rem 0 .75rem; padding: 0; }
.block > summary { cursor: pointer; }
.block > summary h2 { display: inline; }
.block { margin-top: 2rem; }
figure + .block { margin-top: 0; font-size: .9rem; }
footer { margin-top: 3rem; padding-top: .75rem; border-top: 1px solid var(--rule); font-size: .85rem; color: var(--faint); overflow-wrap: anywhere; }
kbd { font: .85em var(--mono); background: var(--shade); border: 1px solid var(--rule); border-radius: 3px; padding: 0 .3em; overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
`;

/** The page's style; its colours keep a contrast of 4.5 to 1 and more in light and dark. */
export const STYLE = `${PAGE_STYLE}${CHANGES_STYLE}${PRINT_STYLE}`;
