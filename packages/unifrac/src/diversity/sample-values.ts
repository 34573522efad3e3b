// One number per sample, and its text form. Knows no file.
import { firstFew, quoted } from '@seq/data/files';
import { unifracError } from '../errors.js';
import { type Delimiter, splitLine } from '../matrix/delimited-line.js';

/** One number for each of some samples. */
export interface SampleValues {
  /** Names of the samples, unique. */
  readonly sampleIds: readonly string[];
  /** In the order of the ids. */
  readonly values: Float64Array;
}

/** The values of a text: a header, then a line per sample with its id first and its value second. */
export function parseSampleValues(name: string, bytes: Uint8Array, delimiter: Delimiter): SampleValues {
  const lines = textOf(name, bytes)
    .split(/\r?\n/)
    .filter((line) => line !== '');
  if (lines.length === 0) throw malformed(name, 'it is empty');
  const rows = lines.slice(1).map((line) => rowOf(name, line, delimiter));
  const seen = new Set<string>();
  const repeated = rows.filter(({ id }) => seen.has(id) || !seen.add(id)).map(({ id }) => id);
  if (repeated.length > 0) throw malformed(name, `it repeats sample ids (first: ${firstFew(repeated, 3)})`);
  return { sampleIds: rows.map(({ id }) => id), values: Float64Array.from(rows, ({ value }) => value) };
}

function rowOf(name: string, line: string, delimiter: Delimiter): { id: string; value: number } {
  const [id = '', text = '', ...more] = splitLine(line, delimiter) ?? [];
  const value = Number(text);
  if (id === '' || text.trim() === '' || !Number.isFinite(value) || more.some((cell) => cell !== '')) {
    throw malformed(name, `the line ${quoted(line)} is no sample id with one number`);
  }
  return { id, value };
}

function textOf(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed(name, 'it is no UTF-8 text');
  }
}

function malformed(name: string, found: string): Error {
  const message = `${quoted(name)} cannot be read as one number per sample: ${found}.`;
  return unifracError('FILE_MALFORMED', message, { details: { path: name } });
}
