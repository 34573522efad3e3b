// The vectors of the reference are the ones that were stored: nothing is missing, added or edited.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const conformance = fileURLToPath(new URL('../../conformance/', import.meta.url));
const { files } = JSON.parse(readFileSync(`${conformance}manifest.json`, 'utf8')) as {
  files: readonly { path: string; bytes: number; sha256: string }[];
};

it('the manifest lists the files of topics 01 to 11 with their sizes and checksums', () => {
  const topics = readdirSync(conformance).filter((entry) => /^(0\d|1[01])_/.test(entry));
  expect(topics).toHaveLength(11);
  const found = topics
    .flatMap((topic) =>
      readdirSync(join(conformance, topic), { recursive: true, encoding: 'utf8' }).map((path) => join(topic, path)),
    )
    .filter((path) => statSync(join(conformance, path)).isFile())
    .map((path) => {
      const content = readFileSync(join(conformance, path));
      return { path, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
    });
  const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
  expect(found.sort(byPath)).toEqual([...files].sort(byPath));
});
