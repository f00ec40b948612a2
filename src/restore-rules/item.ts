import type { Fields } from '../json/value.ts';

/** An object of an archive. */
export interface Item {
  /** null: cluster-scoped. */
  readonly project: string | null;
  /** `deployments.apps` */
  readonly type: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly fields: Fields;
}
