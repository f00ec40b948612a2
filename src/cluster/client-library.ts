/**
 * All that is used of @kubernetes/client-node: kubeconfigs, the credentials in them, TLS options, and
 * types. Its module for kubeconfigs is imported by its path, since the package's own entry loads the
 * generated API (62 MB). The build leaves out the parts of it that are never called (build/unused.ts);
 * test/build/unused.test.ts fails where an update moves any of this.
 */
export type {
  V1ResourceAttributes,
  V1ResourceRule,
  V1SelfSubjectAccessReview,
  V1SelfSubjectReview,
  V1SelfSubjectRulesReview,
} from '@kubernetes/client-node';
export { KubeConfig } from '@kubernetes/client-node/dist/config.js';
export type { Cluster, Context, User } from '@kubernetes/client-node/dist/config_types.js';
