// Writes one number per sample, such as Faith's PD, to a file of any format that is written.
import { quotedPath, writeArrowVectors, writeArtifact, writePlainHdf5, writeWhole, writeZip } from '@seq/data/files';
import { npyHeader, npyOfTexts } from '../arrays/npy-header.js';
import { unifracError } from '../errors.js';
import { type Delimiter, quoteCell, requireWritableIds } from '../matrix/delimited-line.js';
import { type MatrixFormat, matrixFormatOf } from '../matrix/matrix-format.js';
import type { SampleValues } from './sample-values.js';

/** Options of {@link writeAlphaDiversity}. */
export interface WriteAlphaDiversityOptions {
  /** Name of the diversity: heading of its column, and its key in `.npz` and HDF5. Default `'faith_pd'`. */
  readonly name?: string | undefined;
  /** Format of the file. Default: by its ending. */
  readonly format?: MatrixFormat | undefined;
  /** Identity of a QIIME 2 artifact, a random UUID (version 4). Default: a new one. */
  readonly uuid?: string | undefined;
  /** When the artifact or archive was made. Default: now. */
  readonly time?: Date | undefined;
  /** Ends the writing; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes one number per sample: TSV as `faithpd` writes it (`#SampleID`, then the name), CSV, a QIIME 2 artifact of type
 * `SampleData[AlphaDiversity]`, `.npy` without ids, `.npz` with `ids`, Arrow with `sample_id`, or HDF5 with `order`. Numbers in the fewest digits
 * that give them again. An existing file is replaced, at the end and at once.
 *
 * @throws SeqError `FILE_FORMAT_UNKNOWN`, `FILE_NOT_WRITTEN`, `MATRIX_INVALID` if an id has a character that the format
 *   cannot hold; `OPTION_INVALID` for a `uuid` that is none.
 */
export async function writeAlphaDiversity(
  diversity: SampleValues,
  path: string,
  options: WriteAlphaDiversityOptions = {},
): Promise<void> {
  const format = options.format ?? matrixFormatOf(path);
  if (path.toLowerCase().endsWith('.gz')) {
    const message = `writeAlphaDiversity: ${quotedPath(path)}: packed text is only read. Write .tsv.`;
    throw unifracError('FILE_FORMAT_UNKNOWN', message, { details: { path } });
  }
  const { name = 'faith_pd', uuid, time = new Date(), signal } = options;
  const { sampleIds, values } = diversity;
  const npy = (): Uint8Array => Buffer.concat([npyHeader('<f8', [values.length]), bytesOf(values)]);
  switch (format) {
    case 'tsv':
      return writeWhole(path, async (file) => file.writeFile(valuesText(diversity, '\t', ['#SampleID', name])));
    case 'csv':
      return writeWhole(path, async (file) => file.writeFile(valuesText(diversity, ',', ['sample_id', name])));
    case 'qza': {
      const files = [{ name: 'alpha-diversity.tsv', content: valuesText(diversity, '\t', ['', name]) }];
      const type = 'SampleData[AlphaDiversity]';
      return writeArtifact(path, { type, format: 'AlphaDiversityDirectoryFormat', files }, { uuid, time, signal });
    }
    case 'npy':
      return writeWhole(path, async (file) => file.writeFile(npy()));
    case 'npz': {
      const members = [
        { name: 'ids.npy', content: () => npyOfTexts(sampleIds), level: 0 },
        { name: `${name}.npy`, content: npy, level: 0 },
      ];
      return writeWhole(path, (file) => writeZip(file, members, { time, signal }));
    }
    case 'arrow': {
      const rows = { ids: sampleIds, name, width: undefined, precision: 'f64', blocks: [values] } as const;
      return writeWhole(path, (file) => writeArrowVectors(file, rows, signal));
    }
    case 'h5':
      return writeWhole(path, (file) =>
        writePlainHdf5(
          file,
          [
            { name: 'order', texts: sampleIds, length: 'variable' },
            { name, shape: [values.length], format: 'f64', values: [values] },
          ],
          { signal },
        ),
      );
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function valuesText({ sampleIds, values }: SampleValues, delimiter: Delimiter, heading: readonly string[]): string {
  requireWritableIds('writeAlphaDiversity', sampleIds, delimiter);
  const lines = sampleIds.map((id, row) => `${quoteCell(id, delimiter)}${delimiter}${values[row]}\n`);
  return `${heading.map((cell) => quoteCell(cell, delimiter)).join(delimiter)}\n${lines.join('')}`;
}
