// Reads sample metadata files by the rules of QIIME 2. Knows nothing of tables or targets.
import { type InsideArtifact, readTextInside } from '../archives/read-text-inside.js';
import { dataError } from '../errors.js';
import type { SeqError } from '../native.js';
import { quoted, quotedPath } from '../text/quoted.js';
import type { ReadTextOptions } from '../text/read-file.js';
import { type Delimiter, QuotingError, type TabRow, tabRows } from './excel-tab.js';
import { isMissing, type MissingScheme, missingSchemeOf } from './missing-values.js';
import { parseNumber } from './parse-number.js';
import { type MetadataColumn, SampleMetadata } from './sample-metadata.js';

/** Options of {@link readSampleMetadata}. */
export interface ReadSampleMetadataOptions extends ReadTextOptions {
  /**
   * Words that count as missing beside the empty cell, in columns for which the file declares no `#q2:missing`. Default:
   * {@link defaultMissingWords}; `[]` is QIIME 2's own rule.
   */
  readonly missingWords?: readonly string[] | undefined;
}

/** What pandas, R and spreadsheets write where a value is missing. */
export const defaultMissingWords: readonly string[] = [
  'NA',
  'N/A',
  'n/a',
  '#N/A',
  '<NA>',
  'NaN',
  'nan',
  'NULL',
  'null',
];

/**
 * Sample metadata from a file with tabs or commas, which may be gzip, or from a QIIME 2 artifact (.qza) that can be viewed as
 * metadata: `SampleData[...]` of diversities and predictions, `FeatureData[Taxonomy | Importance]`, `ImmutableMetadata`.
 * By QIIME 2's rules: the id column is known by its header, lines that start with `#`
 * are comments, `#q2:types` and `#q2:missing` may follow the header, cells are trimmed, short lines are filled up.
 *
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_TOO_LARGE`, `FILE_MALFORMED`, `FILE_FORMAT_UNKNOWN` for an
 *   artifact of another type, `METADATA_MALFORMED` with the line, `METADATA_ID_DUPLICATE`.
 * @remarks Beyond QIIME 2, commas are taken for tabs if the header has no tab, and the header `sample_id` is known too, in any place, and `NA`, `nan` and the like are missing
 *   values (see the options). Ids are never turned into numbers.
 * @see https://docs.qiime2.org/2024.10/tutorials/metadata/
 */
export async function readSampleMetadata(
  path: string,
  options: ReadSampleMetadataOptions = {},
): Promise<SampleMetadata> {
  const { text, isInside } = await readTextInside(path, metadataInside, options);
  // Artifacts leave the header of the ids empty, which in a file would be a mistake.
  return parseSampleMetadata(isInside ? text.replace(/^(?=\t)/, 'id') : text, path, options);
}

const metadataInside: InsideArtifact = {
  type: /^(SampleData\[.*\]|FeatureData\[(Taxonomy|Importance)\]|ImmutableMetadata)$/,
  wanted: 'metadata',
  // Of sequences in SampleData[...] there is no such file, which is then the error.
  fileOf: ({ files }) => files.find((name) => name.endsWith('.tsv') && !name.includes('/')) ?? 'metadata.tsv',
};

/** Sample metadata of a text; `path` is for errors only. See {@link readSampleMetadata}. */
export function parseSampleMetadata(
  text: string,
  path: string,
  { missingWords = defaultMissingWords }: ReadSampleMetadataOptions = {},
): SampleMetadata {
  try {
    const sheet = sheetOf(text);
    const words = new Set(missingWords);
    return new SampleMetadata(
      sheet.sampleIds,
      sheet.columnNames.map((name, i) => columnOf(sheet, name, i, words)),
    );
  } catch (cause) {
    if (cause instanceof QuotingError || cause instanceof SheetError) throw malformed(path, cause.message, cause);
    throw cause;
  }
}

class SheetError extends Error {}

function malformed(path: string, found: string, cause: unknown): SeqError {
  return dataError(
    'METADATA_MALFORMED',
    `${quotedPath(path)} cannot be read as sample metadata: ${found}. ` +
      'Needed is tab-separated text (UTF-8) with a header whose first column is "sample-id".',
    { details: { path }, cause },
  );
}

const anyCaseIdHeaders = new Set([
  'id',
  'sampleid',
  'sample id',
  'sample-id',
  'featureid',
  'feature id',
  'feature-id',
  'sample_id',
]);
const exactIdHeaders = new Set(['#SampleID', '#Sample ID', '#OTUID', '#OTU ID', 'sample_name']);

const isIdHeader = (cell: string): boolean => exactIdHeaders.has(cell) || anyCaseIdHeaders.has(cell.toLowerCase());

interface Sheet {
  readonly sampleIds: readonly string[];
  readonly columnNames: readonly string[];
  /** Cells without the id, one row per sample. */
  readonly rows: readonly (readonly string[])[];
  readonly lines: readonly number[];
  readonly types: readonly string[] | undefined;
  readonly missing: readonly string[] | undefined;
}

function sheetOf(text: string): Sheet {
  const rows = filledRows(text, delimiterOf(text));
  const headerAt = rows.findIndex(({ cells }) => isIdHeader(cells[0]!) || !cells[0]!.startsWith('#'));
  const header = rows[headerAt];
  requireNoDirective(headerAt === -1 ? rows : rows.slice(0, headerAt));
  if (header === undefined) throw new SheetError('it has no header');
  const width = header.cells.findLastIndex((cell) => cell !== '') + 1;
  const names = header.cells.slice(0, width);
  const idColumn = idColumnOf(names);
  requireColumnNames(names, idColumn);
  const { directives, body } = bodyOf(rows.slice(headerAt + 1));
  if (body.length === 0) throw new SheetError('it has no samples below the header');
  const aligned = body.map((row) => filledUp(row, width));
  const withoutId = (cells: readonly string[]): readonly string[] => cells.filter((_, i) => i !== idColumn);
  const sampleIds = aligned.map((cells, i) => idOf(cells[idColumn]!, body[i]!));
  const directive = (name: string): readonly string[] | undefined => {
    const row = directives.get(name);
    return row && withoutId(filledUp(row, width));
  };
  return {
    sampleIds,
    columnNames: withoutId(names),
    rows: aligned.map(withoutId),
    lines: body.map(({ line }) => line),
    types: directive('#q2:types'),
    missing: directive('#q2:missing'),
  };
}

/** A comma if the header has no tab, and its first cell before a comma is one that ids have. */
function delimiterOf(text: string): Delimiter {
  for (const [line] of text.matchAll(/^.*$/gm)) {
    if (line.trim() === '') continue;
    const first = line.split(',', 1)[0]!.replaceAll('"', '').trim();
    const isHeader = line.includes(',') && !line.includes('\t') && isIdHeader(first);
    if (isHeader || !line.startsWith('#')) return isHeader ? ',' : '\t';
  }
  return '\t';
}

function filledRows(text: string, delimiter: Delimiter): readonly TabRow[] {
  const rows: TabRow[] = [];
  for (const { cells, line } of tabRows(text, delimiter)) {
    const trimmed = cells.map((cell) => cell.trim());
    if (trimmed.some((cell) => cell !== '')) rows.push({ cells: trimmed, line });
  }
  return rows;
}

function idColumnOf(names: readonly string[]): number {
  if (isIdHeader(names[0]!)) return 0;
  const elsewhere = names.indexOf('sample_id');
  if (elsewhere !== -1) return elsewhere;
  const shown = names.slice(0, 10).map(quoted).join(', ');
  throw new SheetError(
    `no column of ids was found (columns: ${shown}); the header may have another name, hidden characters, or another ` +
      'sign than tabs or commas between cells',
  );
}

function requireColumnNames(names: readonly string[], idColumn: number): void {
  for (const [i, name] of names.entries()) {
    if (name === '') throw new SheetError(`column ${i + 1} has no name`);
    if (names.indexOf(name) !== i) throw new SheetError(`two columns have the name ${quoted(name)}`);
    if (i !== idColumn && isIdHeader(name)) {
      throw new SheetError(`column ${i + 1} has the name ${quoted(name)}, which only the column of ids may have`);
    }
  }
}

function requireNoDirective(rows: readonly TabRow[]): void {
  const found = rows.find(({ cells }) => cells[0]!.startsWith('#q2:'));
  if (found === undefined) return;
  throw new SheetError(`line ${found.line} has ${quoted(found.cells[0]!)}, which must follow the header`);
}

function bodyOf(rows: readonly TabRow[]): { directives: ReadonlyMap<string, TabRow>; body: readonly TabRow[] } {
  const directives = new Map<string, TabRow>();
  const body: TabRow[] = [];
  let directivesAllowed = true;
  for (const row of rows) {
    const first = row.cells[0]!;
    if (first.startsWith('#q2:')) {
      if (!directivesAllowed) requireNoDirective([row]);
      if (first !== '#q2:types' && first !== '#q2:missing') {
        throw new SheetError(`line ${row.line} has the unknown directive ${quoted(first)}`);
      }
      if (directives.has(first)) throw new SheetError(`line ${row.line} has ${quoted(first)} a second time`);
      directives.set(first, row);
    } else {
      directivesAllowed = false;
      if (!first.startsWith('#')) body.push(row);
    }
  }
  return { directives, body };
}

function filledUp({ cells, line }: TabRow, width: number): readonly string[] {
  const surplus = cells.slice(width).find((cell) => cell !== '');
  if (surplus !== undefined) {
    throw new SheetError(
      `line ${line} has ${cells.length} cells where the header has ${width} (surplus: ${quoted(surplus)})`,
    );
  }
  return Array.from({ length: width }, (_, i) => cells[i] ?? '');
}

function idOf(cell: string, { line }: TabRow): string {
  if (cell === '') throw new SheetError(`line ${line} has no sample id`);
  if (isIdHeader(cell)) {
    throw new SheetError(`line ${line} has the sample id ${quoted(cell)}, which only the header may have`);
  }
  return cell;
}

function columnOf(sheet: Sheet, name: string, i: number, words: ReadonlySet<string>): MetadataColumn {
  const scheme = declaredScheme(sheet.missing?.[i] ?? '', name);
  const values = sheet.rows.map((cells, row) => {
    const cell = cells[i]!;
    if (!isMissing(cell, scheme, words)) return cell;
    if (scheme !== 'no-missing') return null;
    throw new SheetError(
      `line ${sheet.lines[row]} has no value in column ${quoted(name)}, which is declared "no-missing"`,
    );
  });
  return { name, type: typeOf(sheet, name, i, values), values };
}

function declaredScheme(cell: string, name: string): MissingScheme | undefined {
  if (cell === '') return undefined;
  const scheme = missingSchemeOf(cell);
  if (scheme === undefined) {
    throw new SheetError(
      `#q2:missing of column ${quoted(name)} is ${quoted(cell)}, not blank, no-missing or INSDC:missing`,
    );
  }
  return scheme;
}

function typeOf(sheet: Sheet, name: string, i: number, values: readonly (string | null)[]): MetadataColumn['type'] {
  const declared = (sheet.types?.[i] ?? '').toLowerCase();
  if (declared === 'categorical') return 'categorical';
  const wrong = values.findIndex((value) => value !== null && parseNumber(value) === undefined);
  if (declared === 'numeric' && wrong !== -1) {
    throw new SheetError(
      `line ${sheet.lines[wrong]} has ${quoted(values[wrong]!)} in column ${quoted(name)}, which is declared numeric`,
    );
  }
  if (declared !== 'numeric' && declared !== '') {
    throw new SheetError(`#q2:types of column ${quoted(name)} is ${quoted(declared)}, not numeric or categorical`);
  }
  return wrong === -1 ? 'numeric' : 'categorical';
}
