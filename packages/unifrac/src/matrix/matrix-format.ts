// Which format a distance matrix file has, by its name. Knows no content.
import { quoted, quotedPath } from '@seq/data/files';
import { unifracError } from '../errors.js';

/** Formats of files of distances and of diversities; `npy` and most `npz` carry no sample ids. */
export type MatrixFormat = 'tsv' | 'csv' | 'npy' | 'npz' | 'h5' | 'arrow' | 'qza';

const formats: Readonly<Record<string, MatrixFormat>> = {
  '.tsv': 'tsv',
  '.txt': 'tsv',
  '.csv': 'csv',
  '.npy': 'npy',
  '.npz': 'npz',
  '.h5': 'h5',
  '.hdf5': 'h5',
  '.arrow': 'arrow',
  '.feather': 'arrow',
  '.qza': 'qza',
};

/** The format that belongs to the ending of a path; `.gz` behind it is looked through. */
export function matrixFormatOf(path: string): MatrixFormat {
  const ending = /(\.[^./\\]+)(?:\.gz)?$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  const format = formats[ending];
  if (format !== undefined) return format;
  throw unifracError(
    'FILE_FORMAT_UNKNOWN',
    `${quotedPath(path)}: the ending ${quoted(ending)} is of no known format of distance matrices. ` +
      `Known endings: ${Object.keys(formats).join(', ')}.`,
    { details: { path } },
  );
}
