/** On paper: light, without tools, with all that the screen folds away. */
export const PRINT_STYLE = `
@media print {
  :root, :root[data-theme] { color-scheme: light; print-color-adjust: exact; }
  @page { margin: 16mm 14mm; }
  body { padding: 0; max-width: none; font-size: 10pt; }
  .tools, dialog, .skip, .found:not(.filtered) { display: none; }
  .item { content-visibility: visible; }
  details::details-content { content-visibility: visible; display: block; height: auto; }
  .item > details > summary::before { display: none; }
  .item > p, .item > details > summary { padding-left: 0; }
  .archives { font-size: 8pt; }
  h2, h3, h4, summary, .pair th { break-after: avoid; }
  tr, figure { break-inside: avoid; }
  p { orphans: 3; widows: 3; }
}
`;
