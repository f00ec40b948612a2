/** What stands for the project of a cluster-scoped type; no project can have an underscore in its name. */
export const CLUSTER = '_cluster';
