// Writing and reading a large matrix in every format, from rows in blocks. `--samples n` (default 10,000), `--formats npy,h5`.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from '../../../tooling/bench/bench.js';
import { type DistanceRows, readDistanceMatrix, writeDistanceMatrix } from '../src/index.js';

/** Rows of made-up distances in 32 bits; three blocks are given again and again, so that making them costs nothing. */
function rowsOf(ids: readonly string[]): DistanceRows {
  const height = Math.min(100, ids.length);
  const blocks = Array.from({ length: 3 }, (_, k) =>
    Float32Array.from({ length: height * ids.length }, (_, i) => Math.abs(Math.sin(k + i))),
  );
  function* given(): Generator<Float32Array> {
    for (let row = 0; row < ids.length; row += height) {
      const block = blocks[(row / height) % 3]!;
      yield block.subarray(0, Math.min(height, ids.length - row) * ids.length);
    }
  }
  return { ids, precision: 'f32', blocks: given() };
}

const bench: Bench = {
  name: 'unifrac/write-matrix/cpu',
  async run({ smoke, flags, contestant }) {
    const sampleCount = smoke ? 20 : Number(flags.samples ?? 10_000);
    const ids = Array.from({ length: sampleCount }, (_, i) => `sample${i}`);
    const formats = (flags.formats ?? 'npy,h5,npz,arrow,tsv').split(',');
    const folder = mkdtempSync(join(tmpdir(), 'seq-bench-matrix-'));
    try {
      for (const format of formats) {
        const path = join(folder, `m.${format}`);
        await writeDistanceMatrix(rowsOf(ids), path);
        const facts = { sampleCount, megabytes: Math.round(statSync(path).size / 1e6) };
        await contestant(`write ${format}`, () => writeDistanceMatrix(rowsOf(ids), path), { facts });
      }
      const matrix = join(folder, 'square.h5');
      const square = new Float32Array(sampleCount * sampleCount).fill(0.5);
      for (let row = 0; row < sampleCount; row++) square[row * (sampleCount + 1)] = 0;
      await writeDistanceMatrix({ ids, precision: 'f32', blocks: [square] }, matrix);
      await contestant('read h5', () => readDistanceMatrix(matrix), { facts: { sampleCount } });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

export default bench;
