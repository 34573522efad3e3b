// Writes sequences as FASTA or as QIIME 2 artifact. Knows nothing of tables.
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { writeArtifact } from '../archives/write-artifact.js';
import { dataError } from '../errors.js';
import { counted, quoted } from '../text/quoted.js';
import type { ReadTextOptions } from '../text/read-file.js';
import { writeWhole } from '../text/write-whole.js';
import { firstForeignLetter } from './nucleotides.js';

const recordsPerPiece = 1024;

/**
 * Writes sequences by id as FASTA, one line each, packed with gzip if the name ends with `.gz`; with `.qza` as QIIME 2 artifact
 * `FeatureData[Sequence]`. `readFasta` gives them back in their order.
 *
 * @param path - final name; its folder exists, an existing file is replaced.
 * @throws SeqError `SEQUENCE_INVALID` for an id with blanks or without letters, and for a sequence that is empty or holds
 *   anything but IUPAC nucleotide codes; `FILE_NOT_WRITTEN`.
 */
export async function writeFasta(
  sequences: ReadonlyMap<string, string>,
  path: string,
  { signal }: ReadTextOptions = {},
): Promise<void> {
  requireRecords(sequences);
  if (/\.qza$/i.test(path)) {
    const files = [{ name: 'dna-sequences.fasta', content: pieces(sequences) }];
    const content = { type: 'FeatureData[Sequence]', format: 'DNASequencesDirectoryFormat', files };
    await writeArtifact(path, content, { signal });
    return;
  }
  await writeWhole(path, async (file) => {
    const write = async (parts: AsyncIterable<string | Uint8Array>): Promise<void> => {
      for await (const part of parts) await file.writeFile(part);
    };
    const options = signal === undefined ? {} : { signal };
    if (/\.gz$/i.test(path)) await pipeline(pieces(sequences), createGzip(), write, options);
    else await pipeline(pieces(sequences), write, options);
  });
}

function requireRecords(sequences: ReadonlyMap<string, string>): void {
  const wrong = [...sequences].filter(
    ([id, sequence]) => id === '' || /\s/.test(id) || sequence === '' || firstForeignLetter(sequence) !== -1,
  );
  if (wrong.length === 0 && sequences.size > 0) return;
  const found =
    sequences.size === 0
      ? 'there are no sequences'
      : `${counted(wrong.length, 'record')} of ${sequences.size} cannot stand in FASTA (first: ${quoted(wrong[0]![0])} ` +
        `with ${quoted(wrong[0]![1])})`;
  throw dataError(
    'SEQUENCE_INVALID',
    `writeFasta: ${found}. Needed are ids without blanks, and sequences of nucleotide codes.`,
    { details: { count: wrong.length } },
  );
}

function* pieces(sequences: ReadonlyMap<string, string>): Generator<string> {
  let records: string[] = [];
  for (const [id, sequence] of sequences) {
    records.push(`>${id}\n${sequence}\n`);
    if (records.length < recordsPerPiece) continue;
    yield records.join('');
    records = [];
  }
  yield records.join('');
}
