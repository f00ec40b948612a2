import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { isJsonObject } from '../support/kube-object.ts';
import type { Template } from './process.ts';

/** The templates that we ship, and where they are. */
export const TEMPLATES = {
  cluster: fileURLToPath(new URL('../../openshift/template.yaml', import.meta.url)),
  projects: fileURLToPath(new URL('../../openshift/template-projects.yaml', import.meta.url)),
  rehearsal: fileURLToPath(new URL('../../openshift/template-rehearsal.yaml', import.meta.url)),
} as const;

/** Reads a template from its text, YAML or JSON. Throws an Error where it is none; `origin` names it there. */
export function parseTemplate(text: string, origin: string): Template {
  const found = load(text);
  if (!isJsonObject(found) || found.kind !== 'Template' || !Array.isArray(found.objects))
    throw new Error(`${origin} is not a Template`);
  return found as Template;
}

/** Reads a template from a file. */
export function readTemplate(path: string): Template {
  return parseTemplate(readFileSync(path, 'utf8'), path);
}
