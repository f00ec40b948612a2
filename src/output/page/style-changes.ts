/** The tools above the changes, and the changes. */
export const CHANGES_STYLE = `
.tools {
  position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem;
  padding: .6rem 0; background: var(--paper); border-bottom: 1px solid var(--rule);
}
.tools input { flex: 1 1 14rem; }
.tools :is(input, button), dialog button {
  font: inherit; font-size: .92rem; color: inherit; background: var(--paper);
  border: 1px solid var(--faint); border-radius: 4px; padding: .25rem .6rem; min-height: 2rem;
}
.tools button, dialog button { cursor: pointer; }
.tools button:hover { background: var(--shade); }
.tools ::placeholder { color: var(--faint); opacity: 1; }
.found { font-size: .85rem; color: var(--faint); min-height: 1.5em; overflow-wrap: anywhere; }
#changes ul { list-style: none; margin: 0; padding: 0; }
.group .group { padding-left: .1rem; }
.group, .item { scroll-margin-top: 4rem; }
.item { padding: 0 3px; }
.many .item { content-visibility: auto; contain-intrinsic-size: auto 1.9rem; }
.item > p, .item > details > summary { margin: 0; padding: .15rem 0; overflow-wrap: anywhere; }
.item > p { padding-left: 1.1rem; }
.item > details > summary { cursor: pointer; padding-left: 1.1rem; list-style: none; position: relative; }
.item > details > summary::-webkit-details-marker { display: none; }
.item > details > summary::before {
  content: ""; position: absolute; left: .2rem; top: .62rem;
  border: .28rem solid transparent; border-left: .4rem solid var(--faint); border-right: 0;
}
.item > details[open] > summary::before { transform: rotate(90deg); }
.item :is(p, summary) > i { display: inline-block; width: 1.1em; font: 700 1em var(--mono); color: inherit; }
.item :is(p, summary) > b { font-weight: 600; color: var(--ink); }
.item :is(p, summary) > span { color: var(--faint); font-size: .88rem; margin-left: .5rem; unicode-bidi: isolate; }
.item:focus-visible, .item summary:focus-visible { outline-offset: -2px; }
.item:target > :is(p, details > summary) { background: var(--shade); }
.pair {
  width: 100%; table-layout: fixed; border-collapse: collapse; margin: .25rem 0 1rem;
  font: .82rem/1.5 var(--mono); color: var(--ink);
}
.pair th { text-align: left; font-weight: 600; padding: .6rem .25rem .15rem 1.1rem; overflow-wrap: anywhere; }
.pair small { font: .85em system-ui, sans-serif; color: var(--faint); }
.pair td {
  position: relative; vertical-align: top; padding: 0 .5rem 0 4.6rem;
  white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 4; overflow: clip; unicode-bidi: isolate;
}
.pair td.before { border-right: 1px solid var(--rule); }
.pair td:empty { background: var(--shade); }
.pair td.before:not(.same) { background: var(--removed-line); }
.pair td.after:not(.same) { background: var(--added-line); }
.pair td > b { position: absolute; left: 0; width: 3rem; text-align: right; font-weight: 400; color: var(--faint); user-select: none; }
.pair td > i { position: absolute; left: 3.5rem; font-style: normal; font-weight: 700; user-select: none; }
.pair td.before > i { color: var(--removed); }
.pair td.after > i { color: var(--added); }
.pair td:not(:has(> b)) { padding-left: 2.2rem; }
.pair td:not(:has(> b)) > i { left: 1.1rem; }
.pair del { text-decoration: none; background: var(--removed-mark); border-radius: 2px; }
.pair ins { text-decoration: none; background: var(--added-mark); border-radius: 2px; }
.pair .gap td, .pair .cut td { color: var(--faint); font: .92em system-ui, sans-serif; padding: .1rem 1.1rem; background: none; }
.cut, .pair .cut td { font-style: italic; color: var(--faint); }
span.cut { border: 1px dashed var(--faint); border-radius: 3px; padding: 0 .3em; margin: 0 .2em; font-size: .92em; }
.u { font: .78em var(--mono); border: 1px solid var(--faint); border-radius: 3px; padding: 0 .2em; margin: 0 1px; color: var(--changed); }
dialog { color: var(--ink); background: var(--paper); border: 1px solid var(--faint); border-radius: 6px; padding: 1.25rem 1.75rem; }
dialog::backdrop { background: rgb(0 0 0 / .4); }
dialog h2 { margin-top: 0; }
dialog dl { display: grid; grid-template-columns: auto 1fr; gap: .3rem 1.25rem; margin: 0 0 1rem; }
dialog dd { margin: 0; }
@media (max-width: 44rem) {
  body { padding: 1.25rem 1rem 3rem; }
  .facts :is(th, td):first-child { width: 5.5rem; }
  .pair, .pair tbody, .pair tr, .pair th, .pair td { display: block; }
  .pair td.before { border-right: 0; }
  .pair td:empty, .pair td.same.after { display: none; }
  h1 { font-size: 1.3rem; }
  .archives :is(th, td):first-child { overflow-wrap: anywhere; }
  .archives :is(th, td):nth-child(2) { white-space: normal; }
  .counts-table { font-size: .85rem; }
  .counts-table :is(th, td) { padding-right: .5rem; }
  .counts-table thead :is(th, td):not(:first-child) { font-size: .75rem; }
}
`;
