import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, demoPath, rowsOf, tableOf, temporaryFile, temporaryFolder, vectorPath } from '../../test/fixtures.js';
import { openArtifact } from '../archives/qiime2-artifact.js';
import { buildFeatureTable } from './build-feature-table.js';
import { featureMajor } from './feature-major.js';
import { FeatureTable } from './feature-table.js';
import { readFeatureTable } from './read-feature-table.js';
import { selectSamples } from './select-samples.js';
import type { TableContents } from './table-artifact.js';
import { featureTableFormats, writeFeatureTable } from './write-feature-table.js';

/** Everything a table holds, as plain data. */
const contentOf = (table: FeatureTable) => ({
  sampleIds: table.sampleIds,
  featureIds: table.featureIds,
  rows: rowsOf(table),
  taxonomy: table.taxonomy,
  sampleMetadata: table.sampleMetadata,
});

const small = new FeatureTable({
  sampleIds: ['s1', 'no reads', 'ä/3'],
  featureIds: ['ACGT', 'never seen', 'e5f'],
  sampleOffsets: Uint32Array.of(0, 2, 2, 3),
  featureIndices: Uint32Array.of(0, 2, 2),
  counts: Float64Array.of(3, 0.1, 2 ** 40 + 1),
  taxonomy: [['k__Bacteria', 'p__Firmicutes'], [], ['k__Archaea']],
  sampleMetadata: new Map([['pH/soil', ['7.5', 'high', '6']]]),
});

const anyTable = fc
  .record({
    sampleIds: fc.uniqueArray(fc.string({ minLength: 1, unit: 'binary' }), { minLength: 1, maxLength: 5 }),
    featureIds: fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 5 }),
    taxonomy: fc.option(fc.array(fc.array(fc.constantFrom('k__A', 'p__ä b', '(c)'), { maxLength: 3 })), {
      nil: undefined,
    }),
    counts: fc.array(fc.constantFrom(0, 0, 1, 2, 0.1, 1e-300, 2 ** 53 - 1), { minLength: 25, maxLength: 25 }),
  })
  .filter(({ counts }) => counts[0] !== 0)
  .map(({ sampleIds, featureIds, taxonomy, counts }) => {
    const places = sampleIds.flatMap((_, sample) => featureIds.map((_, feature) => [sample, feature] as const));
    return buildFeatureTable({
      sampleIds,
      featureIds,
      samples: Uint32Array.from(places, ([sample]) => sample),
      features: Uint32Array.from(places, ([, feature]) => feature),
      counts: Float64Array.from(places, (_, i) => counts[i]!),
      taxonomy: taxonomy && featureIds.map((_, i) => taxonomy[i] ?? []),
    });
  });

describe('writeFeatureTable', () => {
  it.each(['t.biom', 't.hdf5', 't.tsv', 't.TXT', 't.tsv.gz', 't.qza', 't.arrow', 't.parquet'])(
    '%s is read back as the same table',
    async (name) => {
      const path = join(temporaryFolder(), name);
      await writeFeatureTable(small, path);
      const wanted = contentOf(small);
      if (!/biom|hdf5|qza/.test(name)) wanted.sampleMetadata = undefined;
      expect(contentOf(await readFeatureTable(path))).toEqual(wanted);
    },
  );

  it.each(featureTableFormats)(
    '%s: any table is read back as it was, or is refused',
    { timeout: 60_000 },
    async (format) => {
      const folder = temporaryFolder();
      let written = 0;
      await fc.assert(
        fc.asyncProperty(anyTable, async (table) => {
          const path = join(folder, 'table');
          try {
            await writeFeatureTable(table, path, { format });
          } catch (error) {
            expect((error as { code?: string }).code).toBe('TABLE_ID_INVALID');
            return;
          }
          written += 1;
          expect(contentOf(await readFeatureTable(path))).toEqual(contentOf(table));
        }),
        { numRuns: 60 },
      );
      expect(written).toBeGreaterThan(format === 'tsv' ? 3 : 20);
      expect(readdirSync(folder)).toEqual(['table']);
    },
  );

  it('keeps the demo table in every format', async () => {
    const table = await readFeatureTable(demoPath('table.biom'));
    const folder = temporaryFolder();
    for (const name of ['t.biom', 't.tsv.gz', 't.qza', 't.arrow', 't.parquet']) {
      await writeFeatureTable(table, join(folder, name));
      const again = await readFeatureTable(join(folder, name));
      for (const part of ['sampleIds', 'featureIds', 'sampleOffsets', 'featureIndices', 'counts'] as const) {
        const wanted: ArrayLike<string | number> = table[part];
        const found = Array.from<string | number>(again[part]);
        expect([part, found.length, found.findIndex((value, i) => value !== wanted[i])]).toEqual([
          part,
          wanted.length,
          -1,
        ]);
      }
    }
  });

  it('writes more numbers than it hands over at once', async () => {
    const [samples, features] = [1_100, 1_000];
    const places = samples * features;
    const table = buildFeatureTable({
      sampleIds: Array.from({ length: samples }, (_, i) => `s${i}`),
      featureIds: Array.from({ length: features }, (_, i) => `f${i}`),
      samples: Uint32Array.from({ length: places }, (_, i) => Math.floor(i / features)),
      features: Uint32Array.from({ length: places }, (_, i) => i % features),
      counts: Float64Array.from({ length: places }, (_, i) => 1 + (i % 977)),
    });
    const path = join(temporaryFolder(), 't.biom');
    await writeFeatureTable(table, path);
    const again = await readFeatureTable(path);
    const differs = (part: 'counts' | 'featureIndices'): number =>
      table[part].findIndex((value, i) => again[part][i] !== value);
    expect([again.entryCount, differs('counts'), differs('featureIndices')]).toEqual([places, -1, -1]);
  });

  it('writes the text that biom-format writes', async () => {
    const path = join(temporaryFolder(), 't.tsv.gz');
    await writeFeatureTable(
      tableOf([
        [1, 2.5],
        [0, 3],
      ]),
      path,
    );
    expect(gunzipSync(readFileSync(path)).toString()).toBe(
      '# Constructed from biom file\n#OTU ID\ts1\ts2\nf1\t1\t0\nf2\t2.5\t3\n',
    );
  });

  it('names the type of an artifact by its counts, and refuses one that they are not', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 't.qza');
    const shares = tableOf([
      [0.25, 0.75],
      [0, 0],
      [1, 0],
    ]);
    const reads = tableOf([
      [0.5, 0.25],
      [3, 1],
    ]);
    const presence = tableOf([[1, 1]]);
    const typeOf = async (table: FeatureTable, contents?: TableContents): Promise<string> => {
      await writeFeatureTable(table, path, { contents });
      return (await openArtifact(path, readFileSync(path))).type;
    };
    expect(await typeOf(shares)).toBe('FeatureTable[RelativeFrequency]');
    expect(await typeOf(shares, 'Frequency')).toBe('FeatureTable[Frequency]');
    expect(await typeOf(reads)).toBe('FeatureTable[Frequency]');
    expect(await typeOf(presence, 'PresenceAbsence')).toBe('FeatureTable[PresenceAbsence]');
    await expect(typeOf(reads, 'RelativeFrequency')).rejects.toThrow('sample "s1" does not sum to 1');
    await expect(typeOf(reads, 'PresenceAbsence')).rejects.toThrow('a count is 0.5');
    expect(readdirSync(folder)).toEqual(['t.qza']);
  });

  it('refuses a name without a format, a table without reads, and texts that the format cannot hold', async () => {
    const folder = temporaryFolder();
    const write = (name: string, table: FeatureTable) => () => writeFeatureTable(table, join(folder, name));
    const named = (samples: string[], features: string[]) => tableOf([[1, 1]], { samples, features });
    expect(await codeOf(write('t.csv', small))).toBe('FILE_FORMAT_UNKNOWN');
    expect(await codeOf(write('t.biom', tableOf([[0, 0]])))).toBe('TABLE_EMPTY');
    for (const id of ['a\0b', '\ud800'])
      expect(await codeOf(write('t.biom', named(['s'], ['x', id])))).toBe('TABLE_ID_INVALID');
    const half = new FeatureTable({ ...tableOf([[1]]), taxonomy: [['\ud800']] });
    expect(await codeOf(write('t.biom', half))).toBe('TABLE_ID_INVALID');
    for (const id of ['a\tb', ' a', '#a', 'a\nb']) {
      await expect(write('t.tsv', named(['s'], ['x', id]))()).rejects.toThrow('1 feature id of 2 with');
    }
    await expect(write('t.tsv', named(['Taxonomy'], ['x', 'y']))()).rejects.toThrow('the name of a taxonomy column');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves an old file and no other behind when it is stopped or cannot write', async () => {
    const path = temporaryFile('t.biom', 'old');
    const reason = new Error('enough');
    await expect(writeFeatureTable(small, path, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const later = new AbortController();
    setTimeout(() => later.abort(reason), 1);
    await expect(writeFeatureTable(small, path, { signal: later.signal })).rejects.toBe(reason);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(join(path, '..'))).toEqual(['t.biom']);
    for (const name of ['t.biom', 't.tsv']) {
      expect(await codeOf(() => writeFeatureTable(small, join(temporaryFolder(), 'no', name)))).toBe(
        'FILE_NOT_WRITTEN',
      );
    }
  });
});

describe('featureMajor', () => {
  it('for any table, holds each entry once, by feature', () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        const { featureOffsets, sampleIndices, counts } = featureMajor(table);
        const rows = table.sampleIds.map(() => table.featureIds.map(() => 0));
        for (let feature = 0; feature < table.featureCount; feature++) {
          const [start, end] = [featureOffsets[feature]!, featureOffsets[feature + 1]!];
          for (let entry = start; entry < end; entry++) rows[sampleIndices[entry]!]![feature] = counts[entry]!;
          expect([...sampleIndices.subarray(start, end)]).toEqual(
            [...sampleIndices.subarray(start, end)].sort((a, b) => a - b),
          );
        }
        expect(rows).toEqual(rowsOf(table));
      }),
    );
  });
});

const python = '/opt/pt/bin/python';
const hasBiomFormat = existsSync('/opt/pt/bin/biom');

const hasQiime2 = await promisify(execFile)('/usr/bin/python3', ['-c', 'import qiime2, q2_types']).then(
  () => true,
  () => false,
);

describe.skipIf(!hasQiime2)('QIIME 2 (skipped where it is not installed)', () => {
  it('finds our artifacts valid at its highest level, and the same table in them', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    // The biom-format of 2022 decodes ids as ASCII only, so the sample "ä/3" is not among them.
    const plain = selectSamples(small, ['s1', 'no reads']);
    const tables = { Frequency: plain, RelativeFrequency: tableOf([[0.25, 0.75]]), PresenceAbsence: tableOf([[1, 1]]) };
    for (const [contents, table] of Object.entries(tables)) {
      await writeFeatureTable(table, join(folder, `${contents}.qza`), { contents: contents as TableContents });
    }
    const script = `
import json, sys, biom, qiime2
found = {}
for name in ['Frequency', 'RelativeFrequency', 'PresenceAbsence']:
    artifact = qiime2.Artifact.load(f'{sys.argv[1]}/{name}.qza')
    artifact.validate('max')
    table = artifact.view(biom.Table)
    found[str(artifact.type)] = [list(table.ids()), list(table.ids('observation')), table.matrix_data.T.toarray().tolist()]
print(json.dumps(found))`;
    const { stdout } = await promisify(execFile)('/usr/bin/python3', ['-c', script, folder]);
    const wanted = Object.entries(tables).map(([contents, table]) => [
      `FeatureTable[${contents}]`,
      [table.sampleIds, table.featureIds, rowsOf(table)],
    ]);
    expect(JSON.parse(stdout)).toEqual(Object.fromEntries(wanted));
  });
});

describe.skipIf(!hasBiomFormat)('biom-format (skipped where /opt/pt/bin/biom is not installed)', () => {
  it('finds our BIOM 2.1 valid, and the same table in it', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'ours.biom');
    await writeFeatureTable(small, path);
    expect(execFileSync('/opt/pt/bin/biom', ['validate-table', '-i', path], { encoding: 'utf8' })).toContain(
      'is a valid',
    );
    const script = `
import json, sys, biom
t = biom.load_table(sys.argv[1])
print(json.dumps([list(t.ids()), list(t.ids('observation')), t.matrix_data.T.toarray().tolist(),
  [m['taxonomy'] for m in t.metadata(axis='observation')], [m['pH/soil'] for m in t.metadata()]]))`;
    const found: unknown = JSON.parse(execFileSync(python, ['-c', script, path], { encoding: 'utf8' }));
    const taxonomy = small.taxonomy!.map((ranks) => (ranks.length === 0 ? null : ranks));
    expect(found).toEqual([small.sampleIds, small.featureIds, rowsOf(small), taxonomy, ['7.5', 'high', '6']]);
  });

  it('reads our text as we do', { timeout: 120_000 }, async () => {
    const path = join(temporaryFolder(), 'ours.tsv');
    await writeFeatureTable(await readFeatureTable(vectorPath('08_data/biom/classic.tsv')), path);
    const script =
      'import json, sys, biom; t = biom.load_table(sys.argv[1]); print(json.dumps(t.matrix_data.T.toarray().tolist()))';
    const found: unknown = JSON.parse(execFileSync(python, ['-c', script, path], { encoding: 'utf8' }));
    expect(found).toEqual(rowsOf(await readFeatureTable(path)));
  });
});
