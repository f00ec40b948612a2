const KEY = '[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?';
const VALUE = '([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?';
const REQUIREMENT = new RegExp(
  `^(!\\s*${KEY}|${KEY}|${KEY}\\s*(=|==|!=)\\s*${VALUE}|${KEY}\\s+(in|notin)\\s+\\(\\s*${VALUE}(\\s*,\\s*${VALUE})*\\s*\\))$`,
);
/** Commas inside (…) belong to a set, the others separate requirements. */
const SEPARATOR = /,(?![^(]*\))/;

/**
 * Checks the form of a label selector before it is sent with every list.
 *
 * @returns the selector as it was given
 * @throws Error naming the requirement that is wrong
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function checkSelector(selector: string): string {
  for (const requirement of selector.split(SEPARATOR)) {
    if (!REQUIREMENT.test(requirement.trim())) {
      throw new Error(
        `"${requirement.trim()}" is no label requirement; write app=web, app!=web, app in (a,b), app or !app`,
      );
    }
  }
  return selector;
}

/** Tells whether an object with these labels is wanted. */
export type LabelMatcher = (labels: ReadonlyMap<string, string>) => boolean;

/**
 * Tells whether labels meet a selector, as the API server does.
 *
 * @param selector one that checkSelector has let pass
 */
export function selectorMatcher(selector: string): LabelMatcher {
  const requirements = selector.split(SEPARATOR).map((each) => requirementOf(each.trim()));
  return (labels) => requirements.every((meets) => meets(labels));
}

function requirementOf(text: string): LabelMatcher {
  const [, key = '', operator = '', list = ''] = /^([^\s!=]+)\s+(in|notin)\s+\((.*)\)$/.exec(text) ?? [];
  if (operator !== '') {
    const values = list.split(',').map((each) => each.trim());
    const isIn: LabelMatcher = (labels) => values.includes(labels.get(key) ?? '');
    // A label that is not there is in no set, so that `notin` takes it.
    if (operator === 'in') return (labels) => labels.has(key) && isIn(labels);
    return (labels) => !labels.has(key) || !isIn(labels);
  }
  if (text.startsWith('!')) return (labels) => !labels.has(text.slice(1).trim());
  const [, name = text, equals = '', value = ''] = /^([^\s!=]+)\s*(==?|!=)\s*(.*)$/.exec(text) ?? [];
  if (equals === '') return (labels) => labels.has(name);
  if (equals === '!=') return (labels) => labels.get(name) !== value;
  return (labels) => labels.get(name) === value;
}
