import { describe, expect, it } from 'vitest';
import {
  parseNewick,
  SeqError,
  type UnifracBlocksOptions,
  unifracBlocks,
  unifracMatrix,
  unifracRows,
} from '../src/index.js';
import { randomStudy, tableOf } from './small-tables.js';

const metrics = [
  { metric: 'unweighted' },
  { metric: 'weightedNormalized' },
  { metric: 'generalized', alpha: 0.5 },
  { metric: 'generalized', alpha: 0.2 },
  { metric: 'weightedUnnormalized', varianceAdjusted: true },
] as const;

const { table, newick } = randomStudy(75, 40);
const size = table.sampleIds.length;

async function joined(options: UnifracBlocksOptions): Promise<number[]> {
  using tree = parseNewick(newick);
  const all: number[] = [];
  let row = 0;
  for await (const { firstRow, endRow, distances } of unifracBlocks(table, tree, options)) {
    expect(firstRow).toBe(row);
    row = endRow;
    all.push(...distances);
  }
  expect(row).toBe(size);
  return all;
}

describe('unifracBlocks', () => {
  it('gives the bits of the whole matrix in any shape, width, block size and number of threads', async () => {
    using tree = parseNewick(newick);
    for (const metric of metrics) {
      for (const precision of ['default', 'exact'] as const) {
        const options = { ...metric, precision };
        const whole = await unifracMatrix(table, tree, options);
        const condensed = { ...options, shape: 'condensed', width: 'f64' } as const;
        expect(await joined({ ...condensed, rowsPerBlock: 7, threads: 2 })).toEqual([...whole.condensed]);
        expect(await joined(condensed)).toEqual([...whole.condensed]);
        const square = [...whole.toSquare()];
        expect(await joined({ ...options, width: 'f64', rowsPerBlock: 20, threads: 1 })).toEqual(square);
        expect(await joined({ ...options, width: 'f32', rowsPerBlock: 75 })).toEqual(square.map(Math.fround));
      }
    }
  });

  it('has numbers as wide as the precision asks for, and rows for a writer', async () => {
    using tree = parseNewick(newick);
    for (const [precision, width, kind] of [
      ['default', 'f32', Float32Array],
      ['exact', 'f64', Float64Array],
    ] as const) {
      const rows = unifracRows(table, tree, { precision, rowsPerBlock: 20 });
      expect(rows).toMatchObject({ ids: table.sampleIds, precision: width });
      const all: number[] = [];
      for await (const block of rows.blocks) {
        expect(block).toBeInstanceOf(kind);
        all.push(...block);
      }
      const atOnce: number[] = [];
      for await (const block of unifracRows(table, tree, { precision, atOnce: true }).blocks) atOnce.push(...block);
      expect(atOnce).toEqual(all);
    }
  });

  it('marks pairs of empty samples where told to, and refuses them where told to', async () => {
    using tree = parseNewick('(a:1,b:2);');
    const some = tableOf(['a', 'b'], { s1: [1, 0], s2: [0, 0], s3: [0, 2], s4: [0, 0] });
    for (const shape of ['condensed', 'square'] as const) {
      for (const rowsPerBlock of [1, 3]) {
        const all: number[] = [];
        const options = { emptySamples: 'nan', shape, rowsPerBlock } as const;
        for await (const { distances } of unifracBlocks(some, tree, options)) all.push(...distances);
        const nan = Number.NaN;
        const square = [0, 1, 1, 1, 1, 0, 1, nan, 1, 1, 0, 1, 1, nan, 1, 0];
        expect(all).toEqual(shape === 'square' ? square : [1, 1, 1, 1, nan, 1]);
      }
    }
    const refused = unifracBlocks(some, tree, { emptySamples: 'error' }).next();
    await expect(refused).rejects.toMatchObject({ code: 'SAMPLE_EMPTY' });
  });

  it('has no block for no sample, and one for one', async () => {
    using tree = parseNewick('(a:1,b:2);');
    for (const [samples, square] of [
      [{}, []],
      [{ s1: [1, 0] }, [0]],
    ] as const) {
      const all: number[] = [];
      for await (const { distances } of unifracBlocks(tableOf(['a', 'b'], samples), tree)) all.push(...distances);
      expect(all).toEqual(square);
    }
  });

  it('tells progress over all blocks, and stops when aborted or left', async () => {
    using tree = parseNewick(newick);
    const seen: number[] = [];
    const onProgress = (progress: { readonly pairsDone: number; readonly pairsTotal: number }): void => {
      expect(progress.pairsTotal).toBe(size * size);
      seen.push(progress.pairsDone);
    };
    await joined({ onProgress, rowsPerBlock: 10 });
    expect(seen.at(-1)).toBe(size * size);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    const controller = new AbortController();
    const blocks = unifracBlocks(table, tree, { signal: controller.signal, rowsPerBlock: 1 });
    await blocks.next();
    controller.abort(new Error('enough'));
    const rest = async (): Promise<void> => {
      for await (const _ of blocks);
    };
    await expect(rest()).rejects.toThrow('enough');
    for await (const { firstRow } of unifracBlocks(table, tree, { rowsPerBlock: 1 })) if (firstRow === 3) break;
  });

  it('refuses options that make no sense', async () => {
    using tree = parseNewick(newick);
    for (const options of [{ rowsPerBlock: 0 }, { rowsPerBlock: 1.5 }, { precision: 'single' }, { threads: 0 }]) {
      const first = unifracBlocks(table, tree, options as UnifracBlocksOptions).next();
      await expect(first).rejects.toBeInstanceOf(SeqError);
      await expect(first).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    }
  });
});
