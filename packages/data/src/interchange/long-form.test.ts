import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Int32, Null, RecordBatchStreamWriter, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { parquetWriteFile } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { codeOf, rowsOf, tableOf, temporaryFile, temporaryFolder } from '../../test/fixtures.js';
import { FeatureTable } from '../table/feature-table.js';
import { readFeatureTable } from '../table/read-feature-table.js';
import { writeFeatureTable } from '../table/write-feature-table.js';
import { longRows } from './long-form.js';

type Cells = Readonly<Record<string, readonly unknown[]>>;

/** An Arrow file of columns whose types follow from their values. */
const arrowFile = (columns: Cells, format: 'file' | 'stream' = 'file'): string => {
  const vectors = Object.entries(columns).map(([name, values]) => [name, vectorFromArray(values as string[])] as const);
  return temporaryFile('t', tableToIPC(new Table(Object.fromEntries(vectors)), format));
};

/** A Parquet file of columns whose types follow from their values. */
const parquetFile = (columns: Cells): string => {
  const filename = join(temporaryFolder(), 't');
  parquetWriteFile({
    filename,
    columnData: Object.entries(columns).map(([name, data]) => ({ name, data: [...data] })),
  });
  return filename;
};

const makers = { arrow: arrowFile, parquet: parquetFile };
const kinds = ['arrow', 'parquet'] as const;
const columns: Cells = {
  feature_id: ['x', 'y', 'x'],
  note: ['a', 'b', 'c'],
  sample_id: ['s2', 's2', 's1'],
  count: [1, 0, 2.5],
};

describe('longRows', () => {
  it('starts with every feature of the first sample, and gives each sample a row', () => {
    const table = tableOf([
      [0, 3, 0],
      [0, 0, 0],
      [1, 0, 2],
    ]);
    for (const rowsPerPiece of [1, 2, 6, 100]) {
      const rows = [...longRows(table, rowsPerPiece)].flatMap(({ samples, features, counts }) =>
        Array.from(counts, (count, i) => [samples[i], features[i], count]),
      );
      expect(rows).toEqual([
        [0, 0, 0],
        [0, 1, 3],
        [0, 2, 0],
        [1, 0, 0],
        [2, 0, 1],
        [2, 2, 2],
      ]);
    }
  });
});

describe.each(kinds)('a feature table in long form as %s', (kind) => {
  const make = makers[kind];

  it('is told by its content; the first mention orders the ids, other columns are ignored', async () => {
    const table = await readFeatureTable(make(columns));
    expect([table.sampleIds, table.featureIds, table.taxonomy]).toEqual([['s2', 's1'], ['x', 'y'], undefined]);
    expect(rowsOf(table)).toEqual([
      [1, 0],
      [2.5, 0],
    ]);
  });

  it('may have numbers as ids, whole or 64-bit counts, and lineages in one row of several', async () => {
    const table = await readFeatureTable(
      make({
        sample_id: [7n, 7n, 8n],
        feature_id: ['x', 'y', 'x'],
        count: [1n, 2n, 3n],
        taxonomy: ['k__A; p__B', null, null],
      }),
    );
    expect([table.sampleIds, table.taxonomy]).toEqual([
      ['7', '8'],
      [['k__A', 'p__B'], []],
    ]);
    expect(rowsOf(table)).toEqual([
      [1, 2],
      [3, 0],
    ]);
  });

  it.each([
    ['a missing column', { count: undefined }, 'it has no column count (found feature_id, note, sample_id)'],
    ['an empty id', { sample_id: ['s1', null, 's2'] }, 'row 2 has nothing in column "sample_id"'],
    ['an id that is no text', { feature_id: ['x', 'y', 0.5].map(Number) }, 'row 1 has NaN in column "feature_id"'],
    ['a count that is text', { count: ['1', '2', '3'] }, 'row 1 has "1" in column "count", not a number'],
    [
      'two lineages of one feature',
      { taxonomy: ['a', 'b', 'c'] },
      'row 3 has the lineage "c" for a feature that had "a"',
    ],
    ['a place twice', { sample_id: ['s', 's', 's'] }, 'sample "s" has two counts of feature "x"'],
    ['a negative count', { count: [1, -1, 2] }, 'first: -1 for feature "y" in sample "s2"'],
    ['not a number', { count: [1, Number.NaN, 2] }, 'first: NaN'],
  ])('refuses %s', async (_, change, found) => {
    const changed = Object.entries({ ...columns, ...change }).filter(([, values]) => values !== undefined);
    await expect(readFeatureTable(make(Object.fromEntries(changed) as Cells))).rejects.toThrow(found);
  });

  it('refuses a file that is cut off, with its name', async () => {
    const whole = readFileSync(make(columns));
    for (const length of [8, 40, whole.length - 30, whole.length - 4]) {
      const path = temporaryFile('cut.file', whole.subarray(0, length));
      expect(await codeOf(() => readFeatureTable(path))).toBe('FILE_MALFORMED');
      await expect(readFeatureTable(path)).rejects.toThrow('cut.file');
    }
  });

  it('refuses to write ranks that could not be told apart again, and marks that readers remove', async () => {
    const path = join(temporaryFolder(), `t.${kind}`);
    for (const table of [
      new FeatureTable({ ...tableOf([[1]]), taxonomy: [['k__A;b']] }),
      tableOf([[1]], { samples: ['\uFEFFs'] }),
      tableOf([[1]], { features: ['\uFEFFf'] }),
    ]) {
      expect(await codeOf(() => writeFeatureTable(table, path))).toBe('TABLE_ID_INVALID');
    }
  });
});

describe('Arrow', () => {
  it('streams are read, too', async () => {
    expect((await readFeatureTable(arrowFile(columns, 'stream'))).sampleIds).toEqual(['s2', 's1']);
  });

  it('columns of another type are named, and rows that the file cannot hold are not counted', async () => {
    const vectors = { sample_id: vectorFromArray(['s'], new Utf8()), feature_id: vectorFromArray([1], new Int32()) };
    const count = vectorFromArray([null], new Null());
    const path = temporaryFile(
      't',
      RecordBatchStreamWriter.writeAll(new Table({ ...vectors, count })).toUint8Array(true),
    );
    await expect(readFeatureTable(path)).rejects.toThrow('row 1 has nothing in column "count"');
  });
});

describe('files by pyarrow', () => {
  const fixture = (name: string): string => fileURLToPath(new URL(`../../test/long-form/${name}`, import.meta.url));

  it.each(['pyarrow.parquet', 'pyarrow-zstd.parquet', 'pyarrow.feather', 'pyarrow-lz4.feather'])(
    'wrote %s, which is read',
    async (name) => {
      const table = await readFeatureTable(fixture(name));
      expect([table.sampleIds, table.featureIds, table.taxonomy]).toEqual([
        ['s2', 's1'],
        ['x', 'ä'],
        [['k__A', 'p__B'], []],
      ]);
      expect(rowsOf(table)).toEqual([
        [3, 1],
        [2 ** 40, 0],
      ]);
    },
  );

  it('gives up on a file that the library reads without end, and reads the next', { timeout: 60_000 }, async () => {
    const endless = readFeatureTable(fixture('endless.arrow'), { stallTimeoutMs: 500 });
    await expect(endless).rejects.toThrow('it is no whole Arrow file (no answer within 500 ms)');
    expect((await readFeatureTable(fixture('pyarrow.feather'))).sampleCount).toBe(2);
    const stopped = new AbortController();
    const reading = readFeatureTable(fixture('endless.arrow'), { signal: stopped.signal });
    const reason = new Error('enough');
    setTimeout(() => stopped.abort(reason), 300);
    await expect(reading).rejects.toBe(reason);
  });
});
