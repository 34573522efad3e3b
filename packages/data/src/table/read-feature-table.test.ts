import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { codeOf, demoPath, rowsOf, tableOf, temporaryFile, temporaryFolder, vectorPath } from '../../test/fixtures.js';
import { writeArtifact } from '../archives/write-artifact.js';
import { readFeatureTable } from './read-feature-table.js';
import { sampleTotals } from './sample-totals.js';
import { writeFeatureTable } from './write-feature-table.js';

const vector = (name: string): string => vectorPath(`08_data/biom/${name}`);
const json = (change: Record<string, unknown>): string =>
  temporaryFile(
    't.biom',
    JSON.stringify({ ...JSON.parse(readFileSync(vector('biom10_sparse.biom'), 'utf8')), ...change }),
  );

describe('readFeatureTable', () => {
  it('reads the demo table', async () => {
    const table = await readFeatureTable(demoPath('table.biom'));
    expect([table.sampleCount, table.featureCount, table.entryCount]).toEqual([741, 2294, 44948]);
    expect(table.sampleIds[0]).toBe('10249.C018.14SS');
    expect(table.featureIds[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(sampleTotals(table).every((total) => total >= 2082)).toBe(true);
  });

  it('gives the same table from every format', async () => {
    const names = ['biom21_int32_taxonomy.biom', 'classic.tsv', 'biom10_dense.biom'];
    const [first, ...others] = await Promise.all(names.map((name) => readFeatureTable(vector(name))));
    for (const other of others) {
      expect(other.sampleIds).toEqual(first!.sampleIds);
      expect(other.featureIds).toEqual(first!.featureIds);
      expect(rowsOf(other)).toEqual(rowsOf(first!));
    }
    expect(others[0]!.taxonomy).toEqual(first!.taxonomy);
  });

  it('tells the format by content, not by name, and unpacks gzip', async () => {
    const text = readFileSync(vector('classic.tsv'));
    const packed = await readFeatureTable(temporaryFile('table.biom', gzipSync(text)));
    expect(packed.featureCount).toBe(7);
    const spaced = `\uFEFF\n  ${readFileSync(vector('biom10_dense.biom'), 'utf8')}`;
    expect((await readFeatureTable(temporaryFile('table.tsv', spaced))).sampleCount).toBe(5);
  });

  it('says what is wrong with a file that is missing, a folder, empty, cut off or damaged', async () => {
    expect(await codeOf(() => readFeatureTable('no/such/table.biom'))).toBe('FILE_NOT_FOUND');
    await expect(readFeatureTable('no/such/table.biom')).rejects.toThrow('There is no file "no/such/table.biom"');
    expect(await codeOf(() => readFeatureTable(temporaryFolder()))).toBe('FILE_UNREADABLE');
    for (const name of ['empty_file.biom', 'truncated_hdf5.biom', 'broken_json.biom']) {
      expect(await codeOf(() => readFeatureTable(vector(name)))).toBe('FILE_MALFORMED');
      await expect(readFeatureTable(vector(name))).rejects.toThrow(name);
    }
    const bytes = gzipSync(readFileSync(vector('classic.tsv')));
    expect(await codeOf(() => readFeatureTable(temporaryFile('t.gz', bytes.subarray(0, 60))))).toBe('FILE_MALFORMED');
    expect(await codeOf(() => readFeatureTable(temporaryFile('t', Uint8Array.of(0xff, 0xfe, 65, 0))))).toBe(
      'FILE_MALFORMED',
    );
  });

  it('reads QIIME 2 artifacts, and says what is in one of another type or without its file', async () => {
    const artifact = (name: string): string => vectorPath(`08_data/qza/${name}`);
    const [folder, temporary] = [temporaryFolder(), temporaryFolder()];
    vi.stubEnv('TMPDIR', temporary);
    onTestFinished(() => void vi.unstubAllEnvs());
    const table = await readFeatureTable(artifact('table.qza'));
    expect([table.sampleIds, table.featureCount, table.entryCount]).toEqual([['L1', 'L2', 'L3', 'L4'], 6, 17]);
    await expect(readFeatureTable(artifact('rooted-tree.qza'))).rejects.toThrow(
      'holds "Phylogeny[Rooted]" where a feature table is needed. That is a tree, which openTree of @seq/unifrac reads.',
    );
    await expect(readFeatureTable(artifact('not_an_artifact.qza'))).rejects.toThrow('is no QIIME 2 artifact');
    for (const [name, found] of [
      ['feature-table.biom', 'x.qza" (its data/feature-table.biom) is empty'],
      ['other.biom', 'it has no data/feature-table.biom'],
    ]) {
      const path = join(folder, 'x.qza');
      await writeArtifact(path, {
        type: 'FeatureTable[Frequency]',
        format: 'BIOMV210DirFmt',
        files: [{ name: name!, content: '' }],
      });
      await expect(readFeatureTable(path)).rejects.toThrow(found!);
    }
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each([
    ['FeatureTable[Frequency]', [3, 7]],
    ['FeatureTable[RelativeFrequency]', [0.25, 0.75]],
    ['FeatureTable[PresenceAbsence]', [1, 1]],
    ["FeatureTable[Frequency] % Properties('phylogenetic')", [3, 7]],
  ])('reads an artifact %s as its counts are', async (type, counts) => {
    const folder = temporaryFolder();
    const biom = join(folder, 't.biom');
    await writeFeatureTable(tableOf([counts]), biom);
    const path = join(folder, 't.qza');
    const files = [{ name: 'feature-table.biom', content: readFileSync(biom) }];
    await writeArtifact(path, { type, format: 'BIOMV210DirFmt', files });
    expect(rowsOf(await readFeatureTable(path))).toEqual([counts]);
  });

  it('takes a byte-order mark in front of text and of JSON for nothing', async () => {
    const mark = Buffer.of(0xef, 0xbb, 0xbf);
    for (const name of ['classic.tsv', 'biom10_sparse.biom']) {
      const marked = temporaryFile('t', Buffer.concat([mark, readFileSync(vector(name))]));
      expect(await readFeatureTable(marked)).toEqual(await readFeatureTable(vector(name)));
      const packed = temporaryFile('t.gz', gzipSync(readFileSync(marked)));
      expect(await readFeatureTable(packed)).toEqual(await readFeatureTable(vector(name)));
    }
  });

  it('names what it does not read, and how to get there', async () => {
    const packed = temporaryFile('t.biom.gz', gzipSync(readFileSync(demoPath('table.biom'))));
    await expect(readFeatureTable(packed)).rejects.toThrow('gzip around HDF5');
  });

  it('refuses a table without samples, features or reads', async () => {
    const empty = { rows: [], columns: [], shape: [0, 0], data: [] };
    await expect(readFeatureTable(json(empty))).rejects.toThrow('has no samples (0 samples, 0 features)');
    await expect(readFeatureTable(json({ rows: [], shape: [0, 5], data: [] }))).rejects.toThrow('has no features');
    await expect(readFeatureTable(json({ data: [] }))).rejects.toThrow('has no reads (5 samples, 7 features)');
    await expect(readFeatureTable(temporaryFile('t', '#OTU ID\ts1\n'))).rejects.toThrow('has no features');
  });

  it('names sample, feature and value of counts that are not numbers of reads', async () => {
    const text = '#OTU ID\ts1\ts2\nACGT\t1\tnan\nTTTT\t-3\t1\n';
    await expect(readFeatureTable(temporaryFile('t', text))).rejects.toThrow(
      '2 counts negative, infinite or not a number (first: NaN for feature "ACGT" in sample "s2")',
    );
    await expect(readFeatureTable(json({ data: [[0, 0, -1]] }))).rejects.toThrow('first: -1');
  });

  it.each([
    ['a shape that does not fit', { shape: [7, 6] }, 'its shape is [7,6]'],
    ['an unknown matrix type', { matrix_type: 'diagonal' }, 'its matrix_type is "diagonal"'],
    ['an entry outside the shape', { data: [[7, 0, 1]] }, 'data entry 1'],
    ['an entry that is text', { data: [[0, 0, '1']] }, 'data entry 1'],
    ['no rows', { rows: 5 }, 'it has no list "rows"'],
    ['a row without id', { rows: [{}, {}, {}, {}, {}, {}, {}] }, 'rows entry 1 has no id'],
    ['a dense matrix with a short row', { matrix_type: 'dense', data: [[], [], [], [], [], [], []] }, 'data row 1'],
    ['a dense matrix with too few rows', { matrix_type: 'dense', data: [] }, 'have 0 rows instead of 7'],
  ])('refuses JSON with %s', async (_, change, found) => {
    await expect(readFeatureTable(json(change))).rejects.toThrow(found);
  });

  it.each([
    ['a text among the counts', '#OTU ID\ts1\ts2\nA\t1\tx\n', 'line 2 has "x" in sample "s2", not a count'],
    ['a short line', '#OTU ID\ts1\ts2\nA\t1\n', 'line 2 has 2 cells, the header 3'],
    ['a long line', '#OTU ID\ts1\nA\t1\t2\n', 'line 2 has 3 cells, the header 2'],
    ['no tabs', 'a,b\n1,2\n', 'no header with tabs'],
    ['nothing but a comment', '# Constructed from biom file\n', 'no header with tabs'],
  ])('refuses text with %s', async (_, text, found) => {
    await expect(readFeatureTable(temporaryFile('t', text))).rejects.toThrow(found);
  });

  it('reads text tables with comments, without a marked header, with CRLF and with empty lines', async () => {
    const wanted = [
      [1, 0],
      [0, 2.5],
    ];
    for (const text of [
      '# made by hand\n# again\n#OTU ID\ts1\ts2\nA\t1\t0\nB\t0\t2.5\n',
      'id\ts1\ts2\nA\t1\t0\nB\t0\t2.5',
      '#OTU ID\ts1\ts2\tConsensus Lineage\r\nA\t1.0\t0\tk__B; p__F\r\n\r\nB\t0\t25e-1\t\r\n',
    ]) {
      const table = await readFeatureTable(temporaryFile('t', text));
      expect([table.sampleIds, table.featureIds]).toEqual([
        ['s1', 's2'],
        ['A', 'B'],
      ]);
      expect(rowsOf(table)).toEqual(wanted);
    }
  });

  it('leaves taxonomy and sample metadata out where they are not asked for', async () => {
    const path = vector('biom21_int32_taxonomy.biom');
    const [whole, counts] = [await readFeatureTable(path), await readFeatureTable(path, { withAxisMetadata: false })];
    expect(whole.taxonomy).toBeDefined();
    expect([counts.taxonomy, counts.sampleMetadata]).toEqual([undefined, undefined]);
    expect([counts.sampleIds, counts.featureIds, counts.counts]).toEqual([
      whole.sampleIds,
      whole.featureIds,
      whole.counts,
    ]);
  });

  it('rejects with the reason of its signal', async () => {
    const reason = new Error('the user has had enough');
    const stopped = AbortSignal.abort(reason);
    await expect(readFeatureTable(demoPath('table.biom'), { signal: stopped })).rejects.toBe(reason);
    await expect(readFeatureTable(vector('classic.tsv'), { signal: stopped })).rejects.toBe(reason);
    const later = new AbortController();
    const reading = readFeatureTable(demoPath('table.biom'), { signal: later.signal });
    setImmediate(() => later.abort(reason));
    await expect(reading).rejects.toBe(reason);
    expect((await readFeatureTable(demoPath('table.biom'))).sampleCount).toBe(741);
  });

  it('prints nothing, keeps no process alive and does not load the HDF5 library unless needed', () => {
    const program = `
      import { readFeatureTable } from '@seq/data';
      const [broken, whole] = process.argv.slice(1);
      await readFeatureTable(broken).catch((error) => { if (error.code !== 'FILE_MALFORMED') throw error; });
      await readFeatureTable(whole);
      const started = performance.now();
      process.on('exit', () => { if (performance.now() - started > 1500) throw new Error('kept alive'); });
    `;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        '--conditions=@seq/source',
        '--import',
        import.meta.resolve('tsx'),
        '--input-type=module',
        '-e',
        program,
        vector('truncated_hdf5.biom'),
        demoPath('table.biom'),
      ],
      { cwd: dirname(fileURLToPath(import.meta.url)), encoding: 'utf8' },
    );
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});
