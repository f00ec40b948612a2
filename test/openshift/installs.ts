import type { KubeObject } from '../support/kube-object.ts';
import { processTemplate } from './process.ts';
import { readTemplate, TEMPLATES } from './read-template.ts';

/** Parameters of a template, by name. */
export type Parameters = Readonly<Record<string, string>>;

const IMAGE = 'registry.example.com/backup/openshift-backup:1.0.0';

/** The objects of openshift/template.yaml. */
export function clusterInstall(parameters: Parameters = {}): readonly KubeObject[] {
  return processTemplate(readTemplate(TEMPLATES.cluster), { IMAGE, ...parameters }).objects;
}

/** The objects of openshift/template-projects.yaml in the first of `projects`, processed once for each of them. */
export function projectsInstall(
  projects: readonly string[],
  parameters: Parameters = {},
): readonly (readonly KubeObject[])[] {
  const template = readTemplate(TEMPLATES.projects);
  const common = { IMAGE, NAMESPACE: projects[0] ?? '', PROJECTS: projects.join(','), ...parameters };
  return projects.map((PROJECT) => processTemplate(template, { ...common, PROJECT }).objects);
}

/** The objects of openshift/template-rehearsal.yaml. */
export function rehearsalInstall(parameters: Parameters = {}): readonly KubeObject[] {
  const image = IMAGE.replace(':', '-rehearsal:');
  return processTemplate(readTemplate(TEMPLATES.rehearsal), { IMAGE: image, ...parameters }).objects;
}
