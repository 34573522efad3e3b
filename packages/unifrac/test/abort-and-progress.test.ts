import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  communityMatrix,
  communityOfPairs,
  communityToReferences,
  type DistanceJobOptions,
  faithPd,
  mergeDistanceParts,
  metaUnifrac,
  openTree,
  pairwisePermanova,
  parseNewick,
  pcoa,
  permanova,
  type RowProgress,
  readAlphaDiversity,
  readDistanceMatrix,
  readDistancePart,
  readOrdination,
  readReferenceDistances,
  readSamplePairs,
  unifracGain,
  unifracMatrix,
  unifracOfPairs,
  unifracPart,
  unifracToReferences,
  writeAlphaDiversity,
  writeDistanceMatrix,
  writeDistancePart,
  writeGainMatrix,
  writePairDistances,
  writeReferenceDistances,
} from '../src/index.js';
import { randomStudy } from './small-tables.js';

const folder = await mkdtemp(join(tmpdir(), 'seq-unifrac-abort-'));
const at = (name: string): string => join(folder, name);
const { table, newick } = randomStudy(30, 40);
const tree = parseNewick(newick);
const matrix = await unifracMatrix(table, tree);
const { sampleIds } = table;
const pairs = Uint32Array.of(0, 1, 2, 3);
const referenceIds = ['s0', 's1'];
const groups = sampleIds.map((_, i) => `group ${i % 3}`);
await writeFile(at('tree.nwk'), newick);
await writeDistanceMatrix(matrix, at('m.tsv'));
await writeDistanceMatrix(matrix, at('m.h5'));
await writeFile(at('block.tsv'), '\ts0\ns1\t0.5\n');
await writeFile(at('pairs.tsv'), 's0\ts1\n');
const parts = await Promise.all([1, 2].map((part) => unifracPart(table, tree, { part, partCount: 2 })));
for (const [i, part] of parts.entries()) await writeDistancePart(part, at(`${i}.part.h5`));
const gain = await unifracGain(table, tree);

const computing: Readonly<Record<string, (options: DistanceJobOptions) => Promise<unknown>>> = {
  unifracMatrix: (options) => unifracMatrix(table, tree, options),
  unifracToReferences: (options) => unifracToReferences(table, tree, { ...options, referenceIds }),
  unifracOfPairs: (options) => unifracOfPairs(table, tree, { ...options, pairs }),
  unifracPart: (options) => unifracPart(table, tree, { ...options, part: 1, partCount: 2 }),
  unifracGain: (options) => unifracGain(table, tree, options),
  metaUnifrac: (options) => metaUnifrac([{ table, tree }], options),
  communityMatrix: (options) => communityMatrix(table, { ...options, metric: 'brayCurtis' }),
  communityToReferences: (options) => communityToReferences(table, { ...options, metric: 'jaccard', referenceIds }),
  communityOfPairs: (options) => communityOfPairs(table, { ...options, metric: 'aitchison', pairs }),
  'pcoa, exact': (options) => pcoa(matrix, { ...options, method: 'exact' }),
  'pcoa, randomized': (options) => pcoa(matrix, { ...options, method: 'randomized' }),
  permanova: (options) => permanova(matrix, { ...options, groups, permutations: 99 }),
  pairwisePermanova: (options) => pairwisePermanova(matrix, { ...options, groups, permutations: 99 }),
};

const counting: Readonly<Record<string, (options: FileOptions) => Promise<unknown>>> = {
  faithPd: ({ signal }) => faithPd(table, tree, { signal }),
};

interface FileOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RowProgress) => void;
}

const reading: Readonly<Record<string, (options: FileOptions) => Promise<unknown>>> = {
  openTree: (options) => openTree(at('tree.nwk'), options),
  'readDistanceMatrix of text': (options) => readDistanceMatrix(at('m.tsv'), options),
  'readDistanceMatrix of HDF5': (options) => readDistanceMatrix(at('m.h5'), options),
  readReferenceDistances: (options) => readReferenceDistances(at('block.tsv'), { ...options, sampleIds: ['s1'] }),
  readSamplePairs: (options) => readSamplePairs(at('pairs.tsv'), { ...options, sampleIds }),
  readAlphaDiversity: (options) => readAlphaDiversity(at('pd.tsv'), options),
  readOrdination: (options) => readOrdination(at('pcoa.txt'), options),
  readDistancePart: (options) => readDistancePart(at('0.part.h5'), options),
  mergeDistanceParts: (options) => mergeDistanceParts([at('0.part.h5'), at('1.part.h5')], options),
};

const writing: Readonly<Record<string, (options: FileOptions) => Promise<unknown>>> = {
  'writeDistanceMatrix as text': (options) => writeDistanceMatrix(matrix, at('new.tsv'), options),
  'writeDistanceMatrix as HDF5': (options) => writeDistanceMatrix(matrix, at('new.h5'), options),
  'writeDistanceMatrix as an artifact': (options) => writeDistanceMatrix(matrix, at('new.qza'), options),
  writeDistancePart: (options) => writeDistancePart(parts[0]!, at('new.part.h5'), options),
  writeGainMatrix: (options) => writeGainMatrix(gain, at('new-gain.tsv'), options),
  writePairDistances: (options) =>
    writePairDistances({ sampleIds, pairs, distances: Float64Array.of(1, 2) }, at('new-pairs.tsv'), options),
  writeReferenceDistances: (options) =>
    writeReferenceDistances(
      { sampleIds, referenceIds: ['s0'], referenceCount: 1, distances: new Float64Array(30) },
      at('new-block.npz'),
      options,
    ),
  writeAlphaDiversity: (options) =>
    writeAlphaDiversity({ sampleIds, values: new Float64Array(30) }, at('new-pd.qza'), options),
};

describe('every long function', () => {
  it.each(Object.entries({ ...computing, ...counting, ...reading, ...writing }))(
    '%s ends with the reason of its signal',
    async (_, work) => {
      const reason = new Error('no longer wanted');
      await expect(work({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect((await readdir(folder)).filter((name) => name.startsWith('new'))).toEqual([]);
    },
  );

  it.each(Object.entries(computing))('%s tells its progress to the end', async (_, work) => {
    const told: { readonly pairsDone: number; readonly pairsTotal: number }[] = [];
    await work({ onProgress: (progress) => told.push(progress) });
    const { pairsDone, pairsTotal } = told.at(-1)!;
    expect(pairsTotal).toBeGreaterThan(0);
    expect(pairsDone).toBe(pairsTotal);
  });

  it.each([
    ...Object.entries(reading).filter(([name]) => name.startsWith('readDistanceMatrix')),
    ...Object.entries(writing).filter(([name]) => name.startsWith('writeDistanceMatrix')),
  ])('%s tells its progress to the end', async (_, work) => {
    const told: RowProgress[] = [];
    await work({ onProgress: (progress) => told.push(progress) });
    expect(told.at(-1)).toEqual({ rowsDone: 30, rowsTotal: 30 });
  });
});
