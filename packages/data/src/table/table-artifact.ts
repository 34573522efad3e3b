// Feature tables inside QIIME 2 artifacts: which type they bear, and the BIOM file in them. Knows neither ZIP nor HDF5.
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArtifact, wrongArtifact } from '../archives/qiime2-artifact.js';
import { writeArtifact } from '../archives/write-artifact.js';
import { dataError } from '../errors.js';
import type { OpenHdf5Options } from '../hdf5/hdf5-file.js';
import { SeqError } from '../native.js';
import { quoted, quotedPath } from '../text/quoted.js';
import { mostFileBytes, readUnpacked } from '../text/read-file.js';
import type { FeatureTable } from './feature-table.js';
import { writeBiomHdf5 } from './write-biom-hdf5.js';

/** What the counts of a table in an artifact are: read counts, shares of a sample that sum to 1, or ones for presence. */
export type TableContents = 'Frequency' | 'RelativeFrequency' | 'PresenceAbsence';

/** Options of {@link writeTableArtifact}. */
export interface WriteTableArtifactOptions {
  /** Default: `RelativeFrequency` if every sample with reads sums to 1, otherwise `Frequency`. */
  readonly contents?: TableContents | undefined;
  /** Ends the writing; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

const tableName = 'feature-table.biom';
const sumTolerance = 1e-6;

/** The BIOM file of an artifact, unpacked into a temporary folder, which is removed when this is disposed of. */
export interface UnpackedTable extends AsyncDisposable {
  readonly biomPath: string;
  /** What `work` on that file gives; an error that names the file names the artifact instead. */
  within<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Unpacks the BIOM file of an artifact `FeatureTable[...]`. */
export async function unpackTableArtifact(path: string, { signal }: OpenHdf5Options = {}): Promise<UnpackedTable> {
  const artifact = await openArtifact(path, await readUnpacked(path, { mostBytes: mostFileBytes, signal }));
  if (!artifact.type.startsWith('FeatureTable[')) throw wrongArtifact(path, 'a feature table', artifact.type);
  const folder = await temporaryFolder();
  const biomPath = join(folder, tableName);
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await artifact.extract(tableName, biomPath, signal);
  } catch (cause) {
    await remove();
    throw cause;
  }
  return {
    biomPath,
    within: async (work) => {
      try {
        return await work();
      } catch (cause) {
        throw cause instanceof SeqError ? insideArtifact(path, biomPath, cause) : cause;
      }
    },
    [Symbol.asyncDispose]: remove,
  };
}

/**
 * The feature table of an artifact `FeatureTable[...]`.
 *
 * @param read - reads a BIOM file.
 */
export async function readTableArtifact(
  path: string,
  read: (biomPath: string) => Promise<FeatureTable>,
  options: OpenHdf5Options = {},
): Promise<FeatureTable> {
  await using unpacked = await unpackTableArtifact(path, options);
  return await unpacked.within(() => read(unpacked.biomPath));
}

/** The error of the file inside, as one of the artifact. */
function insideArtifact(path: string, biomPath: string, { code, message, details }: SeqError): Error {
  const told = message.replaceAll(quotedPath(biomPath), `${quotedPath(path)} (its data/${tableName})`);
  return dataError(code as Parameters<typeof dataError>[0], told, { details: { ...details, path } });
}

/** Writes a table as artifact, which QIIME 2 reads. */
export async function writeTableArtifact(
  table: FeatureTable,
  path: string,
  { contents = contentsOf(table), signal }: WriteTableArtifactOptions = {},
): Promise<void> {
  requireContents(table, contents);
  await inTemporaryFolder(async (folder) => {
    const biomPath = join(folder, tableName);
    await writeBiomHdf5(table, biomPath, { signal });
    await writeArtifact(
      path,
      {
        type: `FeatureTable[${contents}]`,
        format: 'BIOMV210DirFmt',
        files: [{ name: tableName, content: createReadStream(biomPath) }],
      },
      { signal },
    );
  });
}

async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'seq-artifact-'));
}

async function inTemporaryFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await temporaryFolder();
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function contentsOf(table: FeatureTable): TableContents {
  return firstUnevenSample(table) === -1 ? 'RelativeFrequency' : 'Frequency';
}

/** Row of the first sample with reads that do not sum to 1; -1 if there is none. */
function firstUnevenSample({ sampleCount, sampleOffsets, counts }: FeatureTable): number {
  for (let row = 0; row < sampleCount; row++) {
    const [start, end] = [sampleOffsets[row]!, sampleOffsets[row + 1]!];
    let sum = 0;
    for (let entry = start; entry < end; entry++) sum += counts[entry]!;
    if (start < end && !(Math.abs(sum - 1) <= sumTolerance)) return row;
  }
  return -1;
}

function requireContents(table: FeatureTable, contents: TableContents): void {
  if (contents === 'PresenceAbsence') {
    const wrong = table.counts.find((count) => count !== 1);
    if (wrong !== undefined) throw wrongContents(contents, `a count is ${wrong}, and only 1 stands for presence`);
  }
  if (contents === 'RelativeFrequency') {
    const row = firstUnevenSample(table);
    if (row !== -1) throw wrongContents(contents, `sample ${quoted(table.sampleIds[row]!)} does not sum to 1`);
  }
}

function wrongContents(contents: TableContents, found: string): Error {
  return dataError(
    'OPTION_INVALID',
    `writeFeatureTable: contents ${contents} was asked for, but ${found}. ` +
      'Transform the table first, or leave the contents out.',
  );
}
