import type { Fields, Value } from '../../json/value.ts';
import { listAt, textAt, valueAt } from '../edit.ts';

/** The user of a ServiceAccount, and the group of all ServiceAccounts of a project. */
const OF_PROJECT = /^system:serviceaccounts?:([^:]+)/;

/**
 * The project of the ServiceAccounts that a subject of a binding, or a user or group of an
 * SCC, stands for; null where it stands for others.
 */
export function projectOfSubject(subject: Value): string | null {
  if (textAt(subject, 'kind') === 'ServiceAccount') return textAt(subject, 'namespace');
  const name = typeof subject === 'string' ? subject : textAt(subject, 'name');
  return OF_PROJECT.exec(name ?? '')?.[1] ?? null;
}

/** The projects whose ServiceAccounts a binding or an SCC is for. */
export function projectsOfSubjects(fields: Fields): readonly string[] {
  return ['subjects', 'users', 'groups']
    .flatMap((list) => listAt(fields, list))
    .flatMap((subject) => projectOfSubject(subject) ?? []);
}

/** The projects whose Services answer for a webhook configuration or an APIService. */
export function projectsServing(fields: Fields): readonly string[] {
  const clients = listAt(fields, 'webhooks').map((webhook) => valueAt(webhook, 'clientConfig'));
  return [...clients, valueAt(fields, 'spec')].flatMap(
    (client) => textAt(client, 'service', 'namespace') ?? [],
  );
}
