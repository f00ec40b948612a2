import { objectsOf } from '../sample/object.ts';

/** The project that has an object of every namespaced kind. */
export const PROJECT = 'every-kind';

/** Makes objects of that project. */
export const object = objectsOf(PROJECT);

export const GROUP = 'rbac.authorization.k8s.io';
const container = { name: 'main', image: 'registry.example.com/every-kind/main:1' };
/** What runs: one container. */
export const containers = [container];
export const selector = { matchLabels: { app: 'main' } };
export const template = { metadata: { labels: { app: 'main' } }, spec: { containers } };
/** What runs once. */
export const once = { template: { spec: { containers, restartPolicy: 'Never' } } };
