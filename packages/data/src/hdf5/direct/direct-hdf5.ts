// Reads HDF5 without the library: what the common writers of BIOM files use, and nothing else. Anything unknown or odd is
// BeyondDirectReading, and then the library is asked. Knows nothing of tables.
import { endianness } from 'node:os';
import { type DistinctTexts, numberTexts } from '../distinct-texts.js';
import { requireDirect } from './beyond-direct-reading.js';
import { type DirectDataSet, readDataSet } from './data-set.js';
import type { ElementType } from './element-type.js';
import { FileBytes } from './file-bytes.js';
import { readLinks, rootAddress } from './group-links.js';
import { readManyChunks, readRows } from './read-rows.js';
import { readTexts, type TextRun } from './read-texts.js';
import { textOf } from './text-collections.js';
import { loadSoon } from './unpack-chunks.js';

/** Numbers of a data set, as wide as they lie in the file; 64-bit integers as doubles. */
export type Hdf5Numbers =
  | Float64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** An open HDF5 file, read directly. Every method may throw `BeyondDirectReading`, or whatever damage leads to. */
export class DirectHdf5 {
  readonly #bytes: FileBytes;
  readonly #root: number;
  readonly #links = new Map<number, ReadonlyMap<string, number> | undefined>();
  readonly #dataSets = new Map<string, DirectDataSet | undefined>();

  private constructor(bytes: FileBytes, root: number) {
    this.#bytes = bytes;
    this.#root = root;
  }

  static async open(path: string): Promise<DirectHdf5> {
    requireDirect(endianness() === 'LE', 'a processor with the other order of bytes');
    const bytes = await FileBytes.open(path);
    bytes.fetchSoon();
    loadSoon(bytes);
    try {
      return new DirectHdf5(bytes, await rootAddress(bytes));
    } catch (cause) {
      await bytes.close();
      throw cause;
    }
  }

  /** Names in a group, in their order in the file; undefined if there is no such group. */
  async names(group: string): Promise<readonly string[] | undefined> {
    const address = await this.#find(group);
    const links = address === undefined ? undefined : await this.#linksOf(address);
    return links && [...links.keys()];
  }

  /** Kind and shape of a data set; undefined if there is none of this name. */
  async describe(name: string): Promise<{ kind: ElementType['kind']; shape: readonly number[] } | undefined> {
    const data = await this.#dataSet(name);
    return data && { kind: data.type.kind, shape: data.shape };
  }

  async #dataSet(name: string): Promise<DirectDataSet | undefined> {
    if (this.#dataSets.has(name)) return this.#dataSets.get(name);
    const address = await this.#find(name);
    const data = address === undefined ? undefined : await readDataSet(this.#bytes, address);
    this.#dataSets.set(name, data);
    return data;
  }

  /** Some elements of a one-dimensional data set of numbers. */
  async numbers(name: string, start: number, end: number): Promise<Hdf5Numbers> {
    const data = await this.#dataSet(name);
    requireDirect(data?.type.kind === 'numbers', 'no numbers');
    const { format } = data.type;
    const isWide = format === 'int64' || format === 'uint64';
    const unpacked = await readManyChunks(this.#bytes, data, { start, end }, isWide ? format : undefined);
    if (unpacked !== undefined) return new arrayOf[isWide ? 'float64' : format](unpacked);
    const rows = await readRows(this.#bytes, data, start, end);
    switch (format) {
      case 'int64':
        return doublesOf(new Uint32Array(rows), new Int32Array(rows));
      case 'uint64':
        return doublesOf(new Uint32Array(rows), new Uint32Array(rows));
      default:
        return new arrayOf[format](rows);
    }
  }

  /** The texts of some rows, row by row. */
  async texts(name: string, start: number, end: number): Promise<readonly string[]> {
    const data = await this.#textSet(name);
    const runs: TextRun[] = [];
    await readTexts(this.#bytes, data, { start, end }, (run) => {
      runs.push({ ...run, texts: textsOf(run) });
    });
    return textsInPlace(runs, (end - start) * (data.shape[1] ?? 1));
  }

  /** The same texts, each distinct one once. */
  async distinctTexts(name: string, start: number, end: number): Promise<DistinctTexts> {
    const data = await this.#textSet(name);
    const numbers = new Map<string, number>();
    const indices = new Uint32Array((end - start) * (data.shape[1] ?? 1));
    let isPlain = true;
    await readTexts(this.#bytes, data, { start, end }, (run) => {
      isPlain &&= run.areAscii;
      numberTexts(run, numbers, indices);
    });
    return { values: Array.from(numbers.keys(), (letters) => textOf(letters, isPlain)), indices };
  }

  async #textSet(name: string): Promise<DirectDataSet> {
    const data = await this.#dataSet(name);
    requireDirect(data?.type.kind === 'texts', 'no texts');
    return data;
  }

  async close(): Promise<void> {
    await this.#bytes.close();
  }

  async #find(path: string): Promise<number | undefined> {
    let address = this.#root;
    for (const name of path.split('/')) {
      if (name === '') continue;
      const next = (await this.#linksOf(address))?.get(name);
      if (next === undefined) return undefined;
      address = next;
    }
    return address;
  }

  async #linksOf(group: number): Promise<ReadonlyMap<string, number> | undefined> {
    if (!this.#links.has(group)) this.#links.set(group, await readLinks(this.#bytes, group));
    return this.#links.get(group);
  }
}

const arrayOf = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Runs that are put together at once. */
const mostRuns = 2 ** 12;

/** The texts of a run, decoded where they are more than their letters. */
function textsOf({ texts, areAscii, mayHaveNul }: TextRun): readonly string[] {
  return areAscii && !mayHaveNul ? texts : texts.map((letters) => textOf(letters, areAscii));
}

/** The texts of runs that fill so many places. */
function textsInPlace(runs: readonly TextRun[], count: number): readonly string[] {
  let next = 0;
  const areInOrder = runs.every(({ texts, first, step }) => {
    const isNext = first === next && step === 1;
    next += texts.length;
    return isNext;
  });
  if (areInOrder && runs.length === 1) return runs[0]!.texts;
  if (areInOrder && runs.length <= mostRuns) return ([] as string[]).concat(...runs.map(({ texts }) => texts));
  const all = new Array<string>(count);
  for (const { texts, first, step } of runs) {
    for (let i = 0, place = first; i < texts.length; i++, place += step) all[place] = texts[i]!;
  }
  return all;
}

/** 64-bit integers as doubles; exact up to 2^53. `high` holds the upper words at odd places. */
function doublesOf(low: Uint32Array, high: Int32Array | Uint32Array): Float64Array<ArrayBuffer> {
  const values = new Float64Array(low.length / 2);
  for (let i = 0; i < values.length; i++) values[i] = high[2 * i + 1]! * 2 ** 32 + low[2 * i]!;
  return values;
}
