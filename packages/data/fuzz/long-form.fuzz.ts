// Damaged Arrow and Parquet files of feature tables, packed and not.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFeatureTable } from '@seq/data';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';

const folder = fileURLToPath(new URL('../test/long-form/', import.meta.url));
const seeds = ['.', 'packed'].flatMap((inner) =>
  readdirSync(join(folder, inner)).flatMap((name) =>
    /\.(parquet|feather|arrows)$/.test(name) ? [join(inner, name)] : [],
  ),
);

const target: FuzzTarget<Uint8Array> = {
  name: 'data/long-form',
  generate: (random) => random.damaged(readFileSync(join(folder, random.pick(seeds)))),
  run: async (bytes) => {
    const place = mkdtempSync(join(tmpdir(), 'seq-fuzz-'));
    try {
      const path = join(place, 'table');
      writeFileSync(path, bytes);
      const { counts } = await readFeatureTable(path, { stallTimeoutMs: 4_000 });
      if (!counts.every((count) => count > 0 && Number.isFinite(count)))
        throw new Error('a count is no number of reads');
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  },
};

export default target;
