// Damaged and made-up distance matrix files.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';
import { readDistanceMatrix } from '../src/index.js';

const folder = new URL('../../../conformance/08_data/matrices/', import.meta.url);
const seeds = ['pair_reordered.csv', 'pair_extra.csv', 'pair_missing.csv'];
const scratch = mkdtempSync(join(tmpdir(), 'seq-fuzz-matrix-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

const target: FuzzTarget<{ readonly ending: string; readonly bytes: Uint8Array }> = {
  name: 'unifrac/read-distance-matrix',
  generate: (random) => {
    const ending = random.pick(['.csv', '.tsv']);
    const delimiter = ending === '.csv' ? ',' : '\t';
    if (random.chance(0.4)) {
      const text = `${delimiter}a${delimiter}b\na${delimiter}`;
      return { ending, bytes: new TextEncoder().encode(text + random.text(40, `ab01.e-\n\r"${delimiter}`)) };
    }
    return { ending, bytes: random.damaged(readFileSync(fileURLToPath(new URL(random.pick(seeds), folder)))) };
  },
  run: async ({ ending, bytes }) => {
    const path = join(scratch, `matrix${ending}`);
    writeFileSync(path, bytes);
    const matrix = await readDistanceMatrix(path);
    if (matrix.condensed.length !== (matrix.size * (matrix.size - 1)) / 2) throw new Error('sizes differ');
    if (matrix.condensed.some((distance) => distance < 0)) throw new Error('a negative distance');
  },
};

export default target;
