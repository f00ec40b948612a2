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

const filter = () => {
  const words = search.value
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  texts ??= textsOf();
  items.forEach((item, at) => {
    item.hidden = !words.every((word) => texts[at].includes(word));
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
  found.textContent = query === '' ? all : `${seen} of ${all} with \u201c${query}\u201d`;
  found.classList.toggle('filtered', query !== '');
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

const ACTIONS = {
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

byId('tools').hidden = false;
showCount();
openTarget();
