import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  communityMatrix,
  createUnifrac,
  type DistanceProgress,
  type DroppedFeatures,
  faithPd,
  type Phylogeny,
  parseNewick,
  unifracBlocks,
  unifracMatrix,
  unifracOfPairs,
  unifracPart,
  unifracToReferences,
} from '../src/index.js';
import { listsOf, randomStudy, tableOf } from './small-tables.js';

const newick = '((a:1,b:2):3,(c:4,d:5):6,e:7):100;';
const features = ['e', 'd', 'c', 'b', 'a'];

describe('createUnifrac', () => {
  it('gives the distances of a mini-batch in condensed form', () => {
    using tree = parseNewick(newick);
    using unifrac = createUnifrac(tree, features);
    // {a}, {a, b}, {c}, {}: in condensed order.
    const distances = unifrac.distances(listsOf([4], [3, 4], [2], []), { precision: 'exact' });
    expect([...distances]).toEqual([2 / 6, 1, 1, 1, 1, 1]);
    const lengths = unifrac.distances(listsOf([4], [3, 4], [2], []), { metric: 'unweightedUnnormalized' });
    expect([...lengths]).toEqual([2, 14, 4, 16, 6, 10]);
    expect(unifrac.totalLength).toBe(28);
    expect([...unifrac.faithPd(listsOf([4], [3, 4], [0, 1, 2, 3, 4], []))]).toEqual([4, 6, 28, 0]);
  });

  it('gives the same bits on other threads, and ends as asked', async () => {
    const { table, newick: tree } = randomStudy(40, 60);
    using phylogeny = parseNewick(tree);
    using unifrac = createUnifrac(phylogeny, table.featureIds);
    const { sampleOffsets: offsets, featureIndices: features, counts } = table;
    for (const metric of [{}, { metric: 'weightedNormalized' }, { metric: 'generalized', alpha: 0.5 }] as const) {
      const wanted = unifrac.distances({ offsets, features, counts }, metric);
      for (const threads of [1, 2, undefined]) {
        expect(await unifrac.distancesLater({ offsets, features, counts }, { ...metric, threads })).toEqual(wanted);
      }
    }
    const told: DistanceProgress[] = [];
    await unifrac.distancesLater({ offsets, features }, { onProgress: (progress) => told.push(progress) });
    expect(told.at(-1)).toEqual({ pairsDone: 780, pairsTotal: 780 });
    const reason = new Error('no longer wanted');
    await expect(unifrac.distancesLater({ offsets, features }, { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
    await expect(unifrac.distancesLater({ offsets, features }, { threads: 0 })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
    await expect(unifrac.distancesLater({ offsets, features }, { metric: 'weightedNormalized' })).rejects.toMatchObject(
      { code: 'OPTION_INVALID' },
    );
    const running = unifrac.distancesLater({ offsets, features });
    unifrac.dispose();
    expect(await running).toHaveLength(780);
    await expect(unifrac.distancesLater({ offsets, features })).rejects.toMatchObject({ code: 'UNIFRAC_DISPOSED' });
  });

  it('compares some samples with some others', () => {
    using tree = parseNewick(newick);
    using unifrac = createUnifrac(tree, features);
    const between = unifrac.distancesBetween(listsOf([4], [2]), listsOf([3, 4], [4], [2, 1]), { precision: 'exact' });
    expect([...between]).toEqual([2 / 6, 0, 1, 1, 1, 5 / 15]);
  });

  it('keeps working when the tree is disposed, and not after its own disposal', () => {
    const tree = parseNewick(newick);
    const unifrac = createUnifrac(tree, features);
    tree.dispose();
    expect([...unifrac.distances(listsOf([4], [4]))]).toEqual([0]);
    unifrac.dispose();
    expect(() => unifrac.distances(listsOf([4], [4]))).toThrowError(
      expect.objectContaining({ code: 'UNIFRAC_DISPOSED' }),
    );
    expect(() => createUnifrac(tree, features)).toThrowError(expect.objectContaining({ code: 'PHYLOGENY_DISPOSED' }));
  });

  it('refuses lists that do not fit together', () => {
    using tree = parseNewick(newick);
    using unifrac = createUnifrac(tree, features);
    const invalid = expect.objectContaining({ code: 'TABLE_INVALID' });
    expect(() => unifrac.distances(listsOf([5]))).toThrowError(invalid);
    expect(() => unifrac.distances({ offsets: Uint32Array.of(0, 2), features: Uint32Array.of(1) })).toThrowError(
      invalid,
    );
    expect(() => unifrac.distances({ offsets: new Uint32Array(0), features: new Uint32Array(0) })).toThrowError(
      invalid,
    );
  });

  it('names missing features with count, first ten and a likely reason', () => {
    using tree = parseNewick("('x 1':1,'y 2':1,S1:1,S2:1,'\"q\"':1,asv3:1);");
    const refused = (ids: readonly string[], sampleIds?: readonly string[]): Error & { details: object } => {
      try {
        createUnifrac(tree, ids, { sampleIds }).dispose();
      } catch (error) {
        return error as Error & { details: object };
      }
      throw new Error('accepted');
    };
    const many = refused(Array.from({ length: 12 }, (_, i) => `f${i}`));
    expect(many).toMatchObject({ code: 'FEATURES_NOT_IN_TREE', details: { missingCount: 12, featureCount: 12 } });
    expect(many.message).toContain('12 of 12 features are no tips of the tree (first: "f0"');
    expect(many.message).toContain('"f9", ...');
    expect(refused(['x_1', 'y_2']).message).toContain('differ only in separators (blank, ".", "_", "-").');
    expect(refused([' S1', 'S2 ']).message).toContain('differ only in blanks around them. Trim the ids.');
    expect(refused(["'S1'", '"S2"', 'f9']).message).toContain('differ only in quotes around them (2 of 3).');
    expect(refused(['q']).message).toContain('differ only in quotes around them.');
    expect(refused(['ASV3']).message).toContain('differ only in capital letters.');
    expect(refused(['ASV4', 'S1']).message).toContain('Use a tree that has them, or filter the table. Or drop');
    // A tip that a feature has is no other spelling of one.
    expect(refused(['S1', 's1']).message).toContain('Use a tree that has them');
    expect(refused(['f0', 'f1'], ['S1', 'S2']).message).toContain('transposed');
    expect(refused(['f\0'])).toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('leaves missing features out when told to, and lists them', () => {
    using tree = parseNewick(newick);
    using unifrac = createUnifrac(tree, ['a', 'nowhere', 'b'], { missing: 'drop' });
    expect(unifrac.missingFeatureIds).toEqual(['nowhere']);
    expect([...unifrac.distances(listsOf([0, 1], [1, 2], [1]))]).toEqual([3 / 6, 1, 1]);
  });

  it('can bypass tips and take lengths in 32 bits', () => {
    using tree = parseNewick('((a:0.1,b:0.2):0.3,c:0.4);');
    using bypassing = createUnifrac(tree, ['a', 'b', 'c'], { bypassTips: true });
    expect([...bypassing.distances(listsOf([0], [1], [2]))]).toEqual([0, 1, 1]);
    using rounded = createUnifrac(tree, ['a', 'b', 'c'], { lengthPrecision: 'f32' });
    expect(rounded.faithPd(listsOf([0]))[0]).toBeCloseTo(Math.fround(0.1) + Math.fround(0.3), 15);
  });
});

describe('unifracMatrix', () => {
  const table = tableOf(features, {
    s1: [0, 0, 0, 0, 9],
    s2: [0, 0, 0, 2, 1],
    s3: [5, 5, 5, 5, 5],
    s4: [0, 0, 0, 0, 0],
  });

  it('gives a distance matrix with the ids of the table', async () => {
    using tree = parseNewick(newick);
    const matrix = await unifracMatrix(table, tree, { metric: 'unweighted' });
    expect(matrix.ids).toEqual(['s1', 's2', 's3', 's4']);
    expect(matrix.get(0, 1)).toBe(Math.fround(2 / 6));
    expect(matrix.get(3, 2)).toBe(1);
    expect([...(await faithPd(table, tree))]).toEqual([4, 6, 28, 0]);
  });

  it('reports progress up to the last pair', async () => {
    using tree = parseNewick(newick);
    const seen: number[] = [];
    await unifracMatrix(table, tree, {
      threads: 2,
      onProgress: ({ pairsDone, pairsTotal }) => seen.push(pairsDone, pairsTotal),
    });
    expect(seen.slice(-2)).toEqual([6, 6]);
  });

  it('ends with the reason of its signal, or with what the progress callback threw', async () => {
    using tree = parseNewick(newick);
    const reason = new Error('no longer wanted');
    await expect(unifracMatrix(table, tree, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const fault = new Error('fault of the caller');
    const onProgress = (): void => {
      throw fault;
    };
    await expect(unifracMatrix(table, tree, { onProgress })).rejects.toBe(fault);
    await expect(unifracMatrix(table, tree, { threads: 0 })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('stops a running computation soon after its signal', async () => {
    const tips = Array.from({ length: 2000 }, (_, tip) => `t${tip}`);
    using tree = parseNewick(`(${tips.map((tip) => `${tip}:1`).join(',')});`);
    const samples = Object.fromEntries(
      Array.from({ length: 1000 }, (_, s) => [`s${s}`, tips.map((_, t) => ((t * 7 + s * 13) % 10 < 5 ? 1 : 0))]),
    );
    const controller = new AbortController();
    const started = unifracMatrix(tableOf(tips, samples), tree, { threads: 1, signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 20);
    await expect(started).rejects.toThrowError('enough');
  });

  it('treats empty samples as asked', async () => {
    using tree = parseNewick(newick);
    const empties = tableOf(['a', 'nowhere'], { full: [1, 0], none: [0, 0], lost: [0, 3] });
    const drop = { missing: 'drop' } as const;
    expect([...(await unifracMatrix(empties, tree, drop)).condensed]).toEqual([1, 1, 0]);
    const nan = await unifracMatrix(empties, tree, { ...drop, emptySamples: 'nan' });
    expect([...nan.condensed]).toEqual([1, 1, Number.NaN]);
    await expect(unifracMatrix(empties, tree, { ...drop, emptySamples: 'error' })).rejects.toThrowError(
      /2 of 3 samples have no read of a feature in the tree \(first: "none", "lost"\)/,
    );
  });

  it.each<readonly [name: string, work: (tree: Phylogeny, given: object) => Promise<unknown>]>([
    ['unifracMatrix', (tree, given) => unifracMatrix(table, tree, given)],
    ['unifracBlocks', (tree, given) => unifracBlocks(table, tree, given).next()],
    [
      'unifracToReferences',
      (tree, given) => unifracToReferences(table, tree, { referenceIds: [table.sampleIds[0]!], ...given }),
    ],
    ['unifracOfPairs', (tree, given) => unifracOfPairs(table, tree, { pairs: Uint32Array.of(0, 1), ...given })],
    ['unifracPart', (tree, given) => unifracPart(table, tree, { part: 1, partCount: 1, ...given })],
    ['communityMatrix', (_, given) => communityMatrix(table, { metric: 'brayCurtis', ...given })],
  ])('%s refuses words that an option does not know', async (name, work) => {
    using tree = parseNewick(newick);
    const refused = (given: object, says: string): Promise<void> =>
      expect(work(tree, given)).rejects.toMatchObject({
        code: 'OPTION_INVALID',
        message: expect.stringContaining(says),
      });
    await refused({ emptySamples: 'NaN' }, `${name}: emptySamples is "NaN"; there are zero, nan, error.`);
    if (name === 'communityMatrix') return;
    await refused({ missing: 'ignore' }, 'missing is "ignore"; there are error, drop.');
    await refused({ lengthPrecision: 'float' }, 'lengthPrecision is "float"; there are f64, f32.');
  });

  it('says how many reads dropping features costs', async () => {
    using tree = parseNewick(newick);
    const dropped: DroppedFeatures[] = [];
    const options = { missing: 'drop', onDropped: (report: DroppedFeatures) => dropped.push(report) } as const;
    await unifracMatrix(tableOf(['a', 'nowhere'], { x: [1, 4], y: [5, 0] }), tree, options);
    expect(dropped).toEqual([{ featureIds: ['nowhere'], readCount: 4, readTotal: 10 }]);
    await expect(unifracMatrix(tableOf(['a', 'nowhere'], { x: [1, 4] }), tree)).rejects.toMatchObject({
      code: 'FEATURES_NOT_IN_TREE',
    });
  });

  it('for any table, gives the same bits as mini-batches of it, in any order and with any number of threads', async () => {
    using tree = parseNewick(newick);
    const sample = fc.array(fc.nat({ max: 2 }), { minLength: 5, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { minLength: 1, maxLength: 40 }), fc.nat(), async (samples, seed) => {
        const named = Object.fromEntries(samples.map((counts, i) => [`s${i}`, counts]));
        const [one, two] = await Promise.all(
          [1, 2].map((threads) => unifracMatrix(tableOf(features, named), tree, { threads })),
        );
        expect(two!.condensed).toEqual(one!.condensed);
        const order = samples
          .map((_, i) => (i * 7 + seed) % samples.length)
          .filter((s, i, all) => all.indexOf(s) === i);
        using unifrac = createUnifrac(tree, features);
        const present = order.map((s) => samples[s]!.flatMap((count, feature) => (count > 0 ? [feature] : [])));
        expect(unifrac.distances(listsOf(...present))).toEqual(one!.select(order.map((s) => `s${s}`)).condensed);
      }),
      { numRuns: 50 },
    );
  });
});
