/** Returns whether an object with these labels matches. */
export type LabelMatcher = (labels: ReadonlyMap<string, string>) => boolean;

/** Longer than a URL can be, and the selector is part of the URL of every list. */
const LONGEST = 8192;
const KEY = /^[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?$/;
const VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

/**
 * Checks the form of a label selector before it is sent with every list.
 *
 * @returns the selector, unchanged
 * @throws Error that names the invalid requirement
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function checkSelector(selector: string): string {
  selectorMatcher(selector);
  return selector;
}

/**
 * Returns a function that checks whether labels match a selector, as the API server does.
 *
 * @throws as checkSelector
 */
export function selectorMatcher(selector: string): LabelMatcher {
  if (selector.length > LONGEST)
    throw new Error(`a selector may have ${LONGEST} characters, but this one has ${selector.length}`);
  const requirements = separated(selector).map((each) => requirementOf(each.trim()));
  return (labels) => requirements.every((meets) => meets(labels));
}

/** Commas inside (…) belong to a set; others separate requirements. */
function separated(selector: string): string[] {
  const parts: string[] = [];
  let inSet = false;
  let from = 0;
  for (let at = 0; at < selector.length; at += 1) {
    if (selector[at] === '(') inSet = true;
    else if (selector[at] === ')') inSet = false;
    else if (selector[at] === ',' && !inSet) {
      parts.push(selector.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, selector.slice(from)];
}

function requirementOf(text: string): LabelMatcher {
  const matcher = text.startsWith('!')
    ? absenceOf(text)
    : (setOf(text) ?? comparisonOf(text) ?? presenceOf(text));
  if (matcher !== null) return matcher;
  const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  throw new Error(
    `"${shown}" is not a label requirement; write app=web, app!=web, app in (a,b), app or !app`,
  );
}

function presenceOf(key: string): LabelMatcher | null {
  return KEY.test(key) ? (labels) => labels.has(key) : null;
}

function absenceOf(text: string): LabelMatcher | null {
  const key = text.slice(1).trim();
  return KEY.test(key) ? (labels) => !labels.has(key) : null;
}

/** `app=web`, `app==web` and `app!=web`. */
function comparisonOf(text: string): LabelMatcher | null {
  const at = text.indexOf('=');
  if (at < 0) return null;
  const isNot = text[at - 1] === '!';
  const key = text.slice(0, isNot ? at - 1 : at).trim();
  const value = text.slice(!isNot && text[at + 1] === '=' ? at + 2 : at + 1).trim();
  if (!KEY.test(key) || !VALUE.test(value)) return null;
  return isNot ? (labels) => labels.get(key) !== value : (labels) => labels.get(key) === value;
}

/** `app in (a, b)` and `app notin (a, b)`. */
function setOf(text: string): LabelMatcher | null {
  const open = text.indexOf('(');
  if (open < 0 || !text.endsWith(')')) return null;
  const [key = '', operator, ...more] = text.slice(0, open).trim().split(/\s+/);
  const values = text
    .slice(open + 1, -1)
    .split(',')
    .map((each) => each.trim());
  if (more.length > 0 || !KEY.test(key) || !values.every((each) => VALUE.test(each))) return null;
  const set = new Set(values);
  if (operator === 'in') return (labels) => labels.has(key) && set.has(labels.get(key) ?? '');
  // A missing label is in no set, so `notin` matches it.
  if (operator === 'notin') return (labels) => !labels.has(key) || !set.has(labels.get(key) ?? '');
  return null;
}
