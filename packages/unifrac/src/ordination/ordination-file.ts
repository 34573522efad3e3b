// Ordinations in files. Knows not how they were found.
import {
  isZip,
  openArtifact,
  quotedPath,
  readUnpacked,
  writeArtifact,
  writeWhole,
  wrongArtifact,
} from '@seq/data/files';
import { unifracError } from '../errors.js';
import { type Ordination, requireOrdination } from './ordination.js';
import { ordinationTable, ordinationText, parseOrdination } from './ordination-text.js';

/** Formats of files of ordinations. */
export type OrdinationFormat =
  /** Text of scikit-bio's `OrdinationResults`, which Emperor reads. */
  | 'txt'
  /** A table with the columns `sample-id`, `PC1`, `PC2`, ... and the eigenvalues in comments. */
  | 'tsv'
  /** A QIIME 2 artifact of type `PCoAResults`. */
  | 'qza';

/** Options of {@link writeOrdination}. */
export interface WriteOrdinationOptions {
  /** Format of the file. Default: by its ending. */
  readonly format?: OrdinationFormat | undefined;
  /** Identity of a QIIME 2 artifact, a random UUID (version 4). Default: a new one. */
  readonly uuid?: string | undefined;
  /** When the artifact was made. Default: now. */
  readonly time?: Date | undefined;
}

/** Options of {@link readOrdination}. */
export interface ReadOrdinationOptions {
  /** Ends the reading; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

const artifactType = 'PCoAResults';
const artifactFile = 'ordination.txt';

/** The format that belongs to the ending of a path. */
function ordinationFormatOf(path: string): OrdinationFormat {
  const ending = /\.(txt|tsv|qza)$/i.exec(path)?.[1]?.toLowerCase();
  if (ending !== undefined) return ending as OrdinationFormat;
  const message = `${quotedPath(path)}: the ending is of no known format of ordinations. Known endings: .txt, .tsv, .qza.`;
  throw unifracError('FILE_FORMAT_UNKNOWN', message, { details: { path } });
}

/**
 * Writes an ordination: `.txt` as scikit-bio (for Emperor), `.tsv` as a table, `.qza` as a QIIME 2 artifact, numbers in the fewest
 * digits that give them again. An existing file is replaced, at the end and at once.
 *
 * @throws SeqError `ORDINATION_INVALID` if its parts do not fit together or an id cannot stand in such a file,
 *   `FILE_FORMAT_UNKNOWN`, `FILE_NOT_WRITTEN`, `OPTION_INVALID` for a `uuid` that is none.
 * @see https://scikit.bio/docs/latest/generated/skbio.io.format.ordination.html
 */
export async function writeOrdination(
  ordination: Ordination,
  path: string,
  { format = ordinationFormatOf(path), uuid, time }: WriteOrdinationOptions = {},
): Promise<void> {
  requireOrdination('writeOrdination', ordination);
  const text = format === 'tsv' ? ordinationTable(ordination) : ordinationText(ordination);
  if (format !== 'qza') return writeWhole(path, (file) => file.writeFile(text));
  const content = {
    type: artifactType,
    format: 'OrdinationDirectoryFormat',
    files: [{ name: artifactFile, content: text }],
  };
  return writeArtifact(path, content, { uuid, time });
}

/**
 * The ordination of a file as {@link writeOrdination}, scikit-bio or QIIME 2 write it, recognised by its content; gzip is
 * looked through. Of the format of scikit-bio, eigenvalues, proportions and samples are taken; species and constraints are not.
 *
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_MALFORMED`, `FILE_FORMAT_UNKNOWN` for an artifact of another type.
 */
export async function readOrdination(path: string, { signal }: ReadOrdinationOptions = {}): Promise<Ordination> {
  const bytes = await readUnpacked(path, { signal });
  if (!isZip(bytes)) return parseOrdination(path, textOf(path, bytes));
  const artifact = await openArtifact(path, bytes);
  if (artifact.type !== artifactType) throw wrongArtifact(path, `a ${artifactType}`, artifact.type);
  return parseOrdination(path, textOf(path, await artifact.data(artifactFile)));
}

function textOf(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const message = `${quotedPath(path)} cannot be read as an ordination: it is no UTF-8 text.`;
    throw unifracError('FILE_MALFORMED', message, { details: { path }, cause });
  }
}
