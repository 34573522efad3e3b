import { describe, expect, it } from 'vitest';
import { codeOf, demoPath, rowsOf, tableOf } from '../../test/fixtures.js';
import { samplesWithValues } from '../metadata/metadata-values.js';
import { parseSampleMetadata, readSampleMetadata } from '../metadata/read-sample-metadata.js';
import type { SeqError } from '../native.js';
import { readFasta } from '../sequences/read-fasta.js';
import { readFeatureTable } from '../table/read-feature-table.js';
import { describeMatch } from './describe-match.js';
import { type MatchableInputs, matchInputs } from './match-inputs.js';
import { mismatchHint } from './mismatch-hint.js';

const table = tableOf(
  [
    [1, 2, 4, 0],
    [0, 8, 16, 0],
    [32, 0, 0, 64],
  ],
  { samples: ['a', 'b', 'c'], features: ['ACGT', 'f2', 'f3', 'GGTT'] },
);

const match = (inputs: Omit<MatchableInputs, 'table'>, depth?: number) =>
  matchInputs({ table, ...inputs }, { missing: 'drop', rarefactionDepth: depth });

describe('matchInputs', () => {
  it('keeps what everything covers, in the order of the table, and counts the rest with its reads', () => {
    const { table: matched, report } = match(
      {
        metadataSampleIds: ['c', 'x', 'a'],
        sequenceIds: ['f2', 'zzz'],
        tipNames: ['GGTT', 'f2', 'f3', 't1', 't2', 't3', 't4'],
      },
      10,
    );
    expect([matched.sampleIds, matched.featureIds]).toEqual([
      ['a', 'c'],
      ['f2', 'GGTT'],
    ]);
    expect(rowsOf(matched)).toEqual([
      [2, 0],
      [0, 64],
    ]);
    expect(report).toEqual({
      samples: {
        inTable: 3,
        kept: 2,
        withoutMetadata: { count: 1, first: ['b'], reads: 24 },
        onlyInMetadata: { count: 1, first: ['x'], reads: 0 },
        withoutTarget: { count: 0, first: [], reads: 0 },
        withoutDistances: { count: 0, first: [], reads: 0 },
        onlyInMatrix: { count: 0, first: [], reads: 0 },
        belowDepth: { count: 1, first: ['a'], reads: 2 },
      },
      features: {
        inTable: 4,
        kept: 2,
        withoutSequence: { count: 1, first: ['f3'], reads: 20 },
        onlyInSequences: { count: 1, first: ['zzz'], reads: 0 },
        withoutTip: { count: 1, first: ['ACGT'], reads: 33 },
        onlyInTree: { count: 4, first: ['t1', 't2', 't3'], reads: 0 },
      },
      reads: { inTable: 127, kept: 66 },
      rarefactionDepth: 10,
    });
    expect(describeMatch(report)).toBe(
      [
        'samples: 2 of 3 kept',
        '  1 without metadata ("b"; 24 reads)',
        '  1 below the depth of 10 reads ("a"; 2 reads)',
        '  1 only in the metadata (no harm) ("x")',
        'features: 2 of 4 kept',
        '  1 without a sequence ("f3"; 20 reads)',
        '  1 not a tip of the tree ("ACGT"; 33 reads)',
        '  1 only among the sequences (no harm) ("zzz")',
        '  4 only in the tree (no harm) (first: "t1", "t2", "t3", ...)',
        'reads: 66 of 127 kept (52.0 %)',
      ].join('\n'),
    );
  });

  it('keeps samples that metadata, target and distance matrix all have, and says what each lacks', async () => {
    const metadata = parseSampleMetadata('id\tage\tsite\na\t1\tgut\nb\t\tgut\nc\t3\tskin\n', 'm.tsv');
    const inputs = {
      metadataSampleIds: metadata.sampleIds,
      targetSampleIds: samplesWithValues(metadata, ['age', 'site']),
      matrixSampleIds: ['b', 'c', 'q'],
    };
    const { table: matched, report } = match(inputs);
    expect(matched.sampleIds).toEqual(['c']);
    expect(report.samples).toMatchObject({
      withoutTarget: { count: 1, first: ['b'], reads: 24 },
      withoutDistances: { count: 1, first: ['a'], reads: 7 },
      onlyInMatrix: { count: 1, first: ['q'] },
    });
    expect(describeMatch(report)).toContain(
      '  1 without a target ("b"; 24 reads)\n  1 not in the distance matrix ("a"; 7 reads)\n  1 only in the distance matrix (no harm) ("q")',
    );
    expect(await codeOf(() => matchInputs({ table, ...inputs }))).toBe('INPUTS_DO_NOT_MATCH');
  });

  it('refuses a matrix or target without a common sample, and inputs that share none together', async () => {
    expect(() => match({ matrixSampleIds: ['A', 'B'] })).toThrow(
      'None of the 3 samples of the table is in the distance matrix (table: "a", "b", "c"; there: "A", "B"). The ids differ only in capital letters (2 of 3). Write them alike.',
    );
    expect(() => match({ targetSampleIds: [] })).toThrow('is one with a target (table: "a", "b", "c"; there: nothing)');
    const apart = () => match({ metadataSampleIds: ['a'], matrixSampleIds: ['b'] });
    expect(apart).toThrow('None of the 3 samples of the table is in everything else that is needed of samples');
    expect(await codeOf(apart)).toBe('NO_OVERLAP');
  });

  it('hands back the same table where nothing is missing', () => {
    const matched = matchInputs({ table, metadataSampleIds: ['a', 'b', 'c', 'd'] });
    expect(matched.table).toBe(table);
    expect(describeMatch(matched.report)).toBe(
      'samples: all 3 kept\n  1 only in the metadata (no harm) ("d")\nfeatures: all 4 kept\nreads: 127 of 127 kept (100.0 %)',
    );
    expect(matchInputs({ table }).report.reads).toEqual({ inTable: 127, kept: 127 });
  });

  it('refuses anything missing by default, with the report in the error', () => {
    const strict = () => matchInputs({ table, metadataSampleIds: ['a', 'c'], tipNames: ['f2', 'f3'] });
    expect(strict).toThrow('1 without metadata ("b"; 24 reads)');
    expect(strict).toThrow('2 not a tip of the tree (first: "ACGT", "GGTT"; 97 reads)');
    try {
      strict();
    } catch (error) {
      const { code, details } = error as SeqError;
      expect(code).toBe('INPUTS_DO_NOT_MATCH');
      expect(details.report).toMatchObject({ samples: { inTable: 3, kept: 2 } });
    }
  });

  it('names ten of what is missing in the refusal, and three in the report of what was left out', () => {
    const many = tableOf([Array.from({ length: 14 }, () => 1)], {
      features: Array.from({ length: 14 }, (_, i) => `f${i}`),
    });
    const named = Array.from({ length: 10 }, (_, i) => `"f${i + 1}"`).join(', ');
    expect(() => matchInputs({ table: many, tipNames: ['f0'] })).toThrow(
      `  13 not a tip of the tree (first: ${named}, ...; 13 reads)`,
    );
    const { report } = matchInputs({ table: many, tipNames: ['f0'] }, { missing: 'drop' });
    expect(describeMatch(report)).toContain('  13 not a tip of the tree (first: "f1", "f2", "f3", ...; 13 reads)');
  });

  it('guesses why some ids found no partner, where the ids show it', () => {
    const refusal = (tipNames: readonly string[]): string => {
      try {
        matchInputs({ table, tipNames });
      } catch (error) {
        return (error as Error).message;
      }
      throw new Error('the inputs were not refused');
    };
    expect(refusal(['ACGT', 'F2', 'f3', 'GGTT'])).toContain('differ only in capital letters');
    expect(refusal(['ACGT', "'f2'", 'f3', 'GGTT'])).toContain('differ only in quotes around them');
    expect(refusal(['ACGT', 'f3', 'GGTT', 'b'])).toContain('seems to be transposed');
    expect(refusal(['ACGT', 'f3', 'GGTT', 'zzz'])).not.toMatch(/differ only|transposed|prefix/);
  });

  it('refuses inputs with nothing in common, whatever is asked for', async () => {
    expect(() => match({ metadataSampleIds: ['x', 'y'] })).toThrow(
      'None of the 3 samples of the table is in the metadata (table: "a", "b", "c"; there: "x", "y").',
    );
    expect(() => match({ tipNames: ['t'] })).toThrow('None of the 4 features of the table is a tip of the tree');
    expect(() => match({ sequenceIds: ['ACGT'], tipNames: ['f2', 'f3'] })).toThrow('has both a sequence and a tip');
    const hashed = tableOf([[1]], { features: ['f1'] });
    expect(() => matchInputs({ table: hashed, sequenceIds: [] })).toThrow('The other input is empty.');
    expect(await codeOf(() => match({ metadataSampleIds: [] }))).toBe('NO_OVERLAP');
  });

  it('covers the demo: everything is there', async () => {
    const demo = await readFeatureTable(demoPath('table.biom'));
    const metadata = await readSampleMetadata(demoPath('metadata.tsv'));
    const fasta = await readFasta(demoPath('rep-seqs.fasta'));
    const { report } = matchInputs({ table: demo, metadataSampleIds: metadata.sampleIds, sequenceIds: fasta.keys() });
    expect(report.samples).toMatchObject({ inTable: 741, kept: 741, withoutMetadata: { count: 0 } });
  });
});

describe('mismatchHint', () => {
  const hint = (ids: string[], cover: string[], otherAxis: string[] = []): string =>
    mismatchHint({ ids, otherAxis, cover: new Set(cover) });

  it.each([
    [['a'], ['f'], ['f'], 'transposed'],
    [['a'], [' a '], [], 'blanks'],
    [['f1'], ["'f1'"], [], 'quotes'],
    [['S1'], ['s1'], [], 'capital letters'],
    [['0012'], ['12.0'], [], 'numbers'],
    [['gut.7_a'], ['Gut 7-A'], [], 'separators'],
    [['10249.C018'], ['C018'], [], 'prefix or suffix: "10249.C018" and "C018"'],
    [['C018'], ['C018_S7_L001'], [], 'prefix or suffix'],
    [['apple'], ['pear'], [], 'the same study'],
    [['A', ' b', ' c', 'd'], ['a', 'b', 'c'], [], 'The ids differ only in capital letters (3 of 4). Write them alike.'],
    [['A', ' b', ' c', 'd'], ['x', 'b', 'c'], [], 'The ids differ only in blanks around them (2 of 4). Trim the ids.'],
  ])('%j and %j', (ids, cover, otherAxis, words) => {
    expect(hint(ids, cover, otherAxis)).toContain(words);
  });
});
