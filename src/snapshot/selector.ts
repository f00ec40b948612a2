const KEY = '[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?';
const VALUE = '([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?';
const REQUIREMENT = new RegExp(
  `^(!\\s*${KEY}|${KEY}|${KEY}\\s*(=|==|!=)\\s*${VALUE}|${KEY}\\s+(in|notin)\\s+\\(\\s*${VALUE}(\\s*,\\s*${VALUE})*\\s*\\))$`,
);

/**
 * Checks the form of a label selector before it is sent with every list.
 *
 * @returns the selector as it was given
 * @throws Error naming the requirement that is wrong
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function checkSelector(selector: string): string {
  // Commas inside (…) belong to a set, the others separate requirements.
  for (const requirement of selector.split(/,(?![^(]*\))/)) {
    if (!REQUIREMENT.test(requirement.trim())) {
      throw new Error(
        `"${requirement.trim()}" is no label requirement; write app=web, app!=web, app in (a,b), app or !app`,
      );
    }
  }
  return selector;
}
