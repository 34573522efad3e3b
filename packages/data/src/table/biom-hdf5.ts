// An open BIOM 2.x file: ids, metadata and row starts at once, counts of samples when they are asked for.
// Knows HDF5 only through Hdf5File.
import type { Hdf5Numbers } from '../hdf5/direct/direct-hdf5.js';
import { type Hdf5DataSet, Hdf5File, type OpenHdf5Options } from '../hdf5/hdf5-file.js';
import { SeqError } from '../native.js';
import { quoted } from '../text/quoted.js';
import { readFeatureTaxonomy, readIds, readSampleColumns } from './biom-hdf5-axes.js';
import { tableOfRows } from './build-feature-table.js';
import { FeatureMajorRows } from './feature-major-rows.js';
import { FeatureTable, type FeatureTableParts } from './feature-table.js';
import { areOrderedRows, type SampleRows } from './sample-rows.js';

type Axis = 'sample' | 'observation';

interface Matrix {
  readonly axis: Axis;
  readonly data: Hdf5DataSet;
  readonly indices: Hdf5DataSet;
  /** Start of each sample or feature in data and indices; ascending, from 0 to their length. */
  readonly starts: Float64Array;
}

/** Names of both axes and what the file says about them. */
export type BiomAxes = Pick<FeatureTableParts, 'sampleIds' | 'featureIds' | 'taxonomy' | 'sampleMetadata'>;

/** Options of {@link BiomHdf5.open}. */
export interface OpenBiomOptions extends OpenHdf5Options {
  /** Whether taxonomy and sample metadata are read. Default true. */
  readonly withAxisMetadata?: boolean | undefined;
}

/** An open BIOM 2.x file. Either of its two matrices is enough. */
export class BiomHdf5 implements AsyncDisposable {
  readonly #file: Hdf5File;
  readonly #matrix: Matrix;
  readonly #transposed: FeatureMajorRows;
  readonly axes: BiomAxes;

  private constructor(file: Hdf5File, axes: BiomAxes, matrix: Matrix) {
    this.#file = file;
    this.axes = axes;
    this.#matrix = matrix;
    const { sampleIds, featureIds } = axes;
    this.#transposed = new FeatureMajorRows({
      sampleIds,
      featureIds,
      starts: matrix.starts,
      samples: async ({ first, last }) => this.#minorOf(await this.#indices(first, last), sampleIds.length),
      counts: ({ first, last }) => this.#counts(first, last),
    });
  }

  static async open(path: string, options: OpenBiomOptions = {}): Promise<BiomHdf5> {
    const file = await Hdf5File.open(path, options);
    try {
      const sampleIds = await readIds(file, 'sample/ids');
      const featureIds = await readIds(file, 'observation/ids');
      const matrix = await openMatrix(file, { sample: sampleIds.length, observation: featureIds.length });
      const isWhole = options.withAxisMetadata ?? true;
      const taxonomy = isWhole ? await readFeatureTaxonomy(file, featureIds.length) : undefined;
      const sampleMetadata = isWhole ? await readSampleColumns(file, sampleIds.length) : undefined;
      return new BiomHdf5(file, { sampleIds, featureIds, taxonomy, sampleMetadata }, matrix);
    } catch (cause) {
      await file[Symbol.asyncDispose]();
      throw cause;
    }
  }

  /** Counts that the file stores; zeros among them are no entries of the table. */
  get storedCount(): number {
    return this.#matrix.starts.at(-1)!;
  }

  /** Whether the counts lie sample by sample, so that some samples can be read without the others. */
  get isSampleMajor(): boolean {
    return this.#matrix.axis === 'sample';
  }

  /** Counts of the samples from `start` to before `end`; the whole file is passed over unless it is sample-major. */
  async samples(start: number, end: number): Promise<SampleRows> {
    if (!this.isSampleMajor) return this.#transposed.samples(start, end);
    const rows = await this.#plainRows(start, end);
    return areOrderedRows(rows, this.axes.featureIds.length) ? rows : this.#sorted(rows);
  }

  /** The table of all samples. */
  async table(): Promise<FeatureTable> {
    const end = this.axes.sampleIds.length;
    if (!this.isSampleMajor) return new FeatureTable({ ...this.axes, ...(await this.samples(0, end)) });
    const rows = await this.#plainRows(0, end);
    try {
      return new FeatureTable({ ...this.axes, ...rows });
    } catch (cause) {
      // The table looks at every row anyway; only rows that it refuses are sorted, or found to be wrong for good.
      if (!(cause instanceof SeqError && ['TABLE_INVALID', 'TABLE_COUNT_INVALID'].includes(cause.code))) throw cause;
      return new FeatureTable({ ...this.axes, ...this.#sorted(rows) });
    }
  }

  /** Rows as they lie in the file, whose order is not checked. */
  async #plainRows(start: number, end: number): Promise<SampleRows> {
    const { starts } = this.#matrix;
    const counts = await this.#counts(start, end);
    const wide = await this.#indices(start, end);
    const sampleOffsets = new Uint32Array(starts.subarray(start, end + 1));
    const first = sampleOffsets[0]!;
    if (first > 0) for (let row = 0; row < sampleOffsets.length; row++) sampleOffsets[row]! -= first;
    // A negative index becomes one that is too large, so that one look at the rows finds everything.
    const isNarrow = wide instanceof Int32Array;
    const featureIndices = isNarrow ? new Uint32Array(wide.buffer) : this.#minorOf(wide, this.axes.featureIds.length);
    return { sampleIds: this.axes.sampleIds.slice(start, end), sampleOffsets, featureIndices, counts };
  }

  /** Rows in order and without zeros. */
  #sorted(rows: SampleRows): FeatureTable {
    const { featureIds } = this.axes;
    const stored = new Int32Array(rows.featureIndices.buffer as ArrayBuffer);
    return tableOfRows({ ...rows, featureIds, featureIndices: this.#minorOf(stored, featureIds.length) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
  }

  /** Count of each stored entry of some rows of the matrix. */
  async #counts(first: number, last: number): Promise<Float64Array> {
    const { data, starts } = this.#matrix;
    const found = await this.#file.numbers(data, { start: starts[first]!, end: starts[last]! });
    return found instanceof Float64Array ? found : new Float64Array(found);
  }

  /** Index on the other axis of each of these entries, as wide as in the file. */
  async #indices(first: number, last: number): Promise<Hdf5Numbers> {
    const { indices, starts } = this.#matrix;
    return this.#file.numbers(indices, { start: starts[first]!, end: starts[last]! });
  }

  #minorOf(wide: Hdf5Numbers, minorCount: number): Uint32Array {
    const minor = new Uint32Array(wide);
    for (let i = 0; i < wide.length; i++) {
      if (minor[i] === wide[i] && wide[i]! < minorCount) continue;
      throw this.#file.malformed(`${quoted(this.#matrix.indices.name)} holds ${wide[i]}, beyond its axis`);
    }
    return minor;
  }
}

async function openMatrix(file: Hdf5File, lengths: Readonly<Record<Axis, number>>): Promise<Matrix> {
  for (const axis of ['sample', 'observation'] as const) {
    const data = await file.describe(`${axis}/matrix/data`);
    const indices = await file.describe(`${axis}/matrix/indices`);
    const pointers = await file.describe(`${axis}/matrix/indptr`);
    if (data === undefined || indices === undefined || pointers === undefined) continue;
    const [counts, places, starts] = [data, indices, pointers].map(({ shape }) => (shape.length === 1 ? shape[0]! : 0));
    if (places !== counts || starts !== lengths[axis] + 1) {
      throw file.malformed(
        `${quoted(`${axis}/matrix`)} has ${counts} counts, ${places} indices and ${starts} row ` +
          `starts, which does not fit ${lengths[axis]} ${axis}s`,
      );
    }
    const found = new Float64Array(await file.numbers(pointers));
    requireStarts(file, pointers.name, found, counts!);
    return { axis, data, indices, starts: found };
  }
  throw file.malformed('it has neither "sample/matrix" nor "observation/matrix" with data, indices and indptr');
}

function requireStarts(file: Hdf5File, name: string, starts: Float64Array, storedCount: number): void {
  for (let row = 1, start = starts[0]!; row < starts.length; row++) {
    const end = starts[row]!;
    if (!(start <= end && end <= storedCount && end % 1 === 0)) {
      throw file.malformed(`${quoted(name)} is no ascending list of row starts (${end} after ${start})`);
    }
    start = end;
  }
  if (starts[0] !== 0 || starts.at(-1) !== storedCount) {
    throw file.malformed(`${quoted(name)} does not run from 0 to the ${storedCount} counts`);
  }
}
