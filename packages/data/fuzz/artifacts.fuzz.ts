// QIIME 2 artifacts that are damaged outside, and whole ones around damaged content, in every reader that takes them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFasta, readFeatureTable, readSampleMetadata, readTaxonomy } from '@seq/data';
import { openArtifact, writeArtifact } from '@seq/data/files';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';

const folder = fileURLToPath(new URL('../../../conformance/08_data/qza/', import.meta.url));

/** What an artifact holds, and what reads it. */
const kinds = {
  'table.qza': readFeatureTable,
  'rep-seqs.qza': readFasta,
  'alpha-diversity.qza': readSampleMetadata,
} as const;

type Kind = keyof typeof kinds;

interface Damaged {
  readonly seed: Kind;
  /** A damaged artifact, or the content of a whole one. */
  readonly where: 'outside' | 'inside';
  readonly bytes: Uint8Array;
  readonly reader: Kind | 'taxonomy';
}

const contents = new Map<Kind, { readonly type: string; readonly name: string; readonly bytes: Uint8Array }>();
for (const seed of Object.keys(kinds) as Kind[]) {
  const artifact = await openArtifact(seed, readFileSync(join(folder, seed)));
  const name = artifact.files[0]!;
  contents.set(seed, { type: artifact.type, name, bytes: await artifact.data(name) });
}

const target: FuzzTarget<Damaged> = {
  name: 'data/artifacts',
  generate: (random) => {
    const seed = random.pick(Object.keys(kinds) as Kind[]);
    const where = random.pick(['outside', 'inside'] as const);
    const whole = where === 'outside' ? readFileSync(join(folder, seed)) : contents.get(seed)!.bytes;
    const reader = random.chance(0.7) ? seed : random.pick([...(Object.keys(kinds) as Kind[]), 'taxonomy' as const]);
    return { seed, where, bytes: random.damaged(whole), reader };
  },
  run: async ({ seed, where, bytes, reader }) => {
    const place = mkdtempSync(join(tmpdir(), 'seq-fuzz-'));
    try {
      const path = join(place, 'x.qza');
      const { type, name } = contents.get(seed)!;
      if (where === 'outside') writeFileSync(path, bytes);
      else await writeArtifact(path, { type, format: 'Any', files: [{ name, content: bytes }] });
      if (reader === 'taxonomy') await readTaxonomy(path);
      else if (reader === 'table.qza') await readFeatureTable(path, { stallTimeoutMs: 4_000 });
      else await kinds[reader](path);
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  },
};

export default target;
