// Reads BIOM 1.0: the parts of a feature table inside a JSON document, which may hold anything. Knows no files.
import { dataError } from '../errors.js';
import type { SeqError } from '../native.js';
import { nestsAtMost } from '../text/json-depth.js';
import { quotedPath } from '../text/quoted.js';
import { buildFeatureTable, type FeatureTableEntries } from './build-feature-table.js';
import type { FeatureTable } from './feature-table.js';
import { lineage } from './lineage.js';

/** BIOM needs four levels, and metadata a few more. */
const mostLevels = 100;

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The feature table of a BIOM 1.0 text, sparse or dense; `path` is for errors only. */
export function readBiomJson(text: string, path: string): FeatureTable {
  const document = new BiomDocument(text, path);
  const rows = document.axis('rows');
  const columns = document.axis('columns');
  document.requireShape(rows.length, columns.length);
  return buildFeatureTable({
    sampleIds: columns.map(({ id }) => id),
    featureIds: rows.map(({ id }) => id),
    ...document.entries(rows.length, columns.length),
    taxonomy: taxonomyOf(rows),
    sampleMetadata: columnsOf(columns),
  });
}

type Entries = Pick<FeatureTableEntries, 'samples' | 'features' | 'counts'>;

interface AxisEntry {
  readonly id: string;
  readonly metadata: Json | undefined;
}

class BiomDocument {
  readonly #path: string;
  readonly #content: Json;

  constructor(text: string, path: string) {
    this.#path = path;
    if (!nestsAtMost(text, mostLevels)) throw this.#malformed(`its JSON nests deeper than ${mostLevels} levels`);
    let content: unknown;
    try {
      content = JSON.parse(text);
    } catch (cause) {
      throw this.#malformed(`its JSON breaks off or is wrong (${(cause as Error).message.slice(0, 120)})`, cause);
    }
    if (!isObject(content)) throw this.#malformed('its JSON is no object');
    this.#content = content;
  }

  axis(name: 'rows' | 'columns'): readonly AxisEntry[] {
    const entries = this.#content[name];
    if (!Array.isArray(entries)) throw this.#malformed(`it has no list "${name}"`);
    return entries.map((entry: unknown, i) => {
      const { id, metadata } = isObject(entry) ? entry : {};
      if (typeof id !== 'string' && typeof id !== 'number') throw this.#malformed(`${name} entry ${i + 1} has no id`);
      return { id: String(id), metadata: isObject(metadata) ? metadata : undefined };
    });
  }

  requireShape(rowCount: number, columnCount: number): void {
    const { shape } = this.#content;
    const fits = Array.isArray(shape) && shape.length === 2 && shape[0] === rowCount && shape[1] === columnCount;
    if (fits) return;
    throw this.#malformed(
      `its shape is ${JSON.stringify(shape)?.slice(0, 60)}, but it names ${rowCount} rows and ${columnCount} columns`,
    );
  }

  entries(rowCount: number, columnCount: number): Entries {
    const { data, matrix_type: matrixType } = this.#content;
    if (!Array.isArray(data)) throw this.#malformed('it has no list "data"');
    if (matrixType === 'dense') return this.#dense(data, rowCount, columnCount);
    if (matrixType === 'sparse') return this.#sparse(data, rowCount, columnCount);
    throw this.#malformed(`its matrix_type is ${JSON.stringify(matrixType)?.slice(0, 60)}, not "sparse" or "dense"`);
  }

  #sparse(data: readonly unknown[], rowCount: number, columnCount: number): Entries {
    const features = new Uint32Array(data.length);
    const samples = new Uint32Array(data.length);
    const counts = new Float64Array(data.length);
    for (const [i, entry] of data.entries()) {
      const [row, column, count] = Array.isArray(entry) && entry.length === 3 ? (entry as unknown[]) : [];
      if (!isIndex(row, rowCount) || !isIndex(column, columnCount) || typeof count !== 'number') {
        throw this.#malformed(`data entry ${i + 1} is ${shown(entry)}, not [row, column, count] inside the shape`);
      }
      features[i] = row;
      samples[i] = column;
      counts[i] = count;
    }
    return { samples, features, counts };
  }

  #dense(data: readonly unknown[], rowCount: number, columnCount: number): Entries {
    if (data.length !== rowCount) throw this.#malformed(`its data have ${data.length} rows instead of ${rowCount}`);
    const short = data.findIndex((values) => !Array.isArray(values) || values.length !== columnCount);
    if (short !== -1) throw this.#malformed(`data row ${short + 1} is no list of ${columnCount} counts`);
    const values = (data as readonly (readonly unknown[])[]).flat();
    const wrong = values.findIndex((count) => typeof count !== 'number');
    if (wrong !== -1) {
      const [row, column] = [Math.floor(wrong / columnCount) + 1, (wrong % columnCount) + 1];
      throw this.#malformed(`data row ${row} holds ${shown(values[wrong])} in column ${column}, not a number`);
    }
    const entryCount = values.length;
    const counts = Float64Array.from(values as number[]);
    return {
      features: Uint32Array.from({ length: entryCount }, (_, i) => Math.floor(i / columnCount)),
      samples: Uint32Array.from({ length: entryCount }, (_, i) => i % columnCount),
      counts,
    };
  }

  #malformed(found: string, cause?: unknown): SeqError {
    return dataError(
      'FILE_MALFORMED',
      `${quotedPath(this.#path)} cannot be read as BIOM 1.0 (JSON): ${found}. Export the table again.`,
      { details: { path: this.#path }, cause },
    );
  }
}

const isIndex = (value: unknown, length: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < length;

function shown(value: unknown): string {
  const kind = Array.isArray(value) ? `a list of ${value.length}` : typeof value;
  return typeof value === 'number' || value === null ? String(value) : kind;
}

function taxonomyOf(rows: readonly AxisEntry[]): readonly (readonly string[])[] | undefined {
  if (!rows.some(({ metadata }) => metadata?.taxonomy !== undefined)) return undefined;
  return rows.map(({ metadata }) => {
    const taxonomy = metadata?.taxonomy;
    if (Array.isArray(taxonomy)) return taxonomy.map(String).filter((rank) => rank !== '');
    return typeof taxonomy === 'string' ? lineage(taxonomy) : [];
  });
}

function columnsOf(columns: readonly AxisEntry[]): ReadonlyMap<string, readonly (string | null)[]> | undefined {
  const names = new Set(columns.flatMap(({ metadata }) => Object.keys(metadata ?? {})));
  if (names.size === 0) return undefined;
  return new Map(
    [...names].map((name) => [
      name,
      columns.map(({ metadata }) => textOf(metadata && Object.hasOwn(metadata, name) ? metadata[name] : null)),
    ]),
  );
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
