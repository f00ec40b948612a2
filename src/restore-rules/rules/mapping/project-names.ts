import { type Fields, isFields, type Value } from '../../../json/value.ts';
import { edited, textAt } from '../../edit.ts';
import type { RuleContext } from '../../rule.ts';

const GROUP = 'system:serviceaccounts:';
const USER = 'system:serviceaccount:';
/** The label by which a project can be selected; the server sets it. */
const NAME = 'kubernetes.io/metadata.name';

/** Adds a note about a change. */
export type Tell = (what: string) => void;

/** Fields whose texts at these paths are names of projects, with the new names. */
export function withProjects(
  fields: Fields,
  context: RuleContext,
  tell: Tell,
  paths: readonly string[],
): Fields {
  return changed(fields, context, paths, context.target, tell);
}

/** Fields whose texts at these paths are users or groups of ServiceAccounts, with the new names of projects. */
export function withAccounts(
  fields: Fields,
  context: RuleContext,
  tell: Tell,
  paths: readonly string[],
): Fields {
  return changed(fields, context, paths, (name) => accountNow(name, context), tell);
}

/** Fields whose namespace selectors at these paths select projects by their new names. */
export function withSelectors(
  fields: Fields,
  context: RuleContext,
  tell: Tell,
  paths: readonly string[],
): Fields {
  if (context.options.mapping.size === 0) return fields;
  return paths.reduce((left, path) => {
    const labels = withProjects(left, context, tell, [`${path}.matchLabels[${NAME}]`]);
    return edited(labels, `${path}.matchExpressions[*]`, (each) =>
      isFields(each) && textAt(each, 'key') === NAME
        ? withProjects(each, context, tell, ['values[*]'])
        : each,
    );
  }, fields);
}

/** `system:serviceaccount:shop:web` with the new project. */
function accountNow(name: string, { target }: RuleContext): string {
  if (name.startsWith(GROUP)) return GROUP + target(name.slice(GROUP.length));
  if (!name.startsWith(USER)) return name;
  const [project = '', ...account] = name.slice(USER.length).split(':');
  return [USER + target(project), ...account].join(':');
}

function changed(
  fields: Fields,
  { options }: RuleContext,
  paths: readonly string[],
  now: (name: string) => string,
  tell: Tell,
): Fields {
  if (options.mapping.size === 0) return fields;
  const change = (before: Value): Value => {
    if (typeof before !== 'string') return before;
    const after = now(before);
    if (after !== before) tell(`${before} → ${after}`);
    return after;
  };
  return paths.reduce((left, path) => edited(left, path, change), fields);
}
