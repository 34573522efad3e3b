// The text of a file, or of the file of that kind inside a QIIME 2 artifact. Knows no format of the text.
import { decodeText, mostTextBytes, type ReadTextOptions, readUnpacked } from '../text/read-file.js';
import { openArtifact, type Qiime2Artifact, wrongArtifact } from './qiime2-artifact.js';
import { isZip } from './zip-archive.js';

/** Which artifacts hold the text. */
export interface InsideArtifact {
  /** Types that do. */
  readonly type: RegExp;
  /** What is needed, for the error of another type: `sequences`. */
  readonly wanted: string;
  /** Which of the artifact's files it is. */
  readonly fileOf: (artifact: Qiime2Artifact) => string;
}

/** A text, and whether it came out of an artifact. */
export interface TextInside {
  readonly text: string;
  readonly isInside: boolean;
}

/**
 * The text of a file, UTF-8, which may be gzip, or of the file inside if its content is an artifact.
 *
 * @throws SeqError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_TOO_LARGE`, `FILE_MALFORMED`, `FILE_FORMAT_UNKNOWN` for an
 *   artifact of another type.
 */
export async function readTextInside(
  path: string,
  { type, wanted, fileOf }: InsideArtifact,
  options: ReadTextOptions = {},
): Promise<TextInside> {
  const bytes = await readUnpacked(path, options);
  if (!isZip(bytes)) return { text: decodeText(path, bytes), isInside: false };
  const artifact = await openArtifact(path, bytes);
  if (!type.test(artifact.type)) throw wrongArtifact(path, wanted, artifact.type);
  return { text: decodeText(path, await artifact.data(fileOf(artifact), mostTextBytes)), isInside: true };
}
