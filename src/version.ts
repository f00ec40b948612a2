import packageJson from '../package.json' with { type: 'json' };

/** Name and version, as the manifest and --version tell them. */
export const TOOL = { name: packageJson.name, version: packageJson.version } as const;
