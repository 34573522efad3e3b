// Damaged caches of ASV embeddings: whatever happened to a file, its numbers are those that were written, or none.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SequenceEncoder } from '@seq/model';
import { ParameterStore } from '@seq/tensor';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';
import { AsvCacheFile } from '../src/index.js';

const scratch = mkdtempSync(join(tmpdir(), 'seq-fuzz-asv-cache-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

const store = new ParameterStore({ seed: 1 });
const layers = { asv: 1, sample: 1, encoder: 1 };
const encoder = new SequenceEncoder(store.scope(), { embeddingWidth: 4, heads: 1, layers, basesPerAsv: 4 });
const reads = [Int32Array.of(5, 1), Int32Array.of(5, 2, 3), Int32Array.of(5, 4, 4, 1)];
const embeddings = reads.map((_, row) => Float32Array.of(row, 0.1, -row, 1e-3));
const path = join(scratch, 'asvs.arrow');
const written = await AsvCacheFile.open(path, { store, encoder });
reads.forEach((read, row) => {
  written.add(read, embeddings[row]!);
});
await written.save();
const seed = readFileSync(path);

const target: FuzzTarget<{ readonly bytes: Uint8Array }> = {
  name: 'train/asv-cache',
  generate: (random) => {
    if (random.chance(0.1)) return { bytes: Buffer.from(random.text(60, 'ARROW1seq-asv-1:')) };
    if (random.chance(0.3)) return { bytes: random.damaged(seed) };
    const bytes = Uint8Array.from(seed);
    bytes[random.integer(0, seed.length - 1)]! ^= 1 << random.integer(0, 7);
    return { bytes };
  },
  run: async ({ bytes }) => {
    const damaged = join(scratch, 'damaged.arrow');
    writeFileSync(damaged, bytes);
    const notices: string[] = [];
    const onNotice = (notice: string): void => {
      notices.push(notice);
    };
    const cache = await AsvCacheFile.open(damaged, { store, encoder }, { onNotice, stallTimeoutMs: 2_000 });
    if (cache.size > 0 !== (notices.length === 0) && bytes.length > 0) {
      throw new Error(`${cache.size} ASVs and the notices ${JSON.stringify(notices)}`);
    }
    reads.forEach((read, row) => {
      const found = cache.find(read);
      if (
        found === undefined
          ? cache.size > 0
          : !Buffer.from(found.slice().buffer).equals(Buffer.from(embeddings[row]!.buffer))
      )
        throw new Error(`read ${row} has another embedding: ${found}`);
    });
  },
};

export default target;
