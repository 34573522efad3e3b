// The work of `aam inspect`: tells the kind of a file by its content and prints what matters about it.
import { open, readdir, stat } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { isZip, mostFileBytes, readUnpacked } from '@seq/data/files';
import type { CommandWork } from '../command.js';
import { InputError } from '../failure.js';
import { describeNpy, describeNpz, isNpy } from './inspect/describe-arrays.js';
import { describeArtifact } from './inspect/describe-artifact.js';
import { describeCheckpoint } from './inspect/describe-checkpoint.js';
import { describeHdf5 } from './inspect/describe-hdf5.js';
import { describeMatrix } from './inspect/describe-matrix.js';
import { describeMetadata } from './inspect/describe-metadata.js';
import { describeSequences } from './inspect/describe-sequences.js';
import { describeTable } from './inspect/describe-table.js';
import { describeTorch, isTorch } from './inspect/describe-torch.js';
import { describeTree } from './inspect/describe-tree.js';

/** A file as lines of `name: value`. */
export type Description = readonly (readonly [name: string, value: string | number])[];

const PREFIX_BYTES = 4096;

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(PREFIX_BYTES), 0, PREFIX_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function unpackedStart(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { finishFlush: 2 });
  } catch {
    return bytes;
  }
}

function isSafetensors(bytes: Uint8Array): boolean {
  return bytes.length > 8 && bytes[8] === 0x7b && bytes[6] === 0 && bytes[7] === 0;
}

/** Text of spreadsheets; the readers say what to do about it. */
function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** A file of bytes that no reader knows. */
function foreign(path: string): InputError {
  return new InputError(`inspect: ${JSON.stringify(path)} is a file of no kind that Seq reads. Check the path.`);
}

/** Whether bytes are those of an Arrow file or stream, or of a Parquet file. */
function isLongForm(bytes: Uint8Array): boolean {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 6));
  return start === 'ARROW1' || start.startsWith('PAR1') || start.startsWith('\u00ff\u00ff\u00ff\u00ff');
}

/** Which describer a text belongs to: a table of counts, a distance matrix or metadata. */
function describerOfText(text: string): (path: string) => Promise<Description> {
  const trimmed = text.trimStart();
  if (trimmed.startsWith('>')) return describeSequences;
  if (trimmed.startsWith('(')) return describeTree;
  if (trimmed.startsWith('{')) return describeTable;
  const [header = '', second = ''] = text.split(/\r?\n/);
  if (/^#\s?(OTU ID|Constructed from biom)/i.test(header) || /^#\s?OTU ID/i.test(second)) return describeTable;
  if (header.startsWith('\t')) return (path) => describeMatrix(path);
  return describeMetadata;
}

/** The description of a folder, which is only one if it holds the shards of a table. */
async function describeFolder(path: string): Promise<Description> {
  const isTable = (await readdir(path)).includes('manifest.json');
  if (isTable) return describeTable(path);
  throw new InputError(
    `inspect: ${JSON.stringify(path)} is a folder. Name a file in it; a table in shards has a manifest.json.`,
  );
}

/** An Arrow or Parquet file: a table in long form, or else a distance matrix. */
async function describeColumns(path: string): Promise<Description> {
  try {
    return await describeTable(path);
  } catch (error) {
    if (!(error instanceof Error && /has no column/.test(error.message))) throw error;
    return describeMatrix(path).catch(() => {
      throw error;
    });
  }
}

async function describeArchive(path: string): Promise<Description> {
  const bytes = await readUnpacked(path, { mostBytes: mostFileBytes });
  return (await describeNpz(path, bytes)) ?? describeArtifact(path, bytes);
}

/** The description of any file that Seq reads, and of tables in shards. */
async function describeFile(path: string): Promise<Description> {
  if ((await stat(path)).isDirectory()) return describeFolder(path);
  const bytes = unpackedStart(await firstBytes(path));
  if (bytes.length === 0)
    throw new InputError(`inspect: ${JSON.stringify(path)} is empty (0 bytes). Copy or export it again.`);
  if (bytes[0] === 0x89 && bytes[1] === 0x48) return describeHdf5(path);
  if (isLongForm(bytes)) return describeColumns(path);
  if (isNpy(bytes)) return describeNpy(path, bytes);
  if (isZip(bytes)) return isTorch(bytes) ? describeTorch(path) : describeArchive(path);
  if (isSafetensors(bytes)) return describeCheckpoint(path);
  if (bytes.includes(0) && !isUtf16(bytes)) throw foreign(path);
  return describerOfText(new TextDecoder().decode(bytes))(path);
}

/** Prints the description of a file. */
export const inspectFile: CommandWork = async ({ settings, terminal }) => {
  const lines = await describeFile(settings.text('file'));
  const width = Math.max(...lines.map(([name]) => name.length));
  terminal.stdout.write(lines.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join(''));
};
