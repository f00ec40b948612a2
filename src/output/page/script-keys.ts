/** Keys, buttons, the dark and light switch, what a link leads to, and printing. */
export const KEYS_SCRIPT = `
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
  '/': () => { search.focus(); search.select(); },
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
const nameTheme = () => { theme.textContent = isDark() ? 'Light' : 'Dark'; };
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
`;
