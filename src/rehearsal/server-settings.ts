import type { ArchiveReader } from '../archive/reading/reader.ts';
import { isFields, isList } from '../json/value.ts';
import { fieldsOf, itemsOf, sourceFiles } from '../restore/archive-items.ts';
import { listAt, textAt } from '../restore-rules/edit.ts';

/** Ranges of cluster IPs for a cluster that tells none. */
const RANGES = { IPv4: '10.96.0.0/16', IPv6: 'fd00:10:96::/108' } as const;
const SERVICES = 'services';
const SERVICE_RANGES = 'servicecidrs.networking.k8s.io';
/** Of the cluster itself; the server creates it and refuses another value. */
const OWN_RANGES = 'kubernetes';
const ALPHA = /^(?:[a-z.]+\/)?v\d+alpha\d+$/;
const RANGE = /^[0-9a-fA-F.:]+\/\d{1,3}$/;

/** What a server has to be like, so that it can store what the archived cluster stored. */
export interface ArchivedServer {
  readonly serviceRanges: readonly string[];
  readonly alpha: boolean;
}

/**
 * Reads from an archive how its API server was configured: the IP families of its Services, and whether it
 * served alpha APIs.
 *
 * @throws Damage, Unreadable
 */
export async function archivedServer(archive: ArchiveReader): Promise<ArchivedServer> {
  const { resourceTypes } = await archive.manifest();
  const alpha = resourceTypes.some(
    ({ apiVersion, objects, name }) => objects > 0 && ALPHA.test(apiVersion) && isOfKubernetes(name),
  );
  const files = await sourceFiles(archive, false);
  for (const file of files) {
    if (file.typePath.type !== SERVICE_RANGES || file.typePath.project !== null) continue;
    for await (const item of itemsOf(archive, file)) {
      const ranges = listAt(item.fields, 'spec', 'cidrs').filter((each) => typeof each === 'string');
      if (item.name === OWN_RANGES && ranges.length > 0 && ranges.every((each) => RANGE.test(each)))
        return { serviceRanges: ranges, alpha };
    }
  }
  let primary: keyof typeof RANGES = 'IPv4';
  let isDual = false;
  for (const file of files) {
    if (file.typePath.type !== SERVICES || file.typePath.project === null) continue;
    for await (const { bytes, name } of itemsOf(archive, file)) {
      if (!bytes.includes('IPv6')) continue;
      const spec = fieldsOf(bytes).get('spec');
      const families = isFields(spec) ? spec.get('ipFamilies') : null;
      if (!isList(families)) continue;
      if (families.length > 1) isDual = true;
      // Of a cluster with one family, every Service has it; of another, that of the server has the first.
      else if (families[0] === 'IPv6' && (name === OWN_RANGES || !isDual)) primary = 'IPv6';
      if (textAt(spec, 'ipFamilyPolicy') === 'PreferDualStack' && families[0] === 'IPv6') primary = 'IPv6';
    }
  }
  const other = primary === 'IPv4' ? 'IPv6' : 'IPv4';
  return { serviceRanges: [RANGES[primary], ...(isDual ? [RANGES[other]] : [])], alpha };
}

function isOfKubernetes(type: string): boolean {
  const group = type.slice(type.indexOf('.') + 1);
  return !type.includes('.') || group.endsWith('.k8s.io') || !group.includes('.');
}
