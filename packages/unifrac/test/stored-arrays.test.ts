import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateRawSync } from 'node:zlib';
import { writePlainHdf5, writeWhole } from '@seq/data/files';
import { describe, expect, it } from 'vitest';
import { openTree, readAlphaDiversity, readDistanceMatrix, readReferenceDistances } from '../src/index.js';

const vectors = (path: string): string =>
  fileURLToPath(new URL(`../../../conformance/08_data/${path}`, import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'seq-unifrac-arrays-'));

async function written(name: string, bytes: Uint8Array): Promise<string> {
  await writeFile(join(folder, name), bytes);
  return join(folder, name);
}

/** An .npy file as NumPy writes it, from a header and raw bytes. */
function npy(header: string, data: Uint8Array, version = 1): Buffer {
  const text = Buffer.from(`${header}\n`, 'latin1');
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(text.length);
  else length.writeUInt32LE(text.length);
  return Buffer.concat([Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0]), length, text, data]);
}

const described = (descr: string, shape: string, fortran = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (${shape}), }`;

/** A ZIP archive of one packed member; `damage` may change its bytes. */
function zip(name: string, content: Uint8Array, damage: (bytes: Buffer) => void = () => {}): Buffer {
  const packed = deflateRawSync(content);
  const fields = (...sizes: readonly (readonly [number, 2 | 4])[]): Buffer =>
    Buffer.concat(
      sizes.map(([value, size]) => {
        const field = Buffer.alloc(size);
        if (size === 2) field.writeUInt16LE(value);
        else field.writeUInt32LE(value);
        return field;
      }),
    );
  const shared = fields(
    [8, 2],
    [0, 2],
    [0, 2],
    [crc32(content), 4],
    [packed.length, 4],
    [content.length, 4],
    [name.length, 2],
  );
  const local = Buffer.concat([
    fields([0x04034b50, 4], [20, 2], [0, 2]),
    shared,
    fields([0, 2]),
    Buffer.from(name),
    packed,
  ]);
  const entry = Buffer.concat([
    fields([0x02014b50, 4], [20, 2], [20, 2], [0, 2]),
    shared,
    fields([0, 2], [0, 2], [0, 2], [0, 2], [0, 4], [0, 4]),
    Buffer.from(name),
  ]);
  const end = fields([0x06054b50, 4], [0, 2], [0, 2], [1, 2], [1, 2], [entry.length, 4], [local.length, 4], [0, 2]);
  const bytes = Buffer.concat([local, entry, end]);
  damage(bytes);
  return bytes;
}

interface Entry {
  readonly file?: string;
  readonly requested_ids: readonly string[];
  readonly format_hint: string;
  readonly reference: {
    readonly error?: string;
    readonly ids: readonly string[];
    readonly values: readonly (number | readonly number[])[];
  };
}

describe('stored matrices of the conformance set', async () => {
  const { entries } = JSON.parse(await readFile(vectors('matrices/expected.json'), 'utf8')) as {
    entries: readonly Entry[];
  };
  const readable = entries.filter(({ file = '' }) => file !== '');
  it.each(readable.map((entry) => [`${entry.file}, ${entry.format_hint}`, entry] as const))('%s', async (_, entry) => {
    const path = vectors(`matrices/${entry.file}`);
    const sampleIds = entry.requested_ids;
    const { error, ids, values } = entry.reference;
    const read = {
      pairwise: async () => {
        const missingSamples = (ids ?? sampleIds).length < sampleIds.length ? 'drop' : 'error';
        const matrix = await readDistanceMatrix(path, { sampleIds, missingSamples });
        return { sampleIds: matrix.ids, values: [...matrix.toSquare()] };
      },
      stripe: async () => {
        const { distances, ...block } = await readReferenceDistances(path, { sampleIds });
        expect(block.referenceCount).toBe(3);
        return { sampleIds: block.sampleIds, values: [...distances] };
      },
      faith_pd: async () => {
        const diversity = await readAlphaDiversity(path, { sampleIds });
        return { sampleIds: diversity.sampleIds, values: [...diversity.values] };
      },
    }[entry.format_hint]!;
    if (error !== undefined) await expect(read()).rejects.toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/) });
    else expect(await read()).toEqual({ sampleIds: ids ?? sampleIds, values: values.flat() });
  });
});

describe('QIIME 2 artifacts', () => {
  it('give their matrix, diversity and tree', async () => {
    const matrix = await readDistanceMatrix(vectors('qza/distance-matrix.qza'));
    expect([matrix.ids, matrix.get(0, 1), matrix.get(2, 3)]).toEqual([['L1', 'L2', 'L3', 'L4'], 0.625908, 0.431406]);
    const diversity = await readAlphaDiversity(vectors('qza/alpha-diversity.qza'), { sampleIds: ['L3', 'L1'] });
    expect([...diversity.values]).toEqual([5.091148, 3.093113]);
    using tree = await openTree(vectors('qza/rooted-tree.qza'));
    expect(tree.tipNames).toHaveLength(6);
  });

  it('of another type, or that are none, are refused', async () => {
    await expect(readDistanceMatrix(vectors('qza/table.qza'))).rejects.toThrowError(/FeatureTable\[Frequency\]/);
    await expect(readAlphaDiversity(vectors('qza/distance-matrix.qza'))).rejects.toMatchObject({
      code: 'FILE_FORMAT_UNKNOWN',
    });
    await expect(openTree(vectors('qza/rep-seqs.qza'))).rejects.toMatchObject({ code: 'FILE_FORMAT_UNKNOWN' });
    await expect(openTree(vectors('qza/not_an_artifact.qza'))).rejects.toThrowError(/no QIIME 2 artifact/);
    const whole = await readFile(vectors('qza/distance-matrix.qza'));
    const cut = await written('cut.qza', whole.subarray(0, whole.length - 30));
    await expect(readDistanceMatrix(cut)).rejects.toThrowError(/its directory is damaged or cut off/);
  });
});

describe('.npy files', () => {
  const floats = Float64Array.of(0, 1, 1, 0);
  const ids = { sampleIds: ['a', 'b'] };
  const bytesOf = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer);

  it('are read in every width, byte order and version', async () => {
    const swapped = Buffer.from(bytesOf(floats)).swap64();
    const files = [
      npy(described('<f8', '2, 2'), bytesOf(floats)),
      npy(described('>f8', '2, 2'), swapped),
      npy(described('<f4', '2, 2'), bytesOf(Float32Array.from(floats)), 2),
      npy(described('|u1', '2, 2'), Uint8Array.from(floats), 3),
      npy(described('<i8', '2, 2'), bytesOf(BigInt64Array.of(0n, 1n, 1n, 0n))),
    ];
    for (const file of files) {
      const matrix = await readDistanceMatrix(await written('m.npy', file), ids);
      expect([...matrix.condensed]).toEqual([1]);
    }
  });

  it('in column order are turned', async () => {
    const columns = npy(described('<f8', '2, 3', 'True'), bytesOf(Float64Array.of(1, 4, 2, 5, 3, 6)));
    const block = await readReferenceDistances(await written('c.npy', columns), ids);
    expect([block.referenceCount, ...block.distances]).toEqual([3, 1, 2, 3, 4, 5, 6]);
  });

  it('of Python objects, cut off, or of the wrong shape are refused', async () => {
    const refused = async (file: Uint8Array, reason: RegExp): Promise<void> =>
      expect(readDistanceMatrix(await written('bad.npy', file), ids)).rejects.toThrowError(reason);
    await refused(npy(described('|O', '2, 2'), bytesOf(floats)), /elements are 'O', not real numbers/);
    await refused(
      npy("{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (4,), }", bytesOf(floats)),
      /not real/,
    );
    await refused(npy(described('<f8', '2, 2'), bytesOf(floats).subarray(1)), /2 x 2 does not fill the 31 bytes/);
    await refused(npy(described('<f8', '4,'), bytesOf(floats)), /array of 4, not a square/);
    await refused(npy(described('<f8', '2, 2'), bytesOf(Float64Array.of(0, 1, 2, 0))), /in one triangle/);
    await refused(npy(described('<f8', '99999999, 99999999'), bytesOf(floats)), /does not fill/);
    await refused(new Uint8Array(4), /does not begin like one/);
    await expect(
      readDistanceMatrix(await written('n.npy', npy(described('<f8', '2, 2'), bytesOf(floats)))),
    ).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
  });
});

describe('.npz files', () => {
  const array = npy(described('<f8', '2, 2'), new Uint8Array(Float64Array.of(0, 1, 1, 0).buffer));
  const read = async (bytes: Uint8Array): Promise<number[]> => [
    ...(await readDistanceMatrix(await written('z.npz', bytes), { sampleIds: ['a', 'b'] })).condensed,
  ];

  it('are read packed, and refused when damaged', async () => {
    expect(await read(zip('distances.npy', array))).toEqual([1]);
    await expect(
      read(zip('distances.npy', array, (bytes) => bytes.writeUInt8(bytes.readUInt8(50) ^ 1, 50))),
    ).rejects.toMatchObject({
      code: 'FILE_MALFORMED',
    });
    const claims = (bytes: Buffer): void => void bytes.writeUInt32LE(0xffff_fff0, bytes.length - 22 - 46 - 13 + 24);
    await expect(read(zip('distances.npy', array, claims))).rejects.toThrowError(/claims 4294967280 bytes/);
    await expect(read(zip('readme.txt', array))).rejects.toThrowError(/holds 0 arrays/);
  });
});

describe('HDF5 files with several arrays', () => {
  const sets = {
    distances: [2, 2, [0, 1, 1, 0]],
    stripe_distances: [2, 2, [0, 2, 2, 0]],
    faith_pd: [2, 1, [3, 4]],
    matrix: [2, 2, [0, 5, 5, 0]],
  } as const;

  it('are read by the names of the reference, in its order', async () => {
    const names = Object.keys(sets) as (keyof typeof sets)[];
    const found: number[][] = [];
    for (const [at, name] of names.entries()) {
      const path = join(folder, 'several.h5');
      const numbers = names.slice(at).map((set) => ({
        name: set,
        shape: sets[set].slice(0, 2) as number[],
        format: 'f64' as const,
        values: [Float64Array.from(sets[set][2])],
      }));
      await writeWhole(path, (file) => writePlainHdf5(file, numbers.toReversed()));
      const sampleIds = ['a', 'b'];
      if (name === 'faith_pd') found.push([...(await readAlphaDiversity(path, { sampleIds })).values]);
      else found.push([...(await readDistanceMatrix(path, { sampleIds })).condensed]);
    }
    expect(found).toEqual([[1], [2], [3, 4], [5]]);
  });

  it('are refused with more ids than rows, and with more than one number per sample', async () => {
    const path = join(folder, 'ids.h5');
    const numbers = (shape: readonly number[]) =>
      ({ name: 'matrix', shape, format: 'f64', values: [Float64Array.of(0, 1, 1, 0)] }) as const;
    const order = { name: 'order', texts: ['a', 'b', 'c'], length: 'variable' } as const;
    await writeWhole(path, (file) => writePlainHdf5(file, [order, numbers([2, 2])]));
    await expect(readDistanceMatrix(path)).rejects.toMatchObject({ code: 'FILE_MALFORMED' });
    await expect(readDistanceMatrix(path)).rejects.toThrow('has 2 rows and 3 ids');
    await writeWhole(path, (file) => writePlainHdf5(file, [numbers([2, 2])]));
    const wide = readAlphaDiversity(path, { sampleIds: ['a', 'b'] });
    await expect(wide).rejects.toThrow('holds an array of 2 x 2, not one number per sample');
  });
});

describe('readAlphaDiversity', () => {
  it('reads text with ids and refuses what is none', async () => {
    const text = async (name: string, content: string): Promise<string> => written(name, Buffer.from(content));
    const read = await readAlphaDiversity(await text('pd.tsv', '#SampleID\tfaith_pd\nb\t2\na\t1.5\n'));
    expect([read.sampleIds, ...read.values]).toEqual([['b', 'a'], 2, 1.5]);
    await expect(readAlphaDiversity(await text('x.tsv', 'id\tpd\na\tx\n'))).rejects.toThrowError(
      /is no sample id with one number/,
    );
    await expect(readAlphaDiversity(await text('x.tsv', 'id\tpd\na\t1\na\t2\n'))).rejects.toThrowError(
      /repeats sample ids/,
    );
    await expect(readAlphaDiversity(await text('x.tsv', ''))).rejects.toThrowError(/is empty/);
    const missing = readAlphaDiversity(await text('x.tsv', 'id\tpd\na\t1\n'), { sampleIds: ['a', 'q'] });
    await expect(missing).rejects.toThrowError(/1 of 2 samples are not in the file \(first: "q"\)/);
  });
});
