import { textAt } from '../edit.ts';
import type { SkipRow } from '../rule.ts';

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const SLICE_MAKERS = new Set(['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io']);

/** Addresses that a controller gathers anew. */
export const GATHERED: readonly SkipRow[] = [
  {
    rule: 'made-endpointslice',
    types: ['endpointslices.discovery.k8s.io'],
    reason: 'made by a controller from a Service and its pods, or from Endpoints',
    source: 'https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/',
    skips: ({ fields }) => SLICE_MAKERS.has(textAt(fields, 'metadata', 'labels', MANAGED_BY) ?? ''),
  },
  {
    rule: 'endpoints-of-service',
    types: ['endpoints'],
    reason: 'made by a controller from the pods that the Service of this name selects',
    source: 'https://kubernetes.io/docs/concepts/services-networking/service/',
    skips: ({ project, name }, { archiveIndex }) => archiveIndex.selectingServices.has(`${project}/${name}`),
  },
];
