// Principal coordinates and PERMANOVA of a made-up matrix. `--samples n` (default 2,550), `--threads n` (default 2).
import type { Bench } from '../../../tooling/bench/bench.js';
import { DistanceMatrix, pcoa, permanova } from '../src/index.js';

/** Distances between points on a spiral, with noise, that no few axes hold entirely. */
function spiral(size: number): DistanceMatrix {
  let state = 1;
  const noise = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const condensed = new Float64Array((size * (size - 1)) / 2);
  let next = 0;
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) {
      const apart = Math.hypot(Math.sin(i) - Math.sin(j), Math.cos(i) - Math.cos(j), (i - j) / size);
      condensed[next++] = apart + 0.1 * noise();
    }
  }
  return new DistanceMatrix(
    Array.from({ length: size }, (_, i) => `s${i}`),
    condensed,
  );
}

const bench: Bench = {
  name: 'unifrac/ordination/cpu',
  async run({ smoke, flags, contestant }) {
    const samples = Number(flags.samples ?? (smoke ? 60 : 2550));
    const threads = Number(flags.threads ?? 2);
    const matrix = spiral(samples);
    const groups = Array.from(matrix.ids, (_, i) => `g${(i * i) % 7}`);
    const facts = { samples, threads };
    await contestant('randomized PCoA, 10 axes', () => pcoa(matrix, { method: 'randomized', threads }), { facts });
    if (samples <= 1000)
      await contestant('exact PCoA, 10 axes', () => pcoa(matrix, { method: 'exact', threads }), { facts });
    await contestant('PERMANOVA, 999 permutations', () => permanova(matrix, { groups, threads }), { facts });
  },
};

export default bench;
