import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FeatureTable } from '@seq/data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DistancePart,
  type DistanceProgress,
  joinDistanceParts,
  mergeDistanceParts,
  pairsInRows,
  parseNewick,
  rowsOfPart,
  type UnifracMatrixOptions,
  unifracMatrix,
  unifracPart,
  writeDistancePart,
} from '../src/index.js';
import { randomStudy, tableOf } from './small-tables.js';

const folder = await mkdtemp(join(tmpdir(), 'seq-unifrac-parts-'));
const { table, newick } = randomStudy(23, 40);

async function partsOf(partCount: number, options: UnifracMatrixOptions = {}): Promise<DistancePart[]> {
  using tree = parseNewick(newick);
  const parts: DistancePart[] = [];
  for (let part = 1; part <= partCount; part++)
    parts.push(await unifracPart(table, tree, { ...options, part, partCount }));
  return parts;
}

async function filesOf(parts: readonly DistancePart[]): Promise<string[]> {
  const paths = parts.map((_, i) => join(folder, `${i}.h5`));
  for (const [i, part] of parts.entries()) await writeDistancePart(part, paths[i]!);
  return paths;
}

describe('rowsOfPart', () => {
  it('covers all rows once, with about as many pairs in each part', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 20 }), (size, partCount) => {
        const parts = Array.from({ length: partCount }, (_, i) => rowsOfPart(size, i + 1, partCount));
        expect(parts[0]!.firstRow).toBe(0);
        expect(parts.at(-1)!.endRow).toBe(size);
        for (const [i, { firstRow, endRow }] of parts.entries()) {
          if (i > 0) expect(firstRow).toBe(parts[i - 1]!.endRow);
          expect(
            Math.abs(pairsInRows(size, firstRow, endRow) - pairsInRows(size, 0, size) / partCount),
          ).toBeLessThanOrEqual(size);
        }
      }),
    );
  });

  it.each([
    [0, 3],
    [4, 3],
    [1.5, 3],
    [1, 0],
    [Number.NaN, 3],
  ])('refuses part %d of %d', (part, partCount) => {
    expect(() => rowsOfPart(10, part, partCount)).toThrowError(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });
});

describe('parts of a matrix', () => {
  it.each<UnifracMatrixOptions>([
    {},
    { metric: 'unweightedUnnormalized', bypassTips: true },
    { metric: 'weightedNormalized' },
    { metric: 'weightedUnnormalized', lengthPrecision: 'f32' },
    { metric: 'generalized', alpha: 0.5 },
    { metric: 'weightedNormalized', varianceAdjusted: true },
  ])('joined are the whole matrix to the last bit: %o', async (options) => {
    using tree = parseNewick(newick);
    const whole = await unifracMatrix(table, tree, options);
    for (const partCount of [1, 3, 40]) {
      expect(joinDistanceParts(await partsOf(partCount, options)).condensed).toEqual(whole.condensed);
    }
  });

  it('are merged from files in any order', async () => {
    using tree = parseNewick(newick);
    const whole = await unifracMatrix(table, tree, { metric: 'weightedNormalized' });
    const paths = await filesOf(await partsOf(4, { metric: 'weightedNormalized' }));
    expect(await mergeDistanceParts(paths.toReversed())).toEqual(whole);
  });

  it('treat empty samples as the whole matrix does', async () => {
    const some = tableOf(['t0', 't1'], { a: [0, 0], b: [1, 0], c: [0, 0], d: [0, 0] });
    using tree = parseNewick('(t0:1,t1:2);');
    const whole = await unifracMatrix(some, tree, { emptySamples: 'nan' });
    const parts = [1, 2].map((part) => unifracPart(some, tree, { emptySamples: 'nan', part, partCount: 2 }));
    expect(joinDistanceParts(await Promise.all(parts)).condensed).toEqual(whole.condensed);
    const refused = unifracPart(some, tree, { emptySamples: 'error', part: 1, partCount: 2 });
    await expect(refused).rejects.toMatchObject({ code: 'SAMPLE_EMPTY' });
  });

  it('report progress over the whole part, and stop', async () => {
    using tree = parseNewick(newick);
    const seen: DistanceProgress[] = [];
    const options = { part: 1, partCount: 2, onProgress: (progress: DistanceProgress) => void seen.push(progress) };
    const { distances } = await unifracPart(table, tree, options);
    expect(seen.at(-1)).toEqual({ pairsDone: distances.length, pairsTotal: distances.length });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(unifracPart(table, tree, { part: 1, partCount: 2, signal })).rejects.toThrow('enough');
  });
});

describe('mergeDistanceParts', () => {
  it('names the rows that are missing', async () => {
    const [first, second, third] = await partsOf(3);
    const [a, , c] = await filesOf([first!, second!, third!]);
    const missing = `${second!.firstRow + 1} to ${second!.endRow}`;
    await expect(mergeDistanceParts([c!, a!])).rejects.toThrow(`2 parts hold 23 samples without rows ${missing}.`);
    await expect(mergeDistanceParts([c!])).rejects.toMatchObject({ code: 'PARTS_INCOMPLETE' });
    await expect(mergeDistanceParts([])).rejects.toMatchObject({ code: 'PARTS_INCOMPLETE' });
  });

  it('refuses parts that overlap, or are of another metric, other counts, another tree or other samples', async () => {
    const [first, second] = await partsOf(2);
    const refused = async (other: DistancePart, reason: string): Promise<void> => {
      const merged = mergeDistanceParts(await filesOf([first!, other]));
      await expect(merged).rejects.toThrow(reason);
      await expect(merged).rejects.toMatchObject({ code: 'PARTS_DIFFER' });
    };
    await refused(first!, 'both hold rows 1 to');
    const [, weighted] = await partsOf(2, { metric: 'weightedNormalized' });
    await refused(weighted!, '"metric":"weightedNormalized"');
    await refused({ ...second!, ids: second!.ids.map((id) => `x${id}`) }, 'the second has others (first: "xs0"');
    await refused({ ...second!, ids: second!.ids.toReversed() }, 'in another order or number');
    using other = parseNewick(newick.replace(':0.', ':1.'));
    await refused(await unifracPart(table, other, { part: 2, partCount: 2 }), 'other counts or another tree');
  });

  it('refuses parts of any other option, other counts, or features in another order', async () => {
    using tree = parseNewick(newick);
    const second = (of: FeatureTable, options: UnifracMatrixOptions): Promise<DistancePart> =>
      unifracPart(of, tree, { ...options, part: 2, partCount: 2 });
    const refused = async (part: Promise<DistancePart>, first: DistancePart, reason: string): Promise<void> => {
      const found = await part;
      expect(() => joinDistanceParts([first, found])).toThrow(reason);
    };
    const [weighted] = await partsOf(2, { metric: 'weightedNormalized' });
    for (const [options, named] of [
      [{ precision: 'exact' }, '"precision":"exact"'],
      [{ bypassTips: true }, '"bypassTips":true'],
      [{ lengthPrecision: 'f32' }, '"lengthPrecision":"f32"'],
      [{ missing: 'drop' }, '"missing":"drop"'],
      [{ emptySamples: 'nan' }, '"emptySamples":"nan"'],
      [{ varianceAdjusted: true }, '"varianceAdjusted":true'],
      [{ normalizeSampleCounts: false }, '"normalizeSampleCounts":false'],
    ] as const) {
      await refused(second(table, { metric: 'weightedNormalized', ...options }), weighted!, named);
    }
    const [half] = await partsOf(2, { metric: 'generalized', alpha: 0.5 });
    await refused(second(table, { metric: 'generalized', alpha: 0.25 }), half!, '"alpha":0.25');
    const { sampleIds, featureIds, sampleOffsets, featureIndices, counts } = table;
    const fields = { sampleIds, featureIds, sampleOffsets, featureIndices, counts };
    const [unweighted] = await partsOf(2);
    const others = 'have the same samples, but other counts or another tree';
    const doubled = new FeatureTable({ ...fields, counts: counts.map((count) => 2 * count) });
    await refused(second(doubled, {}), unweighted!, others);
    const turned = new FeatureTable({ ...fields, featureIds: featureIds.toReversed() });
    await refused(second(turned, {}), unweighted!, others);
  });

  it('names a single row that is missing, and needs no part for the last one, which has no later samples', async () => {
    using tree = parseNewick(newick);
    const whole = await unifracMatrix(table, tree);
    const [all] = await partsOf(1);
    const rows = (firstRow: number, endRow: number): DistancePart => {
      const [start, end] = [pairsInRows(23, 0, firstRow), pairsInRows(23, 0, endRow)];
      return { ...all!, firstRow, endRow, distances: all!.distances.slice(start, end) };
    };
    expect(() => joinDistanceParts([rows(0, 4), rows(5, 23)])).toThrow('2 parts hold 23 samples without rows 5 to 5.');
    expect(() => joinDistanceParts([rows(0, 5), rows(4, 23)])).toThrow('both hold rows 5 to 5');
    expect(() => joinDistanceParts([rows(1, 21)])).toThrow('1 parts hold 23 samples without rows 1 to 1, 22 to 23.');
    expect(joinDistanceParts([rows(5, 22), rows(0, 5)])).toEqual(whole);
  });

  it('refuses files that are no parts, or damaged ones', async () => {
    const [path] = await filesOf(await partsOf(1));
    const [whole] = await partsOf(1);
    for (const [part, reason] of [
      [{ ...whole!, distances: whole!.distances.slice(1) }, 'it has 252 distances where 253 are needed'],
      [{ ...whole!, endRow: 24 }, 'rows 0 to 24 are none of 23'],
      [{ ...whole!, firstRow: 9, endRow: 8 }, 'rows 9 to 8 are none of 23'],
    ] as const) {
      await writeDistancePart(part, join(folder, 'wrong.h5'));
      await expect(mergeDistanceParts([join(folder, 'wrong.h5')])).rejects.toThrow(reason);
    }
    const bytes = await readFile(path!);
    const read = async (content: Uint8Array): Promise<unknown> => {
      await writeFile(join(folder, 'x.h5'), content);
      return mergeDistanceParts([join(folder, 'x.h5')]);
    };
    await expect(read(bytes.subarray(0, 3000))).rejects.toMatchObject({ code: 'FILE_MALFORMED' });
    const text = bytes.toString('latin1');
    await expect(read(Buffer.from(text.replace('SEQPART', 'SEQPORT'), 'latin1'))).rejects.toThrow(
      'its format is "SEQPORT"',
    );
    await expect(mergeDistanceParts([join(folder, 'absent.h5')])).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
