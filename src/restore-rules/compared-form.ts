import type { Fields } from '../json/value.ts';
import { EMPTY_INDEX } from './archive-index.ts';
import { textAt } from './edit.ts';
import type { Item } from './item.ts';
import { normalForm, skipOf } from './rewrite.ts';
import { NO_OVERRIDES, type RewriteOptions, type RuleContext } from './rule.ts';
import { rulesOf } from './rule-table.ts';
import { mapStrings } from './strings.ts';

/** Projects that are compared with others. */
export interface ComparedProjects {
  /** Old project → new project. */
  readonly mapping: ReadonlyMap<string, string>;
  /** See serviceRenamer. */
  readonly renameServices: (text: string) => string;
}

/** Names of rules that follow a mapping of projects begin with this. */
const MAPPING = 'map-';

/**
 * Replaces the project in names of Services: `web.shop.svc`, `web-0.web.shop.svc.cluster.local`. `web.shop` is
 * replaced only if there is such a Service, since it may be any host.
 *
 * @param mapping old project → new project
 * @param hasService whether an old project has a Service of a name
 */
export function serviceRenamer(
  mapping: ReadonlyMap<string, string>,
  hasService: (project: string, name: string) => boolean,
): (text: string) => string {
  // Names of projects have no character with a meaning in patterns.
  const projects = [...mapping.keys()].join('|');
  const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
  const name = new RegExp(
    `(?<![\\w.-])((?:${label}\\.)*(${label})\\.)(${projects})(\\.svc(?![\\w-])|(?![\\w.-]))`,
    'g',
  );
  return (text) =>
    text.replaceAll(name, (whole, service: string, last: string, project: string, end: string) => {
      const isService = end !== '' || hasService(project, last);
      return isService ? `${service}${mapping.get(project) ?? project}${end}` : whole;
    });
}

/**
 * An object of the first of two projects as it would be in the second: references to the project are changed, and
 * fields that belong to the cluster, the server or a controller are removed. Null for an object that a restore
 * would leave out.
 *
 * @param projects null for an object of the second project, which only loses what is not compared
 */
export function comparedForm(item: Item, projects: ComparedProjects | null, withNoise: boolean): Item | null {
  const options = optionsOf(projects?.mapping ?? new Map());
  if (!withNoise && skipOf(item, options) !== null) return null;
  const project = item.project === null ? null : (projects?.mapping.get(item.project) ?? item.project);
  const mapped =
    projects === null ? item : { ...item, project, fields: mappedFields(item, projects, options) };
  const status = item.fields.get('status');
  const { fields } = normalForm(mapped, options);
  // The status is only there if it is to be compared.
  const whole = status === undefined ? fields : new Map(fields).set('status', status);
  return { ...item, project, name: textAt(whole, 'metadata', 'name') ?? item.name, fields: whole };
}

function optionsOf(mapping: ReadonlyMap<string, string>): RewriteOptions {
  return {
    mapping,
    overrides: NO_OVERRIDES,
    replacements: [],
    preserveNodePorts: false,
    suspend: false,
    rebindStorageClasses: [],
  };
}

function mappedFields(item: Item, projects: ComparedProjects, options: RewriteOptions): Fields {
  const { mapping } = projects;
  const target = (project: string) => mapping.get(project) ?? project;
  const facts = { hasStatus: true };
  const context: RuleContext = { options, archiveIndex: EMPTY_INDEX, facts, item, target };
  const rows = rulesOf(item.type).changes.filter(({ rule }) => rule.startsWith(MAPPING));
  const fields = rows.reduce((left, row) => row.change(left, context, () => {}), item.fields);
  return mapStrings(fields, (text, { root }) => {
    const isEncoded = item.type === 'secrets' && root === 'data';
    const plain = isEncoded ? decoded(text) : text;
    if (plain === null) return text;
    const after = projects.renameServices(plain);
    if (after === plain) return text;
    return isEncoded ? Buffer.from(after).toString('base64') : after;
  });
}

/** The text in base64; null if it is none. */
function decoded(base64: string): string | null {
  const bytes = Buffer.from(base64, 'base64');
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : null;
}
