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
  const lines = text.split(/\r\n|\n|\r/).map((line, i): Line => ({ text: line, number: i + 1 }));
  const { header, body } = headerAndBody(
    lines.filter(({ text }) => text.trim() !== ''),
    path,
  );
  const last = taxonomyColumn(header);
  const sampleIds = header.slice(1, last).map((cell) => detached(cell.trim()));
  const { featureIds, rests, ...entries } = entriesOf(body, sampleIds, header.length, path);
  const taxonomy = last === undefined ? undefined : rests.map(lineage);
  return buildFeatureTable({ sampleIds, featureIds, ...entries, taxonomy });
}

interface Line {
  readonly text: string;
  readonly number: number;
}

function headerAndBody(lines: readonly Line[], path: string): { header: readonly string[]; body: readonly Line[] } {
  const firstBody = lines.findIndex(({ text }) => !text.startsWith('#'));
  const headerAt = firstBody === 0 ? 0 : (firstBody === -1 ? lines.length : firstBody) - 1;
  const header = lines[headerAt]?.text.split('\t') ?? [];
  if (header.length < 2) throw malformed(path, 'it has no header with tabs between the names of samples');
  return { header: trimmedEnd(header), body: lines.slice(headerAt + 1) };
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

type Entries = Pick<FeatureTableEntries, 'samples' | 'features' | 'counts' | 'featureIds'> & {
  /** The cell behind the counts of each line; empty where there is none. */
  readonly rests: readonly string[];
};

/** Reads line by line and cell by cell: a table is mostly zeros, and a text for each of them would fill the memory. */
function entriesOf(body: readonly Line[], sampleIds: readonly string[], width: number, path: string): Entries {
  const samples: number[] = [];
  const features: number[] = [];
  const counts: number[] = [];
  const featureIds: string[] = [];
  const rests: string[] = [];
  for (const [feature, line] of body.entries()) {
    let at = endOfCell(line.text, 0);
    featureIds.push(detached(line.text.slice(0, at).trim()));
    for (const [sample, sampleId] of sampleIds.entries()) {
      if (at >= line.text.length) throw wrongWidth(path, line, width);
      const start = at + 1;
      at = endOfZero(line.text, start);
      if (at !== start) continue;
      at = endOfCell(line.text, start);
      const count = countOf(line.text.slice(start, at), line, sampleId, path);
      if (count === 0) continue;
      samples.push(sample);
      features.push(feature);
      counts.push(count);
    }
    const rest = line.text.slice(at + 1).split('\t');
    rests.push(detached(rest[0]!));
    const surplus = rest.slice(width - sampleIds.length - 1);
    if (surplus.some((cell) => cell.trim() !== '')) throw wrongWidth(path, line, width);
  }
  return {
    samples: Uint32Array.from(samples),
    features: Uint32Array.from(features),
    counts: Float64Array.from(counts),
    featureIds,
    rests,
  };
}

/** A copy that does not keep the whole file in memory, as a piece of a text does. */
function detached(text: string): string {
  return Buffer.from(text).toString();
}

const [tab, zero, point] = [0x09, 0x30, 0x2e];

/** Index of the tab behind a cell, or of the end. */
function endOfCell(text: string, start: number): number {
  const end = text.indexOf('\t', start);
  return end === -1 ? text.length : end;
}

/** As {@link endOfCell} for the cells `0` and `0.0`; the start for any other. */
function endOfZero(text: string, start: number): number {
  if (text.charCodeAt(start) !== zero) return start;
  if (text.charCodeAt(start + 1) === tab) return start + 1;
  const isLong = text.charCodeAt(start + 1) === point && text.charCodeAt(start + 2) === zero;
  return isLong && text.charCodeAt(start + 3) === tab ? start + 3 : start;
}

function countOf(text: string, line: Line, sampleId: string, path: string): number {
  const cell = text.trim();
  if (number.test(cell)) return numberOf(cell);
  throw malformed(path, `line ${line.number} has ${quoted(cell)} in sample ${quoted(sampleId)}, not a count`);
}

function wrongWidth(path: string, line: Line, width: number): SeqError {
  return malformed(path, `line ${line.number} has ${line.text.split('\t').length} cells, the header ${width}`);
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
