import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeOf, demoPath, temporaryFile, temporaryFolder, vectorPath } from '../../test/fixtures.js';
import { writeArtifact } from '../archives/write-artifact.js';
import { groupingColumns } from './grouping-columns.js';
import { groupColumn, numericColumn, textColumn } from './metadata-values.js';
import { parseSampleMetadata, readSampleMetadata } from './read-sample-metadata.js';
import { SampleMetadata } from './sample-metadata.js';

const parse = (text: string, missingWords?: string[]): SampleMetadata =>
  parseSampleMetadata(text, 'm.tsv', { missingWords });
const shown = (metadata: SampleMetadata): unknown => ({
  ids: metadata.sampleIds,
  ...Object.fromEntries([...metadata.columns.values()].map(({ name, type, values }) => [name, [type, ...values]])),
});

describe('readSampleMetadata', () => {
  it('reads the demo metadata', async () => {
    const metadata = await readSampleMetadata(demoPath('metadata.tsv'));
    expect(metadata.sampleIds.length).toBe(741);
    expect(metadata.column('month_of_life').type).toBe('numeric');
    expect(metadata.column('mom_child').type).toBe('categorical');
    expect(metadata.column('host_subject_id').values[0]).toBe('18.0');
  });

  it('knows each header of an id column, and sample_id in any place', () => {
    const headers = ['id', 'SampleID', 'Sample ID', 'sample-id', 'FEATUREID', 'feature id', 'feature-id', 'sample_id'];
    for (const header of [...headers, '#SampleID', '#Sample ID', '#OTUID', '#OTU ID', 'sample_name']) {
      expect(shown(parse(`${header}\tx\n001\t1\n`))).toEqual({ ids: ['001'], x: ['numeric', '1'] });
    }
    expect(shown(parse('x\tsample_id\n1\t001\n'))).toEqual({ ids: ['001'], x: ['numeric', '1'] });
    expect(() => parse('#sampleid\tx\nA\t1\n')).toThrow('no column of ids was found (columns: "A", "1")');
  });

  it('skips comments and empty lines, trims cells and fills up short lines', () => {
    const text = '# made by hand\n\nid \t x\t y\t\n#comment\t1\t2\n \t\n a \t 1 \t b c \t\t\nb\n';
    expect(shown(parse(text))).toEqual({ ids: ['a', 'b'], x: ['numeric', '1', null], y: ['categorical', 'b c', null] });
  });

  it('obeys #q2:types', () => {
    const text = 'id\tzip\tph\tfree\n#q2:types\tCategorical\tNUMERIC\t\na\t012\t7\t1\nb\t1\t\t.5e-3\n';
    expect(shown(parse(text))).toEqual({
      ids: ['a', 'b'],
      zip: ['categorical', '012', '1'],
      ph: ['numeric', '7', null],
      free: ['numeric', '1', '.5e-3'],
    });
    expect(() => parse('id\tx\n#q2:types\tnumeric\na\thigh\n')).toThrow(
      'line 3 has "high" in column "x", which is declared numeric',
    );
    expect(() => parse('id\tx\n#q2:types\tordinal\na\t1\n')).toThrow('is "ordinal", not numeric or categorical');
  });

  it('obeys #q2:missing, which takes the place of the usual words', () => {
    const text = 'id\ta\tb\tc\n#q2:missing\tINSDC:missing\tblank\t\nx\tnot collected\tNA\tNA\ny\t3\tnot collected\t1\n';
    expect(shown(parse(text))).toEqual({
      ids: ['x', 'y'],
      a: ['numeric', null, '3'],
      b: ['categorical', 'NA', 'not collected'],
      c: ['numeric', null, '1'],
    });
    const terms = ['not applicable', 'missing', 'not collected', 'not provided', 'restricted access'];
    const lines = terms.map((term, i) => `s${i}\t${term}\n`).join('');
    const { values } = parse(`id\ta\n#q2:missing\tINSDC:missing\n${lines}s5\tMissing\ns6\t4\n`).column('a');
    expect(values).toEqual([null, null, null, null, null, 'Missing', '4']);
    expect(() => parse('id\ta\n#q2:missing\tno-missing\nx\n')).toThrow('line 3 has no value in column "a"');
    expect(() => parse('id\ta\n#q2:missing\tinsdc:missing\nx\t1\n')).toThrow('is "insdc:missing", not blank');
    expect(shown(parse('id\ta\nx\tNA\n', []))).toEqual({ ids: ['x'], a: ['categorical', 'NA'] });
  });

  it.each([
    ['id\tx\na\t1\n#q2:types\tnumeric\n', 'line 3 has "#q2:types", which must follow the header'],
    ['id\tx\n#by hand\n#q2:types\tnumeric\na\t1\n', 'line 3 has "#q2:types", which must follow the header'],
    ['#q2:types\tnumeric\nid\tx\na\t1\n', 'line 1 has "#q2:types", which must follow the header'],
    ['id\tx\n#q2:types\tnumeric\n#q2:types\tnumeric\na\t1\n', 'line 3 has "#q2:types" a second time'],
    ['id\tx\n#q2:units\tcm\na\t1\n', 'the unknown directive "#q2:units"'],
    ['id\tx\na\t1\t2\n', 'line 2 has 3 cells where the header has 2 (surplus: "2")'],
    ['id\tx\tx\na\t1\t2\n', 'two columns have the name "x"'],
    ['id\t\tx\na\t1\t2\n', 'column 2 has no name'],
    ['id\tsample-id\na\t1\n', 'column 2 has the name "sample-id", which only the column of ids may have'],
    ['id\tx\n\t1\n', 'line 2 has no sample id'],
    ['id\tx\n', 'it has no samples below the header'],
    ['# nothing\n', 'it has no header'],
    ['', 'it has no header'],
    ['id;x\na;1\n', 'another sign than tabs or commas'],
    ['id,x\na,"1"2\n', 'line 2 has "2" behind a closing quote'],
    ['id\tx\nsample-id\t1\n', 'line 2 has the sample id "sample-id", which only the header may have'],
    ['id\tx\na\t"1\n', 'line 2 opens a quote that is never closed'],
    ['id\tx\na\t"1"2\n', 'line 2 has "2" behind a closing quote'],
  ])('refuses %j', (text, found) => {
    expect(() => parse(text)).toThrow(found);
  });

  it('names an id that stands twice', async () => {
    expect(() => parse('id\tx\na\t1\nb\t1\na\t2\n')).toThrow(
      'The metadata have 3 lines for 2 samples; "a" stands twice or more',
    );
    expect(await codeOf(() => readSampleMetadata(vectorPath('08_data/metadata/duplicate_ids.tsv')))).toBe(
      'METADATA_ID_DUPLICATE',
    );
  });

  it('reads quoted cells with tabs, quotes and line ends, and counts lines through them', () => {
    const text = 'id\tx\r\na\t"two\r\nlines ""and"" a\ttab"\r\nb\tplain "inner" quote\rc\t"1"\r\nd\t1\t2';
    expect(() => parse(text)).toThrow('line 6 has 3 cells');
    expect(parse(text.slice(0, -2)).column('x').values).toEqual([
      'two\r\nlines "and" a\ttab',
      'plain "inner" quote',
      '1',
      '1',
    ]);
  });

  it('reads commas where the header has no tab', () => {
    expect(shown(parse('# by hand\n"sample-id",x, y\na,1,"p, q"\nb,2\n'))).toEqual({
      ids: ['a', 'b'],
      x: ['numeric', '1', '2'],
      y: ['categorical', 'p, q', null],
    });
    expect(shown(parse('id\tx,y\na\t1,5\n'))).toEqual({ ids: ['a'], 'x,y': ['categorical', '1,5'] });
  });

  it('reads QIIME 2 artifacts that can be viewed as metadata, and says what is in others', async () => {
    const metadata = await readSampleMetadata(vectorPath('08_data/qza/alpha-diversity.qza'));
    expect(metadata.sampleIds).toEqual(['L1', 'L2', 'L3', 'L4']);
    expect([...numericColumn(metadata, { column: 'faith_pd' })]).toEqual([3.093113, 1.971038, 5.091148, 7.136619]);
    const folder = temporaryFolder();
    const artifact = async (type: string, name: string, content: string): Promise<string> => {
      const path = join(folder, 'x.qza');
      await writeArtifact(path, { type, format: 'Any', files: [{ name, content }] });
      return path;
    };
    const taxonomy = 'Feature ID\tTaxon\tConfidence\nf1\tk__B; p__F\t0.9\n';
    const features = await readSampleMetadata(await artifact('FeatureData[Taxonomy]', 'taxonomy.tsv', taxonomy));
    expect(shown(features)).toEqual({
      ids: ['f1'],
      Taxon: ['categorical', 'k__B; p__F'],
      Confidence: ['numeric', '0.9'],
    });
    await expect(readSampleMetadata(vectorPath('08_data/qza/distance-matrix.qza'))).rejects.toThrow(
      'holds "DistanceMatrix" where metadata is needed. That is distances between samples, which readDistanceMatrix',
    );
    const reads = await artifact('SampleData[SequencesWithQuality]', 'a.fastq.gz', '');
    await expect(readSampleMetadata(reads)).rejects.toThrow('it has no data/metadata.tsv');
    const unknown = await artifact('PCoAResults', 'ordination.txt', '');
    await expect(readSampleMetadata(unknown)).rejects.toThrow(
      '"PCoAResults" where metadata is needed. Nothing here reads',
    );
  });

  it('removes a byte-order mark and refuses other encodings', async () => {
    const content = readFileSync(vectorPath('08_data/metadata/bom_padded_headers.tsv'));
    expect((await readSampleMetadata(temporaryFile('m.tsv', content))).sampleIds).toEqual(['s1', 's2']);
    await expect(
      readSampleMetadata(temporaryFile('m.tsv', Buffer.from('\uFEFFid\tx\na\t1\n', 'utf16le'))),
    ).rejects.toThrow('UTF-16');
    await expect(readSampleMetadata(temporaryFile('m.tsv', Buffer.from('id\tx\na\té\n', 'latin1')))).rejects.toThrow(
      'no UTF-8',
    );
    expect(await codeOf(() => readSampleMetadata('no/such.tsv'))).toBe('FILE_NOT_FOUND');
  });
});

describe('values of a column', () => {
  const metadata = parse('id\tage\tdiet\tgroup\na\t1.5\tbd\tA\nb\t\tfd\tB\nc\t-2e1\tbd\t\nd\t7 years\tbd\tA\n');

  it('are numbers in the order of the samples asked for', () => {
    expect([...numericColumn(metadata, { column: 'age', sampleIds: ['c', 'a'] })]).toEqual([-20, 1.5]);
    expect(textColumn(metadata, { column: 'age', sampleIds: ['b', 'd'] })).toEqual([null, '7 years']);
    expect(groupColumn(metadata, { column: 'group', sampleIds: ['d', 'b'] })).toEqual(['A', 'B']);
  });

  it('name the first sample, its value and the count when the target is no number or missing', async () => {
    expect(() => numericColumn(metadata, { column: 'age' })).toThrow(
      '1 sample of 4 have no value in column "age" (first: "b")',
    );
    expect(() => numericColumn(metadata, { column: 'age', sampleIds: ['a', 'd'] })).toThrow(
      '1 sample of 2 has a value in column "age" that is no number (first: "7 years" for sample "d")',
    );
    expect(await codeOf(() => numericColumn(metadata, { column: 'age' }))).toBe('TARGET_MISSING');
    expect(await codeOf(() => numericColumn(metadata, { column: 'diet' }))).toBe('TARGET_NOT_NUMERIC');
    expect(await codeOf(() => groupColumn(metadata, { column: 'group' }))).toBe('GROUP_MISSING');
  });

  it('name columns and samples that do not exist', () => {
    expect(() => metadata.column('Age')).toThrow('The metadata have no column "Age". Did you mean "age"?');
    expect(() => metadata.column('height')).toThrow('Columns: "age", "diet", "group".');
    expect(() => textColumn(metadata, { column: 'age', sampleIds: ['a', 'x'] })).toThrow(
      '1 sample of 2 not in the metadata (first: "x")',
    );
  });

  it('never take infinity or hexadecimal for a number', async () => {
    for (const value of ['inf', '0x1f', '1,5', '1e999', '٣', '1_000']) {
      expect(await codeOf(() => numericColumn(parse(`id\tx\na\t${value}\n`), { column: 'x' }))).toBe(
        'TARGET_NOT_NUMERIC',
      );
    }
  });

  it('of another length than the ids are refused', async () => {
    const column = { name: 'x', type: 'numeric', values: ['1'] } as const;
    expect(await codeOf(() => new SampleMetadata(['a', 'b'], [column]))).toBe('METADATA_MALFORMED');
  });
});

describe('groupingColumns', () => {
  it('finds the subject of the demo, and not its age, sex or diet', async () => {
    const metadata = await readSampleMetadata(demoPath('metadata.tsv'));
    expect(groupingColumns(metadata)).toEqual(['host_subject_id']);
  });

  it('takes columns by name or by many repeated texts, and none whose values do not repeat', () => {
    const columns = {
      patientID: (i: number) => i % 3,
      'Host Age': (i: number) => i % 5,
      village: (i: number) => `v${i % 12}`,
      barcode: (i: number) => `ACGT${i}`,
      sex: (i: number) => 'mf'[i % 2],
      day: (i: number) => i % 20,
      constant_subject_id: () => 'x',
    };
    const lines = Array.from({ length: 40 }, (_, i) =>
      [`s${i}`, ...Object.values(columns).map((value) => value(i))].join('\t'),
    );
    const metadata = parse([['id', ...Object.keys(columns)].join('\t'), ...lines].join('\n'));
    expect(groupingColumns(metadata)).toEqual(['patientID', 'village']);
    expect(groupingColumns(metadata, { sampleIds: ['s0', 's1', 's2'] })).toEqual([]);
  });
});
