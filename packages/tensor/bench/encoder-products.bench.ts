// Which share of the processor's peak the matrix products of an encoder reach on one thread, each by itself, with the
// packing of operands that are packed anew. The peak is measured before each product, since other work on the machine
// changes it. `--length n` rows per sequence (default 151), `--width n` (default 128),
// `--heads n` (default 4), `--precision f32|bf16` (default both where the processor multiplies bf16, else f32).
import {
  multipliesBf16,
  type ProductPrecision,
  type ProductSizes,
  peakOperationsPerSecond,
  productOperationsPerSecond,
} from '@seq/tensor';
import type { Bench } from '../../../tooling/bench/bench.js';

/** One of the products of a layer on one sequence. */
interface LayerProduct extends ProductSizes {
  readonly name: string;
  readonly pass: 'forward' | 'backward';
  /** How often a layer computes it. */
  readonly times: number;
}

/** The products of a layer of width D on a sequence of L rows. */
function productsOf(length: number, width: number, heads: number): readonly LayerProduct[] {
  const [L, D, F, head] = [length, width, 4 * width, width / heads];
  const maps = { inProjection: [D, 3 * D], outProjection: [D, D], expansion: [D, F], contraction: [F, D] } as const;
  const linear = Object.entries(maps).flatMap(([name, [inputs, outputs]]): readonly LayerProduct[] => [
    { name, pass: 'forward', times: 1, rows: L, depth: inputs, columns: outputs },
    { name: `${name}, rows`, pass: 'backward', times: 1, rows: L, depth: outputs, columns: inputs },
    {
      ...{ name: `${name}, weights`, pass: 'backward', times: 1, rows: outputs, depth: L, columns: inputs },
      ...{ leftIsTransposed: true, packsRight: true },
    },
  ]);
  const narrow = { rows: L, depth: head, columns: L, packsRight: true };
  const wide = { rows: L, depth: L, columns: head, packsRight: true };
  return [
    ...linear,
    { name: 'scores', pass: 'forward', times: heads, ...narrow },
    { name: 'weighted values', pass: 'forward', times: heads, ...wide },
    { name: 'scores and their gradients', pass: 'backward', times: 2 * heads, ...narrow },
    { name: 'queries', pass: 'backward', times: heads, ...wide },
    { name: 'keys and values', pass: 'backward', times: 2 * heads, ...wide, leftIsTransposed: true },
  ];
}

const operations = ({ rows, depth, columns, times }: LayerProduct): number => 2 * rows * depth * columns * times;

const bench: Bench = {
  name: 'tensor/encoder-products/cpu',
  async run({ smoke, flags, record }) {
    const [length, width, heads] = smoke ? [5, 8, 2] : [flags.length ?? 151, flags.width ?? 128, flags.heads ?? 4];
    const sizes = { length: Number(length), width: Number(width), heads: Number(heads) };
    const known: readonly ProductPrecision[] = multipliesBf16() ? ['f32', 'bf16'] : ['f32'];
    const rounds = smoke ? 1 : 5;
    for (const precision of flags.precision === undefined ? known : [flags.precision as ProductPrecision]) {
      const products = productsOf(sizes.length, sizes.width, sizes.heads);
      const measured = products.map((product) => {
        const turns = Array.from({ length: rounds }, () => {
          return { peak: peakOperationsPerSecond(), rate: productOperationsPerSecond({ ...product, precision }) };
        });
        const [peak, rate] = [Math.max(...turns.map((turn) => turn.peak)), Math.max(...turns.map((turn) => turn.rate))];
        const { name, pass, times, rows, depth, columns } = product;
        const facts = { pass, precision, times, rows, depth, columns };
        record(name, { ...facts, gigaOperationsPerSecond: rate / 1e9, shareOfPeak: rate / peak });
        return {
          ...{ pass, operations: operations(product), seconds: operations(product) / rate },
          secondsAtPeak: operations(product) / peak,
        };
      });
      for (const pass of ['forward', 'backward', 'both'] as const) {
        const chosen = measured.filter((one) => pass === 'both' || one.pass === pass);
        const total = (of: 'operations' | 'seconds' | 'secondsAtPeak'): number =>
          chosen.reduce((sum, one) => sum + one[of], 0);
        const giga = (of: 'seconds' | 'secondsAtPeak'): number => total('operations') / total(of) / 1e9;
        const facts = { ...sizes, precision, gigaOperationsPerSecond: giga('seconds') };
        const shareOfPeak = total('secondsAtPeak') / total('seconds');
        record(`all products, ${pass}`, { ...facts, f32PeakPerThread: giga('secondsAtPeak'), shareOfPeak });
      }
    }
  },
};

export default bench;
