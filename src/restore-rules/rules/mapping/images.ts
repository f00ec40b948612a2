import { type Fields, isFields, isList, type Value } from '../../../json/value.ts';
import { edited, textAt } from '../../edit.ts';
import { parsed, textOf } from '../../print.ts';
import type { ChangeRow, RuleContext } from '../../rule.ts';
import { mapStrings } from '../../strings.ts';

const REASON = 'mapped by --map';
const REGISTRY = 'https://docs.okd.io/latest/registry/accessing-the-registry.html';
/** A host of the registry of OpenShift, and the project behind it. */
const IMAGE =
  /(?<![a-z0-9.-])((?:image-registry\.openshift-image-registry|docker-registry\.default)\.svc(?:\.cluster\.local)?:5000|default-route-openshift-image-registry\.[a-z0-9.-]+)\/([a-z0-9-]+)\//g;
const STREAMS = new Set(['ImageStream', 'ImageStreamTag', 'ImageStreamImage']);
const TRIGGERS = 'metadata.annotations[image.openshift.io/triggers]';

/** Where images of OpenShift carry the name of a project. */
export const IMAGE_RULES: readonly ChangeRow[] = [
  {
    rule: 'map-image',
    types: ['*'],
    reason: REASON,
    source: REGISTRY,
    change: (fields, { options, target }, note) =>
      options.mapping.size === 0
        ? fields
        : mapStrings(fields, (text) =>
            // All of its hosts have this word.
            text.includes('registry')
              ? text.replaceAll(IMAGE, (whole, host: string, project: string) => {
                  const now = target(project);
                  if (now === project) return whole;
                  note(`${host}/${project} → ${host}/${now}`);
                  return `${host}/${now}/`;
                })
              : text,
          ),
  },
  {
    rule: 'map-image-stream',
    types: ['*.openshift.io'],
    reason: REASON,
    source: 'https://docs.okd.io/latest/openshift_images/image-streams-manage.html',
    change: (fields, context) => {
      if (context.options.mapping.size === 0) return fields;
      const after = mapStreams(fields, context);
      return isFields(after) ? after : fields;
    },
  },
  {
    rule: 'map-image-triggers',
    types: ['*'],
    reason: REASON,
    source: 'https://docs.okd.io/latest/openshift_images/triggering-updates-on-imagestream-changes.html',
    change: (fields, context) =>
      edited(fields, TRIGGERS, (text) => {
        const triggers = typeof text === 'string' && context.options.mapping.size > 0 ? parsed(text) : null;
        const after = triggers === null ? null : mapStreams(triggers, context);
        return after === null || after === triggers ? text : textOf(after);
      }),
  },
];

/** References to image streams with the new names of projects, at any depth. */
function mapStreams(value: Value, context: RuleContext): Value {
  if (isList(value)) {
    const after = value.map((each) => mapStreams(each, context));
    return after.every((each, at) => each === value[at]) ? value : after;
  }
  if (!isFields(value)) return value;
  let after: Fields = value;
  if (STREAMS.has(textAt(value, 'kind') ?? '')) {
    after = edited(after, 'namespace', (name) => (typeof name === 'string' ? context.target(name) : name));
  }
  for (const [key, each] of value) {
    if (isFields(each) || isList(each)) {
      const below = mapStreams(each, context);
      if (below !== each) after = new Map(after).set(key, below);
    }
  }
  return after;
}
