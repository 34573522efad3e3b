// The work of `aam unifrac-merge`: parts in, one matrix out.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mergeDistanceParts } from '@seq/unifrac';
import type { CommandWork } from '../../command.js';
import { InputError } from '../../failure.js';
import { matrixEndings, outputWithEnding } from './output-format.js';
import { writeMatrix } from './write-matrix.js';

/** Joins the parts and writes the matrix. */
export const mergeParts: CommandWork = async (context) => {
  const { settings, progress, signal } = context;
  outputWithEnding(settings, matrixEndings);
  const paths = await partPaths(settings.textsOrUnset('parts') ?? []);
  progress.note(`${paths.length} parts`);
  await writeMatrix(context, await mergeDistanceParts(paths, { signal }));
};

/** Files as given; a single folder stands for the HDF5 files in it. */
async function partPaths(given: readonly string[]): Promise<readonly string[]> {
  const [folder] = given;
  const isFolder = given.length === 1 && (await stat(folder!).catch(() => undefined))?.isDirectory() === true;
  if (!isFolder) return given;
  const names = (await readdir(folder!)).filter((name) => /\.(h5|hdf5)$/i.test(name)).sort();
  if (names.length > 0) return names.map((name) => join(folder!, name));
  throw new InputError(`--parts: the folder ${JSON.stringify(folder)} has no .h5 files. Name the files of the parts.`);
}
