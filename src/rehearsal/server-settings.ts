import { isIP } from 'node:net';
import type { ArchiveReader } from '../archive/reading/reader.ts';
import { isFields, isList, type Value } from '../json/value.ts';
import { fieldsOf, itemsOf, sourceFiles } from '../restore/archive-items.ts';
import { listAt, textAt } from '../restore-rules/edit.ts';
import { isOfKubernetes } from './limits.ts';

/** Ranges of cluster IPs for a cluster that tells none. */
const RANGES = { IPv4: '10.96.0.0/16', IPv6: 'fd00:10:96::/108' } as const;
/** The server does not start with a range of fewer than eight addresses. */
const LONGEST_PREFIX = { IPv4: 29, IPv6: 125 } as const;
const SERVICES = 'services';
const SERVICE_RANGES = 'servicecidrs.networking.k8s.io';
/** Of the cluster itself; the server creates it and refuses another value. */
const OWN_RANGES = 'kubernetes';
const ALPHA = /\/v\d+alpha\d+$/;
const RANGE = /^([0-9a-fA-F.:]{2,45})\/(\d{1,3})$/;

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
      const ranges = item.name === OWN_RANGES ? rangesOf(listAt(item.fields, 'spec', 'cidrs')) : null;
      if (ranges !== null) return { serviceRanges: ranges, alpha };
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

/** One range for each IP family; null if the list is anything else, which no API server has stored. */
function rangesOf(list: readonly Value[]): readonly string[] | null {
  const ranges: string[] = [];
  const families = new Set<number>();
  for (const each of list) {
    const [, address = '', length] = (typeof each === 'string' ? RANGE.exec(each) : null) ?? [];
    const family = isIP(address);
    const bits = Number(length);
    if (family === 0 || families.has(family) || bits > LONGEST_PREFIX[family === 4 ? 'IPv4' : 'IPv6'])
      return null;
    // To the server, that is an IPv4 address with a prefix that cannot be.
    if (family === 6 && new URL(`http://[${address}]`).hostname.startsWith('[::ffff:')) return null;
    families.add(family);
    ranges.push(`${address}/${bits}`);
  }
  return ranges.length > 0 ? ranges : null;
}
