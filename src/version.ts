import packageJson from '../package.json' with { type: 'json' };

/** Name and version, for the manifest and --version. */
export const TOOL = { name: packageJson.name, version: packageJson.version } as const;
