import { describe, expect, it } from 'vitest';
import {
  type Consolidation,
  consolidateMatrices,
  DistanceMatrix,
  type DistanceProgress,
  metaUnifrac,
  parseNewick,
} from '../src/index.js';
import { tableOf } from './small-tables.js';

const first = {
  table: tableOf(['a', 'b', 'c', 'd'], { s1: [1, 2, 0, 4], s2: [0, 2, 1, 0], s3: [3, 0, 1, 0] }),
  newick: '((a:1,b:2):1,(c:3,d:0.5):0.25);',
};
const second = {
  table: tableOf(['w', 'x', 'y', 'z'], { s2: [1, 0, 3, 1], s1: [0, 5, 0, 1], s3: [2, 1, 0, 0], s4: [0, 1, 2, 4] }),
  newick: '((w:0.5,(x:1,y:0.25):0.75):1,z:2);',
};

type Known = readonly [
  metric: 'unweighted' | 'weightedNormalized',
  weights: readonly number[],
  Consolidation,
  number[],
];

/** What `unifrac.meta` of the Python package unifrac 1.2.0 gives for these tables and trees, in 32 bits. */
const known: readonly Known[] = [
  [
    'unweighted',
    [1, 1],
    'skippingMissingValues',
    [0.4494134783744812, 0.5929339379072189, 0.05000000074505806, 0.5023510903120041, 0.27272728085517883, 0.5],
  ],
  [
    'unweighted',
    [1, 1],
    'missingZero',
    [0.4494134783744812, 0.5929339379072189, 0.02500000037252903, 0.5023510903120041, 0.13636364042758942, 0.25],
  ],
  [
    'unweighted',
    [1, 3],
    'missingOne',
    [0.38379764556884766, 0.5345622077584267, 0.28750000055879354, 0.5466300770640373, 0.4545454606413841, 0.625],
  ],
  [
    'weightedNormalized',
    [1, 1],
    'missingOne',
    [
      0.4173555374145508, 0.5248550027608871, 0.7408805191516876, 0.42455869913101196, 0.6951871663331985,
      0.7958579957485199,
    ],
  ],
  [
    'weightedNormalized',
    [2, 6],
    'skippingMissingValues',
    [
      0.35876986384391785, 0.450500912964344, 0.48176103830337524, 0.4109693169593811, 0.3903743326663971,
      0.5917159914970398,
    ],
  ],
  [
    'weightedNormalized',
    [1, 3],
    'missingZero',
    [
      0.35876986384391785, 0.450500912964344, 0.36132077872753143, 0.4109693169593811, 0.2927807494997978,
      0.44378699362277985,
    ],
  ],
];

describe('metaUnifrac', () => {
  it.each(known)(
    '%s with weights %j, %s, gives what the Python package gives',
    async (metric, weights, consolidation, want) => {
      using firstTree = parseNewick(first.newick);
      using secondTree = parseNewick(second.newick);
      const inputs = [
        { table: first.table, tree: firstTree, weight: weights[0] },
        { table: second.table, tree: secondTree, weight: weights[1] },
      ];
      const matrix = await metaUnifrac(inputs, { metric, consolidation });
      expect(matrix.ids).toEqual(['s1', 's2', 's3', 's4']);
      want.forEach((distance, pair) => {
        expect(Math.abs(matrix.condensed[pair]! - distance)).toBeLessThanOrEqual(1e-6);
      });
    },
  );

  it('reports progress over all tables, and needs one', async () => {
    using tree = parseNewick(first.newick);
    const seen: number[] = [];
    const inputs = [
      { table: first.table, tree },
      { table: first.table, tree },
    ];
    await metaUnifrac(inputs, { onProgress: ({ pairsDone, pairsTotal }) => void seen.push(pairsDone, pairsTotal) });
    expect(seen.slice(-2)).toEqual([6, 6]);
    const [reason, controller] = [new Error('no longer wanted'), new AbortController()];
    const onProgress = ({ pairsDone, pairsTotal }: DistanceProgress): void => {
      if (pairsDone === pairsTotal) controller.abort(reason);
    };
    await expect(metaUnifrac(inputs, { onProgress, signal: controller.signal })).rejects.toBe(reason);
    await expect(metaUnifrac([])).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});

describe('consolidateMatrices', () => {
  const ab = new DistanceMatrix(['b', 'a'], Float64Array.of(0.5));
  const bc = new DistanceMatrix(['b', 'c'], Float64Array.of(0.25));
  const abc = new DistanceMatrix(['a', 'b', 'c'], Float64Array.of(0.1, 0.2, 0.3));

  it('leaves out matrices that lack samples, if told', () => {
    const options = { consolidation: 'skippingMissingMatrices', weights: [1, 2, 3] } as const;
    expect(consolidateMatrices([ab, abc, bc], options).condensed).toEqual(abc.condensed);
    const none = (): unknown => consolidateMatrices([ab, bc], { consolidation: 'skippingMissingMatrices' });
    expect(none).toThrowError(expect.objectContaining({ code: 'NO_MATRIX_COMPLETE' }));
  });

  it('gives NaN for a pair that no matrix has', () => {
    const { ids, condensed } = consolidateMatrices([ab, bc]);
    expect([ids, ...condensed]).toEqual([['a', 'b', 'c'], 0.5, Number.NaN, 0.25]);
  });

  it('refuses weights that do not fit', () => {
    for (const weights of [[1], [1, 0], [1, -1], [1, Number.NaN], [1, Number.POSITIVE_INFINITY]]) {
      const refused = (): unknown => consolidateMatrices([ab, bc], { weights });
      expect(refused).toThrowError(expect.objectContaining({ code: 'OPTION_INVALID' }));
    }
  });
});
