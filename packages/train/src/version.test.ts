import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { softwareVersion } from './version.js';

it('softwareVersion › is that of package.json', () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(softwareVersion).toBe(version);
});
