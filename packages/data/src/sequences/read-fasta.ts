// Reads FASTA, also inside QIIME 2 artifacts. Knows nothing of tables.
import { type InsideArtifact, readTextInside } from '../archives/read-text-inside.js';
import { dataError } from '../errors.js';
import type { SeqError } from '../native.js';
import { quoted, quotedPath } from '../text/quoted.js';
import type { ReadTextOptions } from '../text/read-file.js';
import { firstForeignLetter } from './nucleotides.js';

/**
 * Sequences of a FASTA file by id, in the order of the file; the file may be gzip, or a QIIME 2 artifact (.qza)
 * `FeatureData[Sequence]`.
 *
 * An id is the first word behind `>`. Letters are kept as written. Any IUPAC nucleotide code is accepted, in either
 * case; gaps are not, since aligned sequences are not what a model reads.
 *
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_TOO_LARGE`, `FILE_MALFORMED`, `FILE_FORMAT_UNKNOWN` for an
 *   artifact of another type, `SEQUENCE_INVALID`, `SEQUENCE_ID_DUPLICATE` if one id has two different sequences.
 */
export async function readFasta(path: string, options: ReadTextOptions = {}): Promise<ReadonlyMap<string, string>> {
  const { text } = await readTextInside(path, sequencesInside, options);
  return parseFasta(text, path);
}

const sequencesInside: InsideArtifact = {
  type: /^FeatureData\[Sequence\]$/,
  wanted: 'FASTA, or an artifact FeatureData[Sequence],',
  fileOf: () => 'dna-sequences.fasta',
};

/** Sequences of a FASTA text by id; `path` is for errors only. See {@link readFasta}. */
export function parseFasta(text: string, path: string): ReadonlyMap<string, string> {
  const sequences = new Map<string, string>();
  const lines = text.split(/\r\n|\n|\r/);
  let id: string | undefined;
  let letters: string[] = [];
  const close = (): void => {
    if (id !== undefined) addRecord(sequences, id, letters.join(''), path);
  };
  for (const [i, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === '') continue;
    if (line.startsWith('>')) {
      close();
      id = line.slice(1).trim().split(/\s/, 1)[0]!;
      if (id === '') throw malformed(path, `line ${i + 1} has no id behind ">"`);
      letters = [];
    } else if (id === undefined) {
      throw malformed(path, `line ${i + 1} is ${quoted(line)}, not a header with ">"`);
    } else letters.push(line.replaceAll(/\s/g, ''));
  }
  close();
  if (sequences.size === 0) throw malformed(path, 'it holds no sequence');
  return sequences;
}

function addRecord(sequences: Map<string, string>, id: string, sequence: string, path: string): void {
  if (sequence === '') throw malformed(path, `the sequence of ${quoted(id)} is empty`);
  const foreign = firstForeignLetter(sequence);
  if (foreign !== -1) {
    const letter = String.fromCodePoint(sequence.codePointAt(foreign)!);
    throw dataError(
      'SEQUENCE_INVALID',
      `${quotedPath(path)}: the sequence of ${quoted(id)} holds ${quoted(letter)} at base ${foreign + 1}, which is no ` +
        `nucleotide code.${letter === '-' || letter === '.' ? ' Give the sequences as they were before alignment.' : ''}`,
      { details: { path, id, position: foreign + 1 } },
    );
  }
  const known = sequences.get(id);
  if (known !== undefined && known.toUpperCase() !== sequence.toUpperCase()) {
    throw dataError(
      'SEQUENCE_ID_DUPLICATE',
      `${quotedPath(path)} has two different sequences with the id ${quoted(id)}.`,
      {
        details: { path, id },
      },
    );
  }
  if (known === undefined) sequences.set(id, sequence);
}

function malformed(path: string, found: string): SeqError {
  return dataError('FILE_MALFORMED', `${quotedPath(path)} cannot be read as FASTA: ${found}.`, { details: { path } });
}
