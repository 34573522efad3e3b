// Reads the classic text table: features as lines, samples as columns, tabs between. Knows no files.
import { dataError } from '../errors.js';
import type { SeqError } from '../native.js';
import { quoted, quotedPath } from '../text/quoted.js';
import { buildFeatureTable, type FeatureTableEntries } from './build-feature-table.js';
import type { FeatureTable } from './feature-table.js';
import { lineage } from './lineage.js';

const number = /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$|^[-+]?(nan|inf|infinity)$/i;
/** Names of a last column that holds lineages instead of counts, in small letters. */
export const taxonomyNames: ReadonlySet<string> = new Set([
  'taxonomy',
  'taxon',
  'lineage',
  'consensus lineage',
  'consensuslineage',
]);

/**
 * The feature table of a classic text. The last line that starts with `#` above the counts is the header; if there is
 * none, the first line is. A last column of the name `taxonomy` (or `taxon`, `lineage`, `Consensus Lineage`) is no sample.
 * `path` is for errors only.
 */
export function readClassicTable(text: string, path: string): FeatureTable {
  const lines = text.split(/\r\n|\n|\r/).map((line, i) => ({ cells: line.split('\t'), number: i + 1 }));
  const filled = lines.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  const { header, body } = headerAndBody(filled, path);
  const last = taxonomyColumn(header);
  const sampleIds = header.slice(1, last).map((cell) => cell.trim());
  return buildFeatureTable({
    sampleIds,
    featureIds: body.map(({ cells }) => cells[0]!.trim()),
    ...entriesOf(body, sampleIds, header.length, path),
    taxonomy: last === undefined ? undefined : body.map(({ cells }) => lineage(cells[last] ?? '')),
  });
}

interface Line {
  readonly cells: readonly string[];
  readonly number: number;
}

function headerAndBody(lines: readonly Line[], path: string): { header: readonly string[]; body: readonly Line[] } {
  const firstBody = lines.findIndex(({ cells }) => !cells[0]!.startsWith('#'));
  const headerAt = firstBody === 0 ? 0 : (firstBody === -1 ? lines.length : firstBody) - 1;
  const header = lines[headerAt];
  if (header === undefined || header.cells.length < 2) {
    throw malformed(path, 'it has no header with tabs between the names of samples');
  }
  const body = lines.slice(headerAt + 1);
  return { header: trimmedEnd(header.cells), body };
}

/** A header without the empty cells that spreadsheets leave at its end. */
function trimmedEnd(cells: readonly string[]): readonly string[] {
  const last = cells.findLastIndex((cell) => cell.trim() !== '');
  return cells.slice(0, last + 1);
}

/** Index of a last column that holds lineages instead of counts; undefined if there is none. */
function taxonomyColumn(header: readonly string[]): number | undefined {
  const last = header.length - 1;
  return last > 0 && taxonomyNames.has(header[last]!.trim().toLowerCase()) ? last : undefined;
}

function entriesOf(
  body: readonly Line[],
  sampleIds: readonly string[],
  width: number,
  path: string,
): Pick<FeatureTableEntries, 'samples' | 'features' | 'counts'> {
  const samples: number[] = [];
  const features: number[] = [];
  const counts: number[] = [];
  for (const [feature, line] of body.entries()) {
    if (line.cells.slice(width).some((cell) => cell.trim() !== '') || line.cells.length < sampleIds.length + 1) {
      throw malformed(path, `line ${line.number} has ${line.cells.length} cells, the header ${width}`);
    }
    for (const [sample, sampleId] of sampleIds.entries()) {
      const cell = line.cells[sample + 1]!.trim();
      if (!number.test(cell)) {
        throw malformed(path, `line ${line.number} has ${quoted(cell)} in sample ${quoted(sampleId)}, not a count`);
      }
      const count = numberOf(cell);
      if (count === 0) continue;
      samples.push(sample);
      features.push(feature);
      counts.push(count);
    }
  }
  return {
    samples: Uint32Array.from(samples),
    features: Uint32Array.from(features),
    counts: Float64Array.from(counts),
  };
}

function numberOf(cell: string): number {
  const value = Number(cell);
  if (!Number.isNaN(value)) return value;
  if (/nan/i.test(cell)) return Number.NaN;
  return cell.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function malformed(path: string, found: string): SeqError {
  return dataError(
    'FILE_MALFORMED',
    `${quotedPath(path)} cannot be read as a text table: ${found}. ` +
      'Needed are a header "#OTU ID", sample ids, and one line per feature with a count for each sample.',
    { details: { path } },
  );
}
