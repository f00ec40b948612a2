import pMap from 'p-map';
import type { Client } from './client.ts';
import { mayI } from './reviews.ts';

/** What is to be done with the objects of a type. */
export interface Deed {
  /** `deployments.apps` */
  readonly type: string;
  readonly apiVersion: string;
  readonly verb: string;
  /** `status`, or null for the object itself. */
  readonly subresource: string | null;
  /** Where; [null] for a cluster-scoped type. */
  readonly projects: readonly (string | null)[];
}

/** A deed that is not allowed, in a project or (null) in the whole cluster. */
export interface Denied {
  readonly deed: Deed;
  readonly project: string | null;
}

const AT_ONCE = 16;

/**
 * Which deeds are not allowed: a SelfSubjectAccessReview each over the whole cluster,
 * and where that is denied one in each project. The server answers for types, too, that
 * it does not have yet.
 */
export async function deniedDeeds(client: Client, deeds: readonly Deed[]): Promise<Denied[]> {
  const everywhere = await pMap(deeds, (deed) => isAllowed(client, deed, null), { concurrency: AT_ONCE });
  const questions = deeds
    .filter((_, index) => !everywhere[index])
    .flatMap((deed) => deed.projects.map((project) => ({ deed, project })));
  const answers = await pMap(
    questions,
    ({ deed, project }) => (project === null ? false : isAllowed(client, deed, project)),
    { concurrency: AT_ONCE },
  );
  return questions.filter((_, index) => !answers[index]);
}

function isAllowed(client: Client, deed: Deed, project: string | null): Promise<boolean> {
  const slash = deed.apiVersion.indexOf('/');
  const dot = deed.type.indexOf('.');
  const type = {
    group: slash < 0 ? '' : deed.apiVersion.slice(0, slash),
    version: deed.apiVersion.slice(slash + 1),
    resource: dot < 0 ? deed.type : deed.type.slice(0, dot),
  };
  return mayI(client, deed.verb, type, project, undefined, deed.subresource ?? undefined);
}
