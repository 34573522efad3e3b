import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, temporaryFile, temporaryFolder } from '../../test/fixtures.js';
import { foldSamples } from './fold-samples.js';
import { nestedFolds } from './nested-folds.js';
import { readSplit, type SavedSplit, writeSplit } from './split-file.js';
import { splitSamples } from './split-samples.js';

const path = (): string => join(temporaryFolder(), 'split.tsv');
const textOf = async (saved: SavedSplit): Promise<string> => {
  const file = path();
  await writeSplit(file, saved);
  return readFileSync(file, 'utf8');
};

describe('files of splits', () => {
  it('are sample metadata with a column of words', async () => {
    const split = { training: ['b', 'c'], validation: ['a'] };
    expect(await textOf({ kind: 'split', split })).toBe('sample-id\tsplit\na\tvalidation\nb\ttraining\nc\ttraining\n');
    const folds = [
      { training: ['b'], validation: ['a'] },
      { training: ['a'], validation: ['b'] },
    ];
    expect(await textOf({ kind: 'folds', folds })).toBe('sample-id\tfold\na\tfold-1\nb\tfold-2\n');
    const nested = [
      {
        training: ['c', 'd'],
        validation: ['a', 'b'],
        inner: [
          { training: ['d'], validation: ['c'] },
          { training: ['c'], validation: ['d'] },
        ],
      },
      {
        training: ['a', 'b'],
        validation: ['c', 'd'],
        inner: [
          { training: ['a'], validation: ['b'] },
          { training: ['b'], validation: ['a'] },
        ],
      },
    ];
    expect(await textOf({ kind: 'nested', folds: nested })).toBe(
      'sample-id\tfold\tinner-fold-of-fold-1\tinner-fold-of-fold-2\n' +
        'a\tfold-1\t\tfold-2\nb\tfold-1\t\tfold-1\nc\tfold-2\tfold-1\t\nd\tfold-2\tfold-2\t\n',
    );
  });

  it('for any samples, folds and seed, are read as they were written', async () => {
    const file = path();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 9, max: 40 }),
        fc.integer({ min: 2, max: 3 }),
        fc.nat(),
        async (count, folds, seed) => {
          const ids = Array.from({ length: count }, (_, i) => `s${i}`);
          const all: SavedSplit[] = [
            { kind: 'split', split: splitSamples(ids, { fraction: 0.2, seed }) },
            { kind: 'folds', folds: foldSamples(ids, { folds, seed }) },
            { kind: 'nested', folds: nestedFolds(ids, { outerFolds: folds, innerFolds: 2, seed }) },
          ];
          for (const saved of all) {
            await writeSplit(file, saved);
            expect(await readSplit(file)).toEqual(saved);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('may be columns among others, with samples in no part', async () => {
    const file = temporaryFile('m.tsv', '#SampleID\tage\tsplit\nx\t3\ttraining\ny\t4\tvalidation\nz\t5\t\n');
    expect(await readSplit(file)).toEqual({ kind: 'split', split: { training: ['x'], validation: ['y'] } });
  });

  it.each([
    ['no such column', 'id\tage\na\t1\n', 'COLUMN_UNKNOWN'],
    ['another word', 'id\tsplit\na\ttrain\nb\tvalidation\n', 'METADATA_MALFORMED'],
    ['a part without samples', 'id\tsplit\na\ttraining\n', 'SPLIT_IMPOSSIBLE'],
    ['a fold without samples', 'id\tfold\na\tfold-1\nb\tfold-3\nc\tfold-1\n', 'SPLIT_IMPOSSIBLE'],
    ['a fold of zero', 'id\tfold\na\tfold-0\nb\tfold-1\n', 'METADATA_MALFORMED'],
    ['a fold beyond all samples', 'id\tfold\na\tfold-999999999\nb\tfold-1\n', 'METADATA_MALFORMED'],
  ])('with %s are refused', async (_, text, code) => {
    expect(await codeOf(() => readSplit(temporaryFile('m.tsv', text)))).toBe(code);
  });

  it('refuse a sample in two parts, folds that do not cover, and ids that metadata cannot hold', async () => {
    const twice: SavedSplit = { kind: 'split', split: { training: ['a'], validation: ['a'] } };
    expect(await codeOf(() => writeSplit(path(), twice))).toBe('SPLIT_IMPOSSIBLE');
    const halves: SavedSplit = { kind: 'folds', folds: [{ training: ['a', 'b'], validation: ['c'] }] };
    expect(await codeOf(() => writeSplit(path(), halves))).toBe('SPLIT_IMPOSSIBLE');
    const hash: SavedSplit = { kind: 'split', split: { training: ['#a'], validation: ['b'] } };
    expect(await codeOf(() => writeSplit(path(), hash))).toBe('METADATA_MALFORMED');
  });
});
