import { ApiError } from '../cluster/api-error.ts';
import { tagsPatch, withoutImageTags } from '../restore-rules/image-streams.ts';
import { printFields } from '../restore-rules/print.ts';
import type { Note } from '../restore-rules/rewrite.ts';
import type { Sending } from './sending.ts';
import { failureText } from './server-messages.ts';
import type { ClusterAccess } from './settings.ts';

/**
 * Completes an ImageStream that was created without tags that name images: its status, then these tags.
 *
 * @returns what is to be reported, since it is not as somebody would expect
 * @throws ConnectionError
 */
export async function completeStream(
  { writer }: ClusterAccess,
  { item, path, served, streamStatus: status }: Sending,
): Promise<readonly Note[]> {
  try {
    if (status !== null && served.hasStatus)
      await writer.merge(`${path}/status`, printFields(new Map([['status', status]])));
    if (withoutImageTags(item.fields) !== item.fields)
      await writer.merge(path, printFields(tagsPatch(item.fields)));
    return [];
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const text = `its images and the tags that name them were not restored: ${failureText(error, item)}`;
    return [{ rule: 'image-stream', text }];
  }
}
