// The version of this package, as its package.json says it.
import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** What `aam --version` prints. */
export const commandVersion: string = version;
