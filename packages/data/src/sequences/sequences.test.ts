import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, demoPath, rowsOf, tableOf, temporaryFile, temporaryFolder, vectorPath } from '../../test/fixtures.js';
import { readFeatureTable } from '../table/read-feature-table.js';
import { parseFasta, readFasta } from './read-fasta.js';
import { resolveSequences, sequencesOfFeatures } from './resolve-sequences.js';
import { tokenize } from './tokenize.js';
import { writeFasta } from './write-fasta.js';

describe('tokenize', () => {
  it('gives START, 1 to 4 for the bases in either case, and 0 for the rest', () => {
    expect([...tokenize('ACGTacgt')]).toEqual([5, 1, 2, 3, 4, 1, 2, 3, 4]);
    expect([...tokenize('ANU-')]).toEqual([5, 1, 0, 0, 0]);
    expect([...tokenize('')]).toEqual([5]);
  });

  it('keeps the first bases and pads nothing', () => {
    expect([...tokenize('ACGT', { basesPerAsv: 2 })]).toEqual([5, 1, 2]);
    expect([...tokenize('AC', { basesPerAsv: 150 })]).toEqual([5, 1, 2]);
  });

  it('counts letters outside ASCII after capitalising, as the reference does', () => {
    expect([...tokenize('A😀ßC')]).toEqual([5, 1, 0, 0, 0, 2]);
  });
});

describe('readFasta', () => {
  it('reads the demo sequences, whose ids are their MD5', async () => {
    const fasta = await readFasta(demoPath('rep-seqs.fasta'));
    expect(fasta.size).toBe(2294);
    const [id, sequence] = [...fasta][0]!;
    expect(createHash('md5').update(sequence).digest('hex')).toBe(id);
  });

  it('takes the first word as id, joins lines, and unpacks gzip', async () => {
    const text = '>a first\r\nACGT\r\nnn\r\n\r\n>b\nRYK MSWBDHVU\n';
    for (const bytes of [Buffer.from(text), gzipSync(text)]) {
      expect([...(await readFasta(temporaryFile('x', bytes)))]).toEqual([
        ['a', 'ACGTnn'],
        ['b', 'RYKMSWBDHVU'],
      ]);
    }
  });

  it.each([
    ['', 'it holds no sequence'],
    ['ACGT\n', 'line 1 is "ACGT", not a header'],
    ['>\nACGT\n', 'line 1 has no id'],
    ['>a\n>b\nAC\n', 'the sequence of "a" is empty'],
    ['>a\nAC\n>b\n', 'the sequence of "b" is empty'],
    [
      '>a\nAC-GT\n',
      'holds "-" at base 3, which is no nucleotide code. Give the sequences as they were before alignment.',
    ],
    ['>a\nAXGT\n', 'holds "X" at base 2'],
    ['>a\nAC\n>a\nACG\n', 'two different sequences with the id "a"'],
  ])('refuses %j', (text, found) => {
    expect(() => parseFasta(text, 'x.fasta')).toThrow(found);
  });

  it('reads QIIME 2 artifacts, and says what is in those of another type', async () => {
    const fasta = await readFasta(vectorPath('08_data/qza/rep-seqs.qza'));
    expect([fasta.size, fasta.get('017b4919ed1497972c1eb6548c30d334')]).toEqual([6, 'ATAAATTTGAAACCGCTAATG']);
    await expect(readFasta(vectorPath('08_data/qza/table.qza'))).rejects.toThrow(
      'holds "FeatureTable[Frequency]" where FASTA, or an artifact FeatureData[Sequence], is needed. ' +
        'That is a feature table, which readFeatureTable reads.',
    );
    await expect(readFasta(vectorPath('08_data/qza/not_an_artifact.qza'))).rejects.toThrow('no QIIME 2 artifact');
  });

  it('takes a record given twice once', () => {
    expect([...parseFasta('>a\nAC\n>a\nac\n', 'x')]).toEqual([['a', 'AC']]);
  });
});

describe('writeFasta', () => {
  it('writes what readFasta gives back, as text, gzip and artifact', async () => {
    const folder = temporaryFolder();
    const sequences = new Map(Array.from({ length: 2500 }, (_, i) => [`asv${i}`, 'ACGTRYKM'.repeat(1 + (i % 3))]));
    for (const name of ['s.fasta', 's.fna.gz', 's.qza']) {
      await writeFasta(sequences, join(folder, name));
      expect([...(await readFasta(join(folder, name)))]).toEqual([...sequences]);
    }
    expect(readFileSync(join(folder, 's.fasta'), 'utf8').slice(0, 19)).toBe('>asv0\nACGTRYKM\n>asv');
  });

  it.each([
    [[['a b', 'ACGT']], '(first: "a b" with "ACGT")'],
    [[['a', '']], '1 record of 1'],
    [[['a', 'AC-GT']], 'with "AC-GT"'],
    [[], 'there are no sequences'],
  ])('refuses %j', async (records, found) => {
    const path = join(temporaryFolder(), 's.fasta');
    await expect(writeFasta(new Map(records as [string, string][]), path)).rejects.toThrow(found);
  });
});

describe('sequencesOfFeatures', () => {
  it('finds what resolveSequences finds, without a table', () => {
    const fasta = new Map([['one', 'acgu']]);
    expect(sequencesOfFeatures(['one', 'GATTACA', 'cc'], { fasta })).toEqual(['ACGT', 'GATTACA', 'CC']);
    expect(() => sequencesOfFeatures(['one', 'GATTACA', 'two'])).toThrow(
      /^The ids of 2 of 3 features are no DNA, and no FASTA was given \(first: "one", "two"\)\. Give the FASTA/,
    );
  });
});

describe('resolveSequences', () => {
  const rows = [
    [1, 2, 4],
    [0, 8, 16],
  ];

  it('takes ids that are DNA as they are, in capitals and with T for U', () => {
    const table = tableOf(rows, { features: ['ACGT', 'acgn', 'UUGA'] });
    const resolved = resolveSequences(table);
    expect(resolved.table).toBe(table);
    expect(resolved.sequences).toEqual(['ACGT', 'ACGN', 'TTGA']);
    expect(resolved.report).toMatchObject({ fromIds: 3, fromFasta: 0, shortest: 4, longest: 4, repeated: 0 });
  });

  it('prefers the FASTA and reports sequences that several features share', () => {
    const fasta = new Map([
      ['one', 'ACGTA'],
      ['GATTACA', 'ACGTA'],
    ]);
    const { sequences, report } = resolveSequences(tableOf(rows, { features: ['one', 'GATTACA', 'CC'] }), { fasta });
    expect(sequences).toEqual(['ACGTA', 'ACGTA', 'CC']);
    expect(report).toMatchObject({ fromFasta: 2, fromIds: 1, repeated: 1, shortest: 2, longest: 5 });
  });

  it('names features without a sequence and the reads they carry', async () => {
    const table = tableOf(rows, { features: ['ACGT', 'asv_2', 'asv_3'] });
    expect(() => resolveSequences(table)).toThrow(
      'The ids of 2 of 3 features are no DNA, and no FASTA was given (first: "asv_2", "asv_3"; 30 reads)',
    );
    expect(() => resolveSequences(table, { fasta: new Map([['other', 'AC']]) })).toThrow(
      'are neither in the FASTA nor DNA (first: "asv_2", "asv_3"; 30 reads). The FASTA has 1 sequence (first: "other")',
    );
    const hashed = tableOf(rows, { features: ['d41d8cd98f00b204', 'KRMS', 'Bacteroides'] });
    expect(await codeOf(() => resolveSequences(hashed, { missing: 'drop' }))).toBe('SEQUENCES_MISSING');
  });

  it('leaves them out on request and says so', () => {
    const { table, sequences, report } = resolveSequences(tableOf(rows, { features: ['ACGT', 'asv_2', 'GGGG'] }), {
      missing: 'drop',
    });
    expect([table.featureIds, sequences]).toEqual([
      ['ACGT', 'GGGG'],
      ['ACGT', 'GGGG'],
    ]);
    expect(rowsOf(table)).toEqual([
      [1, 4],
      [0, 16],
    ]);
    expect(report.dropped).toEqual({ count: 1, first: ['asv_2'], reads: 10 });
  });

  it('finds every sequence of the demo table', async () => {
    const table = await readFeatureTable(demoPath('table.biom'));
    const { report } = resolveSequences(table, { fasta: await readFasta(demoPath('rep-seqs.fasta')) });
    expect(report).toMatchObject({ fromFasta: 2294, fromIds: 0, repeated: 0, shortest: 150, longest: 150 });
  });

  it('for any sequence of plain bases, the tokens spell it again', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ACGTacgt'), maxLength: 40 }),
        fc.nat(50),
        (sequence, basesPerAsv) => {
          const tokens = [...tokenize(sequence, { basesPerAsv })];
          expect(tokens[0]).toBe(5);
          const spelled = tokens
            .slice(1)
            .map((token) => '?ACGT'[token])
            .join('');
          expect(spelled).toBe(sequence.toUpperCase().slice(0, basesPerAsv));
        },
      ),
    );
  });
});
