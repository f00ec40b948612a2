import { type Fields, isFields, isList, type Value } from '../../json/value.ts';
import { textAt, withValue } from '../edit.ts';
import type { ChangeRow } from '../rule.ts';

type Pairs = ReadonlyMap<string, string>;
type Note = (what: string) => void;

const LEGACY_CLASS = 'volume.beta.kubernetes.io/storage-class';
/** What may follow a prefix of an image reference. */
const IMAGE_BOUNDARY = '/:@';
/** Types whose content is data of users. */
const DATA = new Set(['configmaps', 'secrets']);

/** `--storage-class`, `--image` and `--label`. */
export const OVERRIDE_RULES: readonly ChangeRow[] = [
  {
    rule: 'storage-class',
    types: ['*'],
    reason: 'by --storage-class',
    source: 'https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1',
    change: (fields, { options, item }, note) => {
      const { storageClasses } = options.overrides;
      if (storageClasses.size === 0 || DATA.has(item.type)) return fields;
      const replace: Replace = (text, key) =>
        key === 'storageClassName' || key === LEGACY_CLASS ? (storageClasses.get(text) ?? text) : text;
      return replaced(fields, replace, note);
    },
  },
  {
    rule: 'image',
    types: ['*'],
    reason: 'by --image',
    source: 'https://kubernetes.io/docs/concepts/containers/images/#image-names',
    change: (fields, { options, item }, note) => {
      const { images } = options.overrides;
      if (images.size === 0 || DATA.has(item.type)) return fields;
      const replace: Replace = (text, key, owner) => (isImage(key, owner) ? imageOf(text, images) : text);
      return replaced(fields, replace, note);
    },
  },
  {
    rule: 'label',
    types: ['*'],
    reason: 'by --label',
    source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/',
    silent: true,
    change: (fields, { options }) =>
      [...options.overrides.labels].reduce(
        (left, [key, value]) =>
          textAt(left, 'metadata', 'labels', key) === value
            ? left
            : withValue(left, `metadata.labels[${key}]`, value),
        fields,
      ),
  },
];

/** The new text for the value of a key. */
type Replace = (text: string, key: string, owner: Fields) => string;

/** Whether a text is a reference to an image: of containers, image volumes, ImageStreams and BuildConfigs. */
function isImage(key: string, owner: Fields): boolean {
  switch (key) {
    case 'image':
    case 'dockerImageRepository':
      return true;
    case 'name':
      return owner.get('kind') === 'DockerImage';
    case 'reference':
      return owner.has('pullPolicy') || owner.size === 1;
    default:
      return false;
  }
}

/** The longest prefix counts; it ends where a part of the reference ends. */
function imageOf(image: string, images: Pairs): string {
  const found = [...images.keys()]
    .filter((from) => image.startsWith(from) && endsAtBoundary(image, from))
    .sort((a, b) => b.length - a.length)[0];
  return found === undefined ? image : `${images.get(found) ?? found}${image.slice(found.length)}`;
}

function endsAtBoundary(image: string, from: string): boolean {
  const next = image.charAt(from.length);
  return next === '' || from.endsWith('/') || IMAGE_BOUNDARY.includes(next);
}

/** Fields with texts replaced at any depth; the same object if nothing changes. */
function replaced(fields: Fields, replace: Replace, note: Note): Fields {
  const after = replacedIn(fields, replace, note);
  return isFields(after) ? after : fields;
}

function replacedIn(value: Value, replace: Replace, note: Note): Value {
  if (isList(value)) {
    const after = value.map((each) => replacedIn(each, replace, note));
    return after.every((each, at) => each === value[at]) ? value : after;
  }
  if (!isFields(value)) return value;
  let after: Map<string, Value> | null = null;
  for (const [key, each] of value) {
    const next = typeof each === 'string' ? replace(each, key, value) : replacedIn(each, replace, note);
    if (next === each) continue;
    if (typeof each === 'string' && typeof next === 'string') note(`${each} → ${next}`);
    after = (after ?? new Map(value)).set(key, next);
  }
  return after ?? value;
}
