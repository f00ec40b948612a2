import type { Fields } from '../../../json/value.ts';
import { globMatcher } from '../../../words/glob.ts';
import { edited, textAt, without, withoutKeys } from '../../edit.ts';
import { type ChangeRow, isCopied, type RuleContext, type SkipRow } from '../../rule.ts';
import { type Tell, withProjects } from './project-names.ts';

const HELM = 'https://helm.sh/docs/topics/advanced/#storage-backends';
const HELM_NAMESPACE = 'metadata.annotations[meta.helm.sh/release-namespace]';

/**
 * Labels and annotations by which tools find the objects that they manage. A tool would delete the copy, or
 * mistake it for the original object.
 */
const TRACKING = globMatcher([
  'argocd.argoproj.io/{tracking-id,installation-id,instance}',
  '{kustomize,helm}.toolkit.fluxcd.io/{name,namespace}',
  'applyset.kubernetes.io/*',
  'kapp.k14s.io/{app,association,identity,original,original-diff-md5}',
  'objectset.rio.cattle.io/*',
  'configmanagement.gke.io/*',
  'configsync.gke.io/*',
]);

/** Annotations that name another object as PROJECT/NAME, or several with commas between them. */
const REFERENCES = [
  'cert-manager.io/inject-ca-from',
  'cert-manager.io/inject-ca-from-secret',
  'k8s.v1.cni.cncf.io/networks',
  'nginx.ingress.kubernetes.io/auth-secret',
  'nginx.ingress.kubernetes.io/auth-tls-secret',
  'nginx.ingress.kubernetes.io/proxy-ssl-secret',
  'operator-sdk/primary-resource',
];
const TEMPLATES = ['', 'spec.template.', 'spec.jobTemplate.spec.template.'];

/** What a copy of a project must not have in common with the original. */
export const COPY_RULES: readonly ChangeRow[] = [
  {
    rule: 'map-helm-namespace',
    types: ['*'],
    reason: 'mapped by --map',
    source: HELM,
    change: (fields, context, note) => withProjects(fields, context, note, [HELM_NAMESPACE]),
  },
  {
    rule: 'copy-tracking',
    types: ['*'],
    reason: 'a tool that manages the first project would take the copy for its own, and may delete it',
    source: 'https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/',
    change: (fields, context) =>
      isCopied(context)
        ? ['annotations', 'labels'].reduce(
            (left, place) => withoutKeys(left, `metadata.${place}`, TRACKING),
            fields,
          )
        : fields,
  },
  {
    rule: 'map-annotations',
    types: ['*'],
    reason: 'mapped by --map',
    source: 'https://kubernetes.io/docs/reference/labels-annotations-taints/',
    change: mapAnnotations,
  },
  {
    rule: 'copy-machine',
    types: ['virtualmachines.kubevirt.io'],
    reason: 'a MAC address, a UUID and a serial number belong to the first virtual machine',
    source: 'https://kubevirt.io/user-guide/network/interfaces_and_networks/',
    change: (fields, context) =>
      isCopied(context)
        ? without(
            fields,
            ...['spec.template.spec.domain.devices.interfaces[*].macAddress'],
            ...['uuid', 'serial'].map((key) => `spec.template.spec.domain.firmware.${key}`),
          )
        : fields,
  },
];

/** What is not copied at all. */
export const COPY_SKIPS: readonly SkipRow[] = [
  {
    rule: 'helm-release',
    types: ['secrets', 'configmaps'],
    reason:
      'a release of Helm names its project in a packed manifest: helm uninstall in the copy would delete the first. helm upgrade --install adopts the objects of the copy',
    source: HELM,
    skips: (item, context) =>
      isCopied(context) &&
      textAt(item.fields, 'metadata', 'labels', 'owner') === 'helm' &&
      item.name.startsWith('sh.helm.release.'),
  },
];

function mapAnnotations(fields: Fields, context: RuleContext, note: Tell): Fields {
  if (context.options.mapping.size === 0) return fields;
  return TEMPLATES.flatMap((at) => REFERENCES.map((key) => `${at}metadata.annotations[${key}]`)).reduce(
    (left, path) =>
      edited(left, path, (text) => {
        if (typeof text !== 'string') return text;
        const after = text
          .split(',')
          .map((each) => mapReference(each, context))
          .join(',');
        if (after !== text) note(`${text} → ${after}`);
        return after;
      }),
    fields,
  );
}

/** `shop/web` with the new project; JSON and names without a project are kept. */
function mapReference(reference: string, { target }: RuleContext): string {
  const [, space = '', project = '', name = ''] = /^(\s*)([a-z0-9-]+)\/([^/{}"]+)$/.exec(reference) ?? [];
  return name === '' ? reference : `${space}${target(project)}/${name}`;
}
