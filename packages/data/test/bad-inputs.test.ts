import { readFileSync } from 'node:fs';
import {
  createCommunityDataset,
  matchInputs,
  numericColumn,
  parseSampleMetadata,
  readFeatureTable,
  readSampleMetadata,
  resolveSequences,
  SeqError,
} from '@seq/data';
import { describe, expect, it } from 'vitest';
import { demoPath, tableOf, temporaryFile } from './fixtures.js';

/** Code and sentence of the SeqError that a call ends with. */
async function refusalOf(call: () => unknown): Promise<{ code: string; message: string }> {
  try {
    await call();
  } catch (error) {
    expect(error).toBeInstanceOf(SeqError);
    return error as SeqError;
  }
  throw new Error('refusalOf: the call was not refused.');
}

describe('what a user gets wrong', () => {
  it('an empty table is refused with its path and shape', async () => {
    const path = temporaryFile('empty.tsv', '#OTU ID\ts1\ts2\n');
    const { code, message } = await refusalOf(() => readFeatureTable(path));
    expect(code).toBe('TABLE_EMPTY');
    expect(message).toContain('has no features (2 samples, 0 features)');
    expect(message).toContain('empty.tsv');
  });

  it('NaN among the counts is refused with sample and feature', async () => {
    const path = temporaryFile('nan.tsv', '#OTU ID\tgut1\tgut2\nACGT\t1\tNaN\n');
    const { code, message } = await refusalOf(() => readFeatureTable(path));
    expect(code).toBe('TABLE_COUNT_INVALID');
    expect(message).toContain('NaN for feature "ACGT" in sample "gut2"');
  });

  it.each([10, 1000, 100_000, 479_000])('HDF5 that ends after %i bytes is refused as incomplete', async (byteCount) => {
    const path = temporaryFile('cut.biom', readFileSync(demoPath('table.biom')).subarray(0, byteCount));
    const { code, message } = await refusalOf(() => readFeatureTable(path));
    expect(code).toBe('FILE_MALFORMED');
    expect(message).toContain('cut.biom');
    expect(message).toContain('copy, download or export it again');
  });

  it('a table without a common sample or tip is refused with a guess at the reason', async () => {
    const table = tableOf([[1, 2]], { samples: ['0012'], features: ['f1', 'f2'] });
    const noSample = await refusalOf(() =>
      matchInputs({ table, metadataSampleIds: ['12.0', '13.0'] }, { missing: 'drop' }),
    );
    expect(noSample.code).toBe('NO_OVERLAP');
    expect(noSample.message).toContain('read them as numbers');
    const noTip = await refusalOf(() => matchInputs({ table, tipNames: ["'f1'", "'f2'"] }));
    expect(noTip.code).toBe('NO_OVERLAP');
    expect(noTip.message).toContain('quotes');
  });

  it('a target that is no number is refused with sample and value', async () => {
    const metadata = await readSampleMetadata(demoPath('metadata.tsv'));
    const text = await refusalOf(() => numericColumn(metadata, { column: 'delivery' }));
    expect(text.code).toBe('TARGET_NOT_NUMERIC');
    expect(text.message).toMatch(/741 samples of 741 .*first: "\w+" for sample "10249\./);
    const gap = parseSampleMetadata('id\tage\na\t1\nb\tNA\n', 'm.tsv');
    expect((await refusalOf(() => numericColumn(gap, { column: 'age' }))).code).toBe('TARGET_MISSING');
  });

  it('hashed ids without a FASTA are refused instead of being read as DNA', async () => {
    const table = await readFeatureTable(demoPath('table.biom'));
    const { code, message } = await refusalOf(() => resolveSequences(table));
    expect(code).toBe('SEQUENCES_MISSING');
    expect(message).toContain('2294 of 2,294 features');
  });

  it('what is no file is refused once, in words', async () => {
    await expect(readSampleMetadata('/dev/null')).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: '"/dev/null" cannot be read: it is no regular file. Save what it gives as a file first.',
    });
  });

  it('a depth that no sample reaches is refused', async () => {
    const table = tableOf([[3, 4]], { features: ['ACGT', 'GGTT'] });
    const { sequences } = resolveSequences(table);
    const { code } = await refusalOf(() => createCommunityDataset(table, { sequences, rarefactionDepth: 8 }));
    expect(code).toBe('RAREFACTION_LEAVES_NOTHING');
  });
});
