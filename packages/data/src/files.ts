/**
 * Reading and writing of whole files and archives, and the words of reports: what the readers of this package share with
 * `@seq/unifrac`. Errors carry the codes `FILE_…` of {@link DataErrorCode}.
 *
 * @packageDocumentation
 */

export { openArtifact, type Qiime2Artifact, wrongArtifact } from './archives/qiime2-artifact.js';
export {
  type ArtifactContent,
  type ArtifactFile,
  type WriteArtifactOptions,
  writeArtifact,
} from './archives/write-artifact.js';
export { type FileContent, type WriteZipOptions, writeZip, type ZipMember } from './archives/write-zip.js';
export { isZip, ZipArchive } from './archives/zip-archive.js';
export {
  type ReadArrowVectorsOptions,
  type ReadVectorRows,
  readArrowVectors,
} from './arrow/read-arrow-vectors.js';
export { type VectorRows, writeArrowVectors } from './arrow/write-arrow-vectors.js';
export type { DataErrorCode } from './errors.js';
export {
  type Hdf5DataSet,
  type Hdf5Description,
  Hdf5File,
  type OpenHdf5Options,
  type RowRange,
} from './hdf5/hdf5-file.js';
export type {
  PlainDataSet,
  PlainNumberFormat,
  PlainNumberSet,
  PlainNumbers,
  PlainTextSet,
} from './hdf5/plain/plain-data-set.js';
export { type WritePlainHdf5Options, writePlainHdf5 } from './hdf5/plain/write-plain-hdf5.js';
export { likelyMismatch, type MismatchedIds } from './matching/mismatch-hint.js';
export { tabCell } from './metadata/excel-tab.js';
export { counted, firstFew, grouped, quoted, quotedPath } from './text/quoted.js';
export {
  fileError,
  mostFileBytes,
  type ReadTextOptions,
  type ReadUnpackedOptions,
  readStart,
  readText,
  readUnpacked,
} from './text/read-file.js';
export { writeWhole } from './text/write-whole.js';
