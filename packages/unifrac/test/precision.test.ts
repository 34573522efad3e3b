// Both precisions against plain sums over all branches, on random trees, and what must change no result.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DistanceMatrix, parseNewick, type UnifracMetricOptions, unifracMatrix } from '../src/index.js';
import { tableOf } from './small-tables.js';

/** A tree; `tip` names a tip, and a node of one child is a chain. */
interface Clade {
  readonly length: number;
  readonly children: readonly Clade[];
  readonly tip?: string;
}

interface Study {
  readonly root: Clade;
  readonly tips: readonly string[];
  readonly samples: Readonly<Record<string, readonly number[]>>;
}

const length = fc.oneof(
  fc.integer({ min: 0, max: 2_000 }).map((milli) => milli / 1_000),
  fc.double({ min: 1e-6, max: 1e-3, noNaN: true }),
);

const shape = fc.letrec<{ clade: Clade }>((tie) => ({
  clade: fc.record({
    length,
    children: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      fc.constant([]),
      fc.array(tie('clade'), { minLength: 1, maxLength: 4 }),
    ),
  }),
})).clade;

const study: fc.Arbitrary<Study> = fc
  .tuple(fc.array(shape, { minLength: 2, maxLength: 5 }), fc.integer({ min: 2, max: 20 }), fc.nat())
  .map(([children, sampleCount, seed]) => {
    const tips: string[] = [];
    const named = (clade: Clade): Clade => {
      if (clade.children.length > 0) return { ...clade, children: clade.children.map(named) };
      tips.push(`t${tips.length}`);
      return { ...clade, tip: tips.at(-1)! };
    };
    const root = named({ length: 0, children });
    let state = seed % 65_521;
    const count = (): number => {
      state = (state * 75 + 74) % 65_537;
      return state % 3 === 0 ? state % 50 : 0;
    };
    const rows = Array.from({ length: sampleCount }, (_, i) => [`s${i}`, tips.map(count)] as const);
    return { root, tips, samples: Object.fromEntries(rows) };
  });

function newick({ children, length, tip = '' }: Clade, order: (of: readonly Clade[]) => readonly Clade[]): string {
  const inner =
    children.length > 0
      ? `(${order(children)
          .map((child) => newick(child, order))
          .join(',')})`
      : '';
  return `${inner}${tip}:${length}`;
}

const text = ({ root }: Study): string => `${newick(root, (children) => children)};`;

/** The definition, branch by branch. */
function defined({ root, tips, samples }: Study, options: UnifracMetricOptions): number[] {
  const { metric, alpha = 1 } = options;
  const counts = Object.values(samples);
  const branches: { readonly length: number; readonly tips: readonly number[] }[] = [];
  const visit = (clade: Clade): number[] => {
    const own = clade.tip === undefined ? clade.children.flatMap(visit) : [tips.indexOf(clade.tip)];
    if (clade !== root) branches.push({ length: clade.length, tips: own });
    return own;
  };
  visit(root);
  const total = (row: readonly number[]): number => row.reduce((sum, count) => sum + count, 0);
  const share = (row: readonly number[], of: readonly number[]): number =>
    total(row) === 0 ? 0 : of.reduce((sum, tip) => sum + row[tip]!, 0) / total(row);
  const all: number[] = [];
  for (let i = 0; i < counts.length; i++) {
    for (let j = i + 1; j < counts.length; j++) {
      let [difference, whole] = [0, 0];
      for (const branch of branches) {
        const [p, q] = [share(counts[i]!, branch.tips), share(counts[j]!, branch.tips)];
        if (p + q === 0) continue;
        const byPresence = metric === 'unweighted' || metric === 'unweightedUnnormalized';
        const [x, y] = byPresence ? [Number(p > 0), Number(q > 0)] : [p, q];
        const power = metric === 'generalized' ? (x + y) ** alpha : byPresence ? Math.max(x, y) : x + y;
        difference += branch.length * (byPresence ? Math.abs(x - y) : power * (Math.abs(x - y) / (x + y)));
        whole += branch.length * power;
      }
      const isPart = metric !== 'unweightedUnnormalized' && metric !== 'weightedUnnormalized';
      all.push(isPart ? (whole === 0 ? 0 : difference / whole) : difference);
    }
  }
  return all;
}

const metrics: readonly UnifracMetricOptions[] = [
  { metric: 'unweighted' },
  { metric: 'unweightedUnnormalized' },
  { metric: 'weightedNormalized' },
  { metric: 'weightedUnnormalized' },
  ...[0, 0.25, 0.5, 1].map((alpha) => ({ metric: 'generalized', alpha }) as const),
];

async function matrixOf(of: Study, tree: string, options: object): Promise<DistanceMatrix> {
  using phylogeny = parseNewick(tree);
  return unifracMatrix(tableOf(of.tips, of.samples), phylogeny, { threads: 1, ...options });
}

function expectNear(got: ArrayLike<number>, want: readonly number[], tolerance: number): void {
  const worst = want.reduce((most, value, i) => Math.max(most, Math.abs(got[i]! - value) - tolerance * value), 0);
  expect(worst <= tolerance, `${worst}`).toBe(true);
}

describe('UniFrac of any small study', () => {
  it('is within 1e-6 of its definition, and within 1e-12 if exact', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(study, async (of) => {
        for (const metric of metrics) {
          const want = defined(of, metric);
          const scale = metric.metric!.endsWith('Unnormalized') ? Math.max(1, ...want) : 1;
          expectNear((await matrixOf(of, text(of), metric)).condensed, want, 1e-6 * scale);
          const exact = await matrixOf(of, text(of), { ...metric, precision: 'exact' });
          expectNear(exact.condensed, want, 1e-12 * scale);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('does not depend on child order, chains, unused tips or the order of ids', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(study, async (of) => {
        const reversed = `${newick(of.root, (children) => [...children].reverse())};`;
        const redrawn = `(((${reversed.slice(0, -1)}):0,unused:7):0,'other unused':1);`;
        const ids = Object.keys(of.samples).reverse();
        const tips = [...of.tips].reverse();
        const samples = Object.fromEntries(ids.map((id) => [id, [...of.samples[id]!].reverse()]));
        for (const metric of metrics) {
          const first = await matrixOf(of, text(of), metric);
          const scale = metric.metric!.endsWith('Unnormalized') ? Math.max(1, ...first.condensed) : 1;
          const again = await matrixOf({ ...of, tips, samples }, redrawn, metric);
          expectNear(again.select(first.ids).condensed, [...first.condensed], 1e-6 * scale);
          const onlyIds = await matrixOf(
            { ...of, samples: Object.fromEntries(ids.map((id) => [id, of.samples[id]!])) },
            text(of),
            metric,
          );
          expect(onlyIds.select(first.ids).condensed).toEqual(first.condensed);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('is symmetric, 0 for equal samples, keeps the triangle, and is weighted for alpha 1', {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(study, async ({ samples, ...rest }) => {
        const of = { ...rest, samples: { ...samples, twin: samples.s0! } };
        for (const metric of metrics) {
          const matrix = await matrixOf(of, text(of), metric);
          expect(matrix.get(0, matrix.size - 1)).toBe(0);
          if (metric.metric !== 'unweighted' && metric.metric !== 'weightedUnnormalized') continue;
          const slack = 1e-6 * Math.max(1, ...matrix.condensed);
          for (let i = 0; i < matrix.size; i++) {
            for (let j = 0; j < matrix.size; j++) {
              for (let k = 0; k < matrix.size; k++) {
                expect(matrix.get(i, j) <= matrix.get(i, k) + matrix.get(k, j) + slack).toBe(true);
              }
            }
          }
        }
        const weighted = await matrixOf(of, text(of), { metric: 'weightedNormalized' });
        expect(await matrixOf(of, text(of), { metric: 'generalized', alpha: 1 })).toEqual(weighted);
      }),
      { numRuns: 20 },
    );
  });
});
