/** A DNS label; a project is a namespace. */
const PROJECT_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Whether a project can have this name.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
 */
export function isProjectName(text: string): boolean {
  return PROJECT_NAME.test(text);
}
