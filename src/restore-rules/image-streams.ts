import { type Fields, isFields } from '../json/value.ts';
import { edited, listAt, textAt, without } from './edit.ts';
import type { Item } from './item.ts';

/**
 * An ImageStream is restored in three steps: only its status lists images that were pushed, and a tag
 * that refers to an image of a stream (as `oc tag` creates it) is refused before the status of that stream
 * lists the image.
 *
 * @see https://docs.okd.io/latest/openshift_images/image-streams-manage.html
 */
export function isImageStream({ type }: Pick<Item, 'type'>): boolean {
  return type === 'imagestreams.image.openshift.io';
}

/** A stream without the tags that refer to images; the same object if there are none. */
export function withoutImageTags(fields: Fields): Fields {
  return edited(fields, 'spec.tags[*]', (tag) =>
    textAt(tag, 'from', 'kind') === 'ImageStreamImage' ? undefined : tag,
  );
}

/** All tags of a stream, as a merge patch. */
export function tagsPatch(fields: Fields): Fields {
  return new Map([['spec', new Map([['tags', listAt(fields, 'spec', 'tags')]])]]);
}

/** The status of a stream without the addresses of its old registry; null if it has no images. */
export function streamStatusOf({ fields }: Item): Fields | null {
  const bare = without(fields, 'status.dockerImageRepository', 'status.publicDockerImageRepository');
  const status = bare.get('status');
  return isFields(status) && listAt(status, 'tags').length > 0 ? status : null;
}
