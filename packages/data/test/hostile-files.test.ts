import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGzip, deflateRawSync, gzipSync } from 'node:zlib';
import {
  parseSampleMetadata,
  rarefy,
  readFasta,
  readFeatureTable,
  readSampleMetadata,
  writeFeatureTable,
} from '@seq/data';
import { writeArtifact } from '@seq/data/files';
import h5wasm, { ready } from 'h5wasm/node';
import { describe, expect, it } from 'vitest';
import { codeOf, tableOf, temporaryFile, temporaryFolder } from './fixtures.js';

/** Codes and peak memory of a process that tries to open some files as tables. */
function openedApart(...paths: readonly string[]): { readonly codes: readonly string[]; readonly peakMiB: number } {
  const program = `
    import { readFeatureTable } from '@seq/data';
    const codes = [];
    for (const path of process.argv.slice(1)) {
      await readFeatureTable(path).then(() => codes.push('read'), (error) => codes.push(error.code ?? String(error)));
    }
    console.log(JSON.stringify({ codes, peakMiB: process.resourceUsage().maxRSS / 1024 }));
    process.exit();`;
  const flags = ['--conditions=@seq/source', '--import', import.meta.resolve('tsx'), '--input-type=module'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, '-e', program, ...paths], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
    timeout: 100_000,
  });
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as ReturnType<typeof openedApart>;
}

/** The gzip of a text repeated many times, made piece by piece. */
async function packed(start: string, piece: string, times: number): Promise<Buffer> {
  const gzip = createGzip({ level: 1 });
  const bytes: Buffer[] = [];
  gzip.on('data', (chunk: Buffer) => bytes.push(chunk));
  gzip.write(start);
  const large = Buffer.from(piece.repeat(2 ** 16));
  for (let i = 0; i < times; i += 2 ** 16) {
    if (!gzip.write(large)) await new Promise((drained) => gzip.once('drain', drained));
  }
  await new Promise<void>((ended) => gzip.end(ended));
  return Buffer.concat(bytes);
}

/** A ZIP archive of one deflated member that claims to be so large. */
function zipOf(name: string, content: Buffer, claimed: number): Buffer {
  const data = deflateRawSync(content);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(8, 4);
  fields.writeUInt32LE(data.length, 14);
  fields.writeUInt32LE(claimed, 18);
  fields.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), data]);
  const entry = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), fields, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, entry, end]);
}

describe('files made to do harm', () => {
  it('a hundred million brackets of JSON end as an error in bounded memory', { timeout: 120_000 }, async () => {
    const bytes = await packed('{"rows":', '[', 10 ** 8);
    expect(bytes.length).toBeLessThan(2 ** 20);
    const { codes, peakMiB } = openedApart(temporaryFile('deep.biom', bytes));
    expect(codes).toEqual(['FILE_MALFORMED']);
    expect(peakMiB).toBeLessThan(700);
  });

  it('gzip that unpacks to more than fits one text is refused', { timeout: 120_000 }, async () => {
    const { codes, peakMiB } = openedApart(
      temporaryFile('bomb.tsv.gz', await packed('#OTU ID\ts1\n', '0', 6 * 10 ** 8)),
    );
    expect(codes).toEqual(['FILE_TOO_LARGE']);
    expect(peakMiB).toBeLessThan(1400);
  });

  it('archives that claim the impossible, lead out of their folder or hide more than they claim are refused', async () => {
    const uuid = '0a1b2c3d-0000-4000-8000-000000000001';
    const zeros = Buffer.alloc(10 ** 6);
    for (const archive of [
      zipOf(`${uuid}/metadata.yaml`, zeros, 2 ** 31),
      zipOf(`${uuid}/metadata.yaml`, zeros, 1000),
      zipOf('../../etc/cron.d/x', zeros, zeros.length),
      zipOf('/etc/passwd', zeros, zeros.length),
    ]) {
      const path = temporaryFile('x.qza', archive);
      for (const read of [readFeatureTable, readFasta, readSampleMetadata]) {
        expect(await codeOf(() => read(path))).toBe('FILE_MALFORMED');
      }
    }
  });

  it('a path in the data of an artifact leads nowhere', async () => {
    const path = join(temporaryFolder(), 'x.qza');
    const files = [{ name: 'nested/feature-table.biom', content: 'x' }];
    await writeArtifact(path, { type: 'FeatureTable[Frequency]', format: 'BIOMV210DirFmt', files });
    await expect(readFeatureTable(path)).rejects.toThrow('it has no data/feature-table.biom');
  });

  it('HDF5 that claims absurd sizes is refused before memory is taken', async () => {
    await ready;
    const paths = ['sample/ids', 'observation/ids', 'sample/matrix/data', 'sample/matrix/indptr'].map((huge) => {
      const path = join(temporaryFolder(), 't.biom');
      const file = new h5wasm.File(path, 'w');
      for (const group of ['sample', 'observation', 'sample/matrix']) file.create_group(group);
      const add = (name: string, data: string[] | Int32Array | Float64Array): void => {
        file.create_dataset({ name, data, maxshape: [null], chunks: [16] });
        if (name === huge) (file.get(name) as InstanceType<typeof h5wasm.Dataset>).resize([2 ** 40]);
      };
      add('sample/ids', ['s1']);
      add('observation/ids', ['f1']);
      add('sample/matrix/data', Float64Array.of(1));
      add('sample/matrix/indices', Int32Array.of(0));
      add('sample/matrix/indptr', Int32Array.of(0, 1));
      file.close();
      return path;
    });
    const { codes, peakMiB } = openedApart(...paths);
    expect(codes).toEqual(paths.map(() => 'FILE_MALFORMED'));
    expect(peakMiB).toBeLessThan(700);
  });

  it('a long line without end, and a header of a million columns, are read or refused', async () => {
    const columns = Array.from({ length: 10 ** 6 }, (_, i) => `s${i}`).join('\t');
    const table = await readFeatureTable(temporaryFile('t', `#OTU ID\t${columns}\nf1${'\t1'.repeat(10 ** 6)}\n`));
    expect(table.sampleCount).toBe(10 ** 6);
    expect(await codeOf(() => readFeatureTable(temporaryFile('t', 'a'.repeat(10 ** 7))))).toBe('FILE_MALFORMED');
    expect(await codeOf(() => parseSampleMetadata(`id\tx\n${'"'.repeat(10 ** 6)}a`, 'm'))).toBe('METADATA_MALFORMED');
    expect(await codeOf(() => readFasta(temporaryFile('f', gzipSync(`>a\n${'A'.repeat(10 ** 6)}!`))))).toBe(
      'SEQUENCE_INVALID',
    );
  });
});

/** The file of a table of one sample and two features in each format that can hold what a table may not. */
const makers: Readonly<
  Record<string, (ids: readonly string[], counts: readonly number[]) => Promise<string> | string>
> = {
  'BIOM 2.1': async ([first, second], counts) => {
    await ready;
    const path = join(temporaryFolder(), 't.biom');
    const file = new h5wasm.File(path, 'w');
    for (const group of ['sample', 'observation', 'sample/matrix']) file.create_group(group);
    file.create_dataset({ name: 'sample/ids', data: ['s1'] });
    file.create_dataset({ name: 'observation/ids', data: [first!, second!] });
    file.create_dataset({ name: 'sample/matrix/data', data: Float64Array.from(counts) });
    file.create_dataset({ name: 'sample/matrix/indices', data: Int32Array.of(0, 1) });
    file.create_dataset({ name: 'sample/matrix/indptr', data: Int32Array.of(0, 2) });
    file.close();
    return path;
  },
  'QIIME 2 artifact': async (ids, counts) => {
    const path = join(temporaryFolder(), 't.qza');
    const content = readFileSync(await makers['BIOM 2.1']!(ids, counts));
    const files = [{ name: 'feature-table.biom', content }];
    await writeArtifact(path, { type: 'FeatureTable[Frequency]', format: 'BIOMV210DirFmt', files });
    return path;
  },
  'BIOM 1.0': (ids, counts) => {
    // JSON has no NaN and no infinity; a number too large for a double is one.
    const data = counts.map((count, i) => `[${i},0,${Number.isFinite(count) ? count : '1e999'}]`).join();
    const rows = JSON.stringify(ids.map((id) => ({ id, metadata: null })));
    const shape = '"columns":[{"id":"s1","metadata":null}],"shape":[2,1],"matrix_type":"sparse"';
    return temporaryFile('t.biom', `{"rows":${rows},${shape},"data":[${data}]}`);
  },
  text: ([first, second], counts) => {
    return temporaryFile('t.tsv', `#OTU ID\ts1\n${first}\t${counts[0]}\n${second}\t${counts[1]}\n`);
  },
};

describe.each(Object.keys(makers))('a table as %s', (format) => {
  const open = async (ids: readonly string[], counts: readonly number[]) =>
    readFeatureTable(await makers[format]!(ids, counts));

  it('is read with fractions', async () => {
    expect([...(await open(['f1', 'f2'], [0.5, 3])).counts]).toEqual([0.5, 3]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])(
    'is refused with a count of %d, naming its place',
    async (count) => {
      expect(await codeOf(() => open(['f1', 'f2'], [1, count]))).toBe('TABLE_COUNT_INVALID');
      await expect(open(['f1', 'f2'], [1, count])).rejects.toThrow('for feature "f2" in sample "s1"');
    },
  );

  it('is refused with an id that stands twice', async () => {
    expect(await codeOf(() => open(['f1', 'f1'], [1, 2]))).toBe('TABLE_ID_INVALID');
    await expect(open(['f1', 'f1'], [1, 2])).rejects.toThrow('1 feature id given before (first: "f1")');
  });
});

describe('counts with fractions', () => {
  it('are refused where whole reads are needed, with sample, feature and value', () => {
    expect(() => rarefy(tableOf([[1, 2.5]]), { depth: 1, seed: 1 })).toThrow(/2\.5/);
  });

  it.each(['arrow', 'parquet'])('pass through %s, where none are needed', async (format) => {
    const path = join(temporaryFolder(), `t.${format}`);
    await writeFeatureTable(tableOf([[0.5, 2.25]]), path);
    expect([...(await readFeatureTable(path)).counts]).toEqual([0.5, 2.25]);
  });
});
