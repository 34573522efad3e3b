// Every changeset can be read by the tool that makes releases: its header names packages of this repository.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const changesets = readdirSync(new URL('.changeset/', root)).filter(
  (file) => file.endsWith('.md') && file !== 'README.md',
);
const folders = [...readdirSync(new URL('packages/', root)).map((name) => `packages/${name}`), 'crates/seq-node'];
const released = new Set(
  folders.map((folder) => JSON.parse(readFileSync(new URL(`${folder}/package.json`, root), 'utf8')).name as string),
);

describe('changesets', () => {
  it.each(changesets)('%s names packages and what changed', (file) => {
    const text = readFileSync(new URL(`.changeset/${file}`, root), 'utf8');
    const [, header, sentence] =
      /^---\n((?:"@seq\/\w+": (?:patch|minor|major)\n)+)---\n\n(\S[\s\S]*)$/.exec(text) ?? [];
    expect(header, 'a header between two lines of ---').toBeDefined();
    const names = [...header!.matchAll(/"(@seq\/\w+)"/g)].map(([, name]) => name!);
    expect(names.filter((name) => !released.has(name))).toEqual([]);
    expect(sentence!.trim().length).toBeGreaterThan(20);
  });
});
