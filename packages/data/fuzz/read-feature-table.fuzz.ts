// Damaged tables of every format, and texts that only look like one.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFeatureTable, sampleTotals } from '@seq/data';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';
import type { Random } from '../../../tooling/fuzz/random.js';

const vectors = fileURLToPath(new URL('../../../conformance/08_data/biom/', import.meta.url));
const kinds = fileURLToPath(new URL('../test/hdf5/biom/', import.meta.url));
const seeds = [
  'biom21_int32_taxonomy.biom',
  'biom21_int64_hashed_ids.biom',
  'biom10_sparse.biom',
  'biom10_dense.biom',
  'classic.tsv',
]
  .map((name) => join(vectors, name))
  .concat(readdirSync(kinds).map((name) => join(kinds, name)));

function madeUp(random: Random): string {
  const id = (): string => random.text(3, 'ab#\t\n "1');
  const cell = (): string => random.pick([String(random.oddNumber()), id(), '0', '1']);
  const lines = random.list(0, 5, () => random.list(0, 5, cell).join('\t'));
  const text = `#OTU ID\t${random.list(0, 4, id).join('\t')}\n${lines.join('\n')}`;
  return random.chance(0.5) ? text : `{"rows":${'['.repeat(random.integer(0, 100_000))}`;
}

const target: FuzzTarget<Uint8Array> = {
  name: 'data/read-feature-table',
  generate: (random) =>
    random.chance(0.2) ? Buffer.from(madeUp(random)) : random.damaged(readFileSync(random.pick(seeds))),
  run: async (bytes) => {
    const place = mkdtempSync(join(tmpdir(), 'seq-fuzz-'));
    try {
      const path = join(place, 'table');
      writeFileSync(path, bytes);
      const table = await readFeatureTable(path, { stallTimeoutMs: 4_000 });
      if (!sampleTotals(table).every((total) => total >= 0)) throw new Error('a total is no number of reads');
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  },
};

export default target;
