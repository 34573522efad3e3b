import { describe, expect, it } from 'vitest';
import { type CommunityMatrixOptions, communityMatrix } from '../src/index.js';
import { tableOf } from './small-tables.js';

describe('communityMatrix', () => {
  const table = tableOf(['a', 'b', 'c'], { s1: [1, 2, 0], s2: [0, 4, 3], s3: [0, 0, 0] });

  it('gives Bray-Curtis, Jaccard and Aitchison by their definitions', async () => {
    const values = async (options: CommunityMatrixOptions): Promise<number[]> => [
      ...(await communityMatrix(table, options)).condensed,
    ];
    expect(await values({ metric: 'brayCurtis' })).toEqual([6 / 10, 1, 1]);
    expect(await values({ metric: 'jaccard' })).toEqual([2 / 3, 1, 1]);
    expect(await values({ metric: 'jaccardAbundance' })).toEqual([1 - 2 / 8, 1, 1]);
    const centred = (counts: readonly number[]): number[] => {
      const logs = counts.map((count) => Math.log(count + 0.5));
      const mean = logs.reduce((sum, log) => sum + log, 0) / 3;
      return logs.map((log) => log - mean);
    };
    const [x, y] = [centred([1, 2, 0]), centred([0, 4, 3])];
    const [aitchison] = await values({ metric: 'aitchison', pseudocount: 0.5 });
    expect(aitchison).toBeCloseTo(Math.hypot(...x.map((value, i) => value - y[i]!)), 13);
  });

  it('refuses unknown metrics and pseudocounts that have no logarithm', async () => {
    const refused = (options: object): Promise<void> =>
      expect(communityMatrix(table, options as CommunityMatrixOptions)).rejects.toMatchObject({
        code: 'OPTION_INVALID',
      });
    await refused({ metric: 'bray-curtis' });
    await refused({ metric: 'aitchison', pseudocount: 0 });
    await refused({ metric: 'brayCurtis', threads: -1 });
  });
});
