// Damaged and made-up files of distances, diversities and artifacts.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FuzzTarget } from '../../../tooling/fuzz/fuzz-target.js';
import {
  DistanceMatrix,
  mergeDistanceParts,
  openTree,
  readAlphaDiversity,
  readDistanceMatrix,
  readDistancePart,
  readReferenceDistances,
  readSamplePairs,
  writeDistanceMatrix,
  writeDistancePart,
} from '../src/index.js';

const folder = new URL('../../../conformance/08_data/', import.meta.url);
const seeds = [
  'matrices/pair_reordered.csv',
  'matrices/faith_reordered.csv',
  'matrices/pair.npy',
  'matrices/faith.npy',
  'matrices/distances.npz',
  'matrices/stripe.npz',
  'matrices/distances.h5',
  'matrices/ssu_reordered.h5',
  'matrices/faith_column.h5',
  'qza/distance-matrix.qza',
  'qza/alpha-diversity.qza',
  'qza/rooted-tree.qza',
];
const sampleIds = ['s1', 's2', 's3', 's4', 's5', 's6'];
const scratch = mkdtempSync(join(tmpdir(), 'seq-fuzz-matrix-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** A file of a part of a matrix, whose distances are 0, 1, 2, ... */
const ofPart = join(scratch, 'part.h5');
await writeDistancePart(
  {
    ids: sampleIds,
    firstRow: 1,
    endRow: 3,
    fingerprint: 'f'.repeat(64),
    description: '{}',
    distances: Float64Array.from({ length: 7 }, (_, i) => i),
  },
  ofPart,
);

/** A matrix as Arrow. */
const ofArrow = join(scratch, 'matrix.arrow');
await writeDistanceMatrix(new DistanceMatrix(sampleIds, new Float64Array(15).fill(0.5)), ofArrow);

const ssuPartial = fileURLToPath(new URL('../test/fixtures/ssu/a.partial', import.meta.url));

type Reader = 'matrix' | 'diversity' | 'block' | 'tree' | 'part' | 'ssu-partial' | 'pairs';

const target: FuzzTarget<{ readonly reader: Reader; readonly ending: string; readonly bytes: Uint8Array }> = {
  name: 'unifrac/read-distances',
  generate: (random) => {
    const reader = random.pick<Reader>([
      ...(['matrix', 'matrix', 'diversity', 'block', 'tree', 'part', 'ssu-partial', 'pairs'] as const),
    ]);
    if (reader === 'ssu-partial') return { reader, ending: '', bytes: random.damaged(readFileSync(ssuPartial)) };
    if (reader === 'part') return { reader, ending: '.h5', bytes: random.damaged(readFileSync(ofPart)) };
    if (reader === 'pairs') {
      const ending = random.pick(['.csv', '.tsv']);
      const cell = random.pick(sampleIds);
      const text = random.text(60, `${cell}ab\t,"\n\r `).repeat(random.chance(0.05) ? random.integer(1, 20_000) : 1);
      return { reader, ending, bytes: new TextEncoder().encode(text) };
    }
    if (random.chance(0.05)) {
      // Long lines and many of them, to find work that grows faster than the text.
      const cell = random.text(3, '\t\n0a"');
      return { reader, ending: '.tsv', bytes: new TextEncoder().encode(cell.repeat(random.integer(1, 100_000))) };
    }
    if (random.chance(0.3)) {
      const ending = random.pick(['.csv', '.tsv']);
      const delimiter = ending === '.csv' ? ',' : '\t';
      const text = `${delimiter}a${delimiter}b\na${delimiter}`;
      const bytes = new TextEncoder().encode(text + random.text(40, `ab01.e-\n\r"${delimiter}`));
      return { reader, ending, bytes };
    }
    if (random.chance(0.1)) return { reader, ending: '.arrow', bytes: random.damaged(readFileSync(ofArrow)) };
    const seed = random.pick(seeds);
    const bytes = random.damaged(readFileSync(fileURLToPath(new URL(seed, folder))));
    return { reader, ending: seed.slice(seed.lastIndexOf('.')), bytes };
  },
  run: async ({ reader, ending, bytes }) => {
    const path = join(scratch, `file${ending}`);
    writeFileSync(path, bytes);
    const wanted = { stallTimeoutMs: 4_000, ...(/^\.(np|h5)/.test(ending) ? { sampleIds } : {}) };
    if (reader === 'matrix') {
      const matrix = await readDistanceMatrix(path, wanted);
      if (matrix.condensed.some((distance) => distance < 0)) throw new Error('a negative distance');
    } else if (reader === 'diversity') {
      const { sampleIds: ids, values } = await readAlphaDiversity(path, wanted);
      if (ids.length !== values.length) throw new Error('ids and values differ');
    } else if (reader === 'pairs') {
      const pairs = await readSamplePairs(path, { sampleIds });
      if (pairs.length % 2 !== 0 || pairs.some((row) => row >= sampleIds.length))
        throw new Error('no pairs of samples');
    } else if (reader === 'part') {
      const { ids, firstRow, endRow } = await readDistancePart(path);
      if (!(firstRow <= endRow && endRow <= ids.length)) throw new Error('rows that are none');
    } else if (reader === 'ssu-partial') {
      const matrix = await mergeDistanceParts([path]);
      throw new Error(`a matrix of ${matrix.size} samples out of half of it`);
    } else if (reader === 'block') {
      const { distances, referenceCount } = await readReferenceDistances(path, { sampleIds, stallTimeoutMs: 4_000 });
      if (distances.length !== referenceCount * sampleIds.length) throw new Error('sizes differ');
    } else {
      using tree = await openTree(path);
      if (tree.tipNames.length !== tree.tipCount) throw new Error('names and tips differ');
    }
  },
};

export default target;
