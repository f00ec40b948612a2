/*
 * Where logs of containers are in an archive: `PROJECT/_logs/POD/CONTAINER.log`, and `CONTAINER.previous.log` of the
 * run before the last restart.
 */

/** The folder of a project's logs, and how they are addressed: `shop/_logs/POD`. */
export const LOGS = '_logs';

/** The log of a container. */
export interface LogPlace {
  readonly project: string;
  readonly pod: string;
  readonly container: string;
  /** Of the run before the last restart. */
  readonly previous: boolean;
}

/** Names of pods and containers: DNS subdomains, in which no path can hide. */
const NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Containers are DNS labels, so that the ending is never a part of their names. */
const FILE = /^([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(\.previous)?\.log$/;

/** Whether the log of a container can have a place: API servers accept no other names. */
export function canHaveLog({ pod, container }: Pick<LogPlace, 'pod' | 'container'>): boolean {
  return NAME.test(pod) && FILE.test(`${container}.log`) && !pod.includes('..');
}

/** `web.log`, `web.previous.log`. */
export function logFileName({ container, previous }: Pick<LogPlace, 'container' | 'previous'>): string {
  return `${container}${previous ? '.previous' : ''}.log`;
}

/** The name of the entry of a log. */
export function logEntryName(place: LogPlace): string {
  return `${place.project}/${LOGS}/${place.pod}/${logFileName(place)}`;
}

/** The place of an entry by its name, or null if it is not a log. */
export function logPlaceOf(entry: string): LogPlace | null {
  const [project = '', folder, pod = '', file = '', ...deeper] = entry.split('/');
  if (folder !== LOGS || deeper.length > 0 || project === '' || project.startsWith('_')) return null;
  const [, container, previous] = FILE.exec(file) ?? [];
  if (container === undefined || !NAME.test(pod)) return null;
  return { project, pod, container, previous: previous !== undefined };
}
