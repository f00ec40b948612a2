import { jsonText } from './printable.ts';

/** What `version` tells. */
export interface VersionFacts {
  readonly name: string;
  readonly version: string;
  /** Version of Node.js. */
  readonly node: string;
  /** linux/x64 */
  readonly platform: string;
}

/** One line for people. */
export function versionText({ name, version, node, platform }: VersionFacts): string {
  return `${name} ${version} (Node.js ${node}, ${platform})\n`;
}

/** An object with `name`, `version`, `node` and `platform`. Fields may be added. */
export function versionJson({ name, version, node, platform }: VersionFacts): string {
  return jsonText({ name, version, node, platform });
}
