// Files of sample ids, one per line, so that a split can be kept and used again.
import { dataError } from '../errors.js';
import { counted, firstFew, quotedPath } from '../text/quoted.js';
import { type ReadTextOptions, readText } from '../text/read-file.js';
import { writeWhole } from '../text/write-whole.js';
import { requireDistinctIds } from './sample-split.js';

/**
 * Writes sample ids, one per line. The file appears whole under its name or not at all; an existing one is replaced.
 *
 * @throws SeqError `TABLE_ID_INVALID` for an id that is empty, given twice or has a line break, `FILE_NOT_WRITTEN`
 */
export async function writeSampleIds(path: string, sampleIds: readonly string[]): Promise<void> {
  requireDistinctIds('writeSampleIds', sampleIds);
  const unwritable = sampleIds.filter((id) => id === '' || /[\r\n]/.test(id) || id.startsWith('\ufeff'));
  if (unwritable.length > 0) {
    throw dataError(
      'TABLE_ID_INVALID',
      `writeSampleIds: ${counted(unwritable.length, 'sample id')} empty or with a line break (first: ${firstFew(unwritable)}). Rename these samples.`,
    );
  }
  await writeWhole(path, (file) => file.writeFile(sampleIds.map((id) => `${id}\n`).join('')));
}

/**
 * Sample ids of a file with one per line. Empty lines are skipped; ids are taken as they are written.
 *
 * @throws SeqError `TABLE_ID_INVALID` for an id that stands twice, and those of reading a text file: `FILE_NOT_FOUND`,
 *   `FILE_UNREADABLE`, `FILE_TOO_LARGE`, `FILE_MALFORMED`
 */
export async function readSampleIds(path: string, options: ReadTextOptions = {}): Promise<string[]> {
  const text = await readText(path, options);
  const sampleIds = text.split(/\r\n|\r|\n/).filter((line) => line !== '');
  requireDistinctIds(`readSampleIds: ${quotedPath(path)}`, sampleIds);
  return sampleIds;
}
