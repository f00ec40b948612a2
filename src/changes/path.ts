/** A step from a value to one inside it. */
export type Step =
  | { readonly kind: 'key'; readonly key: string }
  /** An item of a list by what identifies it: name=web; containerPort=8080 and protocol=TCP. */
  | { readonly kind: 'item'; readonly match: ReadonlyArray<readonly [field: string, value: string]> }
  /** An item by its position from 0, before and after; null where it was not there. */
  | { readonly kind: 'index'; readonly before: number | null; readonly after: number | null };

/** From an object's root to a place in it. */
export type Path = readonly Step[];

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const PLAIN_VALUE = /^[A-Za-z0-9._/:@-]+$/;

/** `spec.template.spec.containers[name=web].env[name=LOG].value`, `data["run.sh"]`, `args[2]`. */
export function pathText(path: Path): string {
  return path.map(stepText).join('').replace(/^\./, '');
}

function stepText(step: Step): string {
  if (step.kind === 'index') return `[${step.after ?? step.before}]`;
  if (step.kind === 'item') return `[${matchText(step.match)}]`;
  return PLAIN_KEY.test(step.key) ? `.${step.key}` : `[${JSON.stringify(step.key)}]`;
}

/** `name=web`, as it stands in a path. */
export function matchText(match: ReadonlyArray<readonly [field: string, value: string]>): string {
  return match
    .map(([field, value]) => `${field}=${PLAIN_VALUE.test(value) ? value : JSON.stringify(value)}`)
    .join(',');
}
