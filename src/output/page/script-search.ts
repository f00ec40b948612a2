/** Filters the items: each word has to stand in an object, its type or its project. */
export const SEARCH_SCRIPT = `
const search = byId('search');
const groups = [...document.querySelectorAll('.group')];
let texts = null;
let waiting = 0;

// Made when it is needed first: the text of ten thousand objects takes a moment.
const textsOf = () => items.map((item) => {
  let text = item.textContent;
  for (let group = item.closest('.group'); group !== null; group = group.parentElement.closest('.group')) {
    text += ' ' + group.querySelector('.label').textContent;
  }
  return text.toLowerCase();
});

const filter = () => {
  const words = search.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
  texts ??= textsOf();
  items.forEach((item, at) => { item.hidden = !words.every((word) => texts[at].includes(word)); });
  // From the inside out, since a group is seen as long as anything in it is.
  for (const group of [...groups].reverse()) group.hidden = group.querySelector('.item:not([hidden])') === null;
  tellFound();
};

const tellFound = () => {
  const seen = items.filter((item) => !item.hidden).length;
  const all = items.length.toLocaleString('en') + ' ' + (items.length === 1 ? byId('found').dataset.one : byId('found').dataset.many);
  const text = search.value.trim() === '' ? all : seen.toLocaleString('en') + ' of ' + all + ' with \\u201c' + search.value.trim() + '\\u201d';
  byId('found').textContent = text;
  byId('found').classList.toggle('filtered', search.value.trim() !== '');
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
`;
