// Writes sample metadata as QIIME 2 and readers of plain tab-separated text take them.
import { dataError } from '../errors.js';
import { quoted, quotedPath } from '../text/quoted.js';
import { writeWhole } from '../text/write-whole.js';
import { tabCell } from './excel-tab.js';
import { parseNumber } from './parse-number.js';
import { defaultMissingWords, parseSampleMetadata } from './read-sample-metadata.js';
import type { MetadataColumn, SampleMetadata } from './sample-metadata.js';

/**
 * Writes sample metadata as tab-separated text by QIIME 2's rules: the header `sample-id` and the names of the columns, then one
 * line per sample; a missing value is an empty cell. Directives follow the header only where the text alone would be
 * read as something else: `#q2:types` for texts that look like numbers, `#q2:missing` for texts such as `NA`.
 *
 * The file appears whole under its name or not at all; an existing one is replaced.
 *
 * @throws SeqError `METADATA_MALFORMED` for metadata that the format cannot hold, such as an id that starts with `#`, or blanks
 *   around a value; `FILE_NOT_WRITTEN`
 */
export async function writeSampleMetadata(path: string, metadata: SampleMetadata): Promise<void> {
  const text = formatSampleMetadata(metadata);
  requireSame(path, metadata, parseBack(path, text));
  await writeWhole(path, (file) => file.writeFile(text));
}

function formatSampleMetadata({ sampleIds, columns }: SampleMetadata): string {
  const all = [...columns.values()];
  const types = all.map((column) => (looksOtherwise(column) ? column.type : ''));
  const words = new Set(defaultMissingWords);
  const missing = all.map(({ values }) => (values.some((value) => words.has(value ?? '')) ? 'blank' : ''));
  const lines = [['sample-id', ...all.map(({ name }) => name)]];
  if (types.some((type) => type !== '')) lines.push(['#q2:types', ...types]);
  if (missing.some((scheme) => scheme !== '')) lines.push(['#q2:missing', ...missing]);
  sampleIds.forEach((id, row) => {
    lines.push([id, ...all.map(({ values }) => values[row] ?? '')]);
  });
  return lines.map((cells) => `${cells.map(tabCell).join('\t')}\n`).join('');
}

/** Whether the type of a column is not the one that its values have. */
function looksOtherwise({ type, values }: MetadataColumn): boolean {
  const isNumeric = values.every((value) => value === null || parseNumber(value) !== undefined);
  return isNumeric !== (type === 'numeric');
}

function parseBack(path: string, text: string): SampleMetadata {
  try {
    return parseSampleMetadata(text, path);
  } catch (cause) {
    throw unwritable(path, (cause as Error).message, cause);
  }
}

/** What was written is read as what it was; otherwise the first difference is named. */
function requireSame(path: string, metadata: SampleMetadata, read: SampleMetadata): void {
  const id = metadata.sampleIds.find((wanted, row) => read.sampleIds[row] !== wanted);
  if (id !== undefined) throw unwritable(path, `the sample id ${quoted(id)} would be read as something else`);
  const names = [...read.columns.keys()];
  for (const [i, { name, values, type }] of [...metadata.columns.values()].entries()) {
    const again = read.columns.get(name);
    if (again === undefined || names[i] !== name)
      throw unwritable(path, `the column name ${quoted(name)} would be read as something else`);
    const row = values.findIndex((value, r) => (value === '' ? null : value) !== again.values[r]);
    if (row !== -1) {
      const whose = `column ${quoted(name)} of sample ${quoted(metadata.sampleIds[row]!)}`;
      throw unwritable(path, `${quoted(values[row]!)} in ${whose} would be read as something else`);
    }
    if (again.type !== type) throw unwritable(path, `column ${quoted(name)} would be read as ${again.type}`);
  }
}

function unwritable(path: string, problem: string, cause?: unknown): Error {
  return dataError(
    'METADATA_MALFORMED',
    `writeSampleMetadata: ${quotedPath(path)} cannot be written: ${problem}. Ids and names must not be empty, start with "#", be a ` +
      'word for ids, or have blanks around them; neither may values.',
    { details: { path }, cause },
  );
}
