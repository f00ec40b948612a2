/*
 * Search, keys, buttons and the switch of light and dark. It is embedded in the page as a module, which
 * the page's policy allows by its hash. It makes only text and attributes, never markup. The page is complete
 * without it.
 */
const byId = (id) => document.getElementById(id);
const items = [...document.querySelectorAll('.item')];

const search = byId('search');
const found = byId('found');
const groups = [...document.querySelectorAll('.group')];
let texts = null;
let waiting = 0;

// Made for the first search: the text of ten thousand objects takes a moment.
const textsOf = () =>
  items.map((item) => {
    let text = item.textContent;
    for (let group = item.closest('.group'); group !== null; group = group.parentElement.closest('.group')) {
      text += ` ${group.querySelector('.label').textContent}`;
    }
    return text.toLowerCase();
  });

// The part of the time that is shown, in milliseconds; null for all of it, and on pages without a zoom.
const zoom = byId('zoom');
let range = null;
const isInRange = ({ dataset }) =>
  range === null || (Number(dataset.to) >= range.from && Number(dataset.from) <= range.to);

const filter = () => {
  const words = search.value
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  texts ??= textsOf();
  items.forEach((item, at) => {
    item.hidden = !isInRange(item) || !words.every((word) => texts[at].includes(word));
  });
  // From the inside out: a group is visible as long as anything in it is.
  for (const group of [...groups].reverse())
    group.hidden = group.querySelector('.item:not([hidden])') === null;
  showCount();
};

const showCount = () => {
  const { one, many } = found.dataset;
  const query = search.value.trim();
  const seen = items.filter((item) => !item.hidden).length.toLocaleString('en');
  const all = `${items.length.toLocaleString('en')} ${items.length === 1 ? one : many}`;
  const part = query === '' && range === null ? all : `${seen} of ${all}`;
  found.textContent = query === '' ? part : `${part} with \u201c${query}\u201d`;
  found.classList.toggle('filtered', query !== '' || range !== null);
};

const clearSearch = () => {
  if (search.value === '') return;
  search.value = '';
  filter();
};

search.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(filter, 100);
});

const keys = byId('keys');
const single = byId('single');
const seenItems = () => items.filter((item) => !item.hidden);

const setOpen = (isOpen) => {
  for (const item of seenItems()) {
    const details = item.querySelector('details');
    if (details !== null) details.open = isOpen;
  }
};

const move = (by) => {
  const seen = seenItems();
  const here = seen.indexOf(document.activeElement.closest('.item'));
  const next = seen[here === -1 ? 0 : here + by];
  if (next === undefined) return;
  (next.querySelector('summary') ?? next).focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
};

const whole = zoom === null ? null : { from: Number(zoom.dataset.from), to: Number(zoom.dataset.to) };
// A part is at least a minute long.
const SHORTEST = 60_000;

const showRange = (from, to) => {
  const length = Math.min(Math.max(to - from, SHORTEST), whole.to - whole.from);
  const start = Math.min(Math.max(from, whole.from), whole.to - length);
  range = length >= whole.to - whole.from ? null : { from: start, to: start + length };
  const factor = (whole.to - whole.from) / length;
  for (const chart of document.querySelectorAll('.zoomed')) {
    chart.setAttribute('x', `${((whole.from - start) / length) * 100}%`);
    chart.setAttribute('width', `${factor * 100}%`);
  }
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zoom.dataset.zone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  const text = `${format.format(start)} to ${format.format(start + length)} ${zoom.dataset.zone}`;
  byId('range').textContent = range === null ? 'Whole period' : text;
  filter();
};

// Keeps the middle, or the share of the chart that was clicked, where it is.
const zoomBy = (factor, share = 0.5) => {
  const { from, to } = range ?? whole;
  const middle = from + (to - from) * share;
  showRange(middle - (to - from) * factor * share, middle + (to - from) * factor * (1 - share));
};

const moveBy = (share) => {
  const { from, to } = range ?? whole;
  showRange(from + (to - from) * share, to + (to - from) * share);
};

const ZOOMS = {
  '+': () => zoomBy(0.5),
  '-': () => zoomBy(2),
  ArrowLeft: () => moveBy(-0.5),
  ArrowRight: () => moveBy(0.5),
  0: () => showRange(whole.from, whole.to),
};

const ACTIONS = {
  ...(zoom === null ? {} : ZOOMS),
  '/': () => {
    search.focus();
    search.select();
  },
  j: () => move(1),
  n: () => move(1),
  k: () => move(-1),
  p: () => move(-1),
  e: () => setOpen(true),
  c: () => setOpen(false),
  '?': () => keys.showModal(),
};

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || keys.open) return;
  if (event.key === 'Escape') {
    clearSearch();
    search.blur();
    return;
  }
  if (event.target === search || !single.checked || !Object.hasOwn(ACTIONS, event.key)) return;
  event.preventDefault();
  ACTIONS[event.key]();
});

byId('open').addEventListener('click', () => setOpen(true));
byId('close').addEventListener('click', () => setOpen(false));
byId('help').addEventListener('click', () => keys.showModal());
byId('done').addEventListener('click', () => keys.close());

const theme = byId('theme');
const root = document.documentElement;
const system = matchMedia('(prefers-color-scheme: dark)');
const isDark = () => (root.dataset.theme ?? (system.matches ? 'dark' : 'light')) === 'dark';
const nameTheme = () => {
  theme.textContent = isDark() ? 'Light' : 'Dark';
};
theme.addEventListener('click', () => {
  root.dataset.theme = isDark() ? 'light' : 'dark';
  nameTheme();
});
system.addEventListener('change', nameTheme);
nameTheme();

const openTarget = () => {
  const target = location.hash === '' ? null : byId(location.hash.slice(1));
  const details = target === null ? null : target.querySelector(':scope > details');
  if (details !== null) details.open = true;
};
addEventListener('hashchange', openTarget);

let closed = [];
addEventListener('beforeprint', () => {
  closed = [...document.querySelectorAll('details:not([open])')];
  for (const details of closed) details.open = true;
});
addEventListener('afterprint', () => {
  for (const details of closed) details.open = false;
});

if (zoom !== null) {
  for (const [id, key] of [
    ['in', '+'],
    ['out', '-'],
    ['earlier', 'ArrowLeft'],
    ['later', 'ArrowRight'],
    ['all', '0'],
  ])
    byId(id).addEventListener('click', ZOOMS[key]);
  for (const chart of document.querySelectorAll('.lanes'))
    chart.addEventListener('click', (event) => {
      const { left, width } = chart.getBoundingClientRect();
      zoomBy(0.5, (event.clientX - left) / width);
    });
  zoom.hidden = whole.to <= whole.from;
  byId('range').textContent = 'Whole period';
}

byId('tools').hidden = false;
showCount();
openTarget();
