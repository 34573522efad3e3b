// Writes QIIME 2 artifacts (.qza): the layout around the data, checksums, and where they come from. Knows no data format.
import { createHash, randomUUID } from 'node:crypto';
import { dataError } from '../errors.js';
import { quoted } from '../text/quoted.js';
import { writeWhole } from '../text/write-whole.js';
import { type FileContent, writeZip, type ZipMember } from './write-zip.js';

/** A file in the `data/` folder of an artifact. */
export interface ArtifactFile {
  /** Path inside `data/`, with `/` between folders, as the format demands it: `distance-matrix.tsv`. */
  readonly name: string;
  /** Read once, while it is written; so a large file can be made piece by piece. */
  readonly content: FileContent;
}

/** What an artifact is to hold. */
export interface ArtifactContent {
  /** Semantic type, such as `DistanceMatrix` or `FeatureTable[Frequency]`. */
  readonly type: string;
  /** Directory format of that type, such as `DistanceMatrixDirectoryFormat`. */
  readonly format: string;
  /** The data, at least one file. */
  readonly files: readonly ArtifactFile[];
}

/** Options of {@link writeArtifact}. */
export interface WriteArtifactOptions {
  /** Identity of the artifact, a random UUID (version 4). Default: a new one. */
  readonly uuid?: string | undefined;
  /** When it was made. Default: now. */
  readonly time?: Date | undefined;
  /** Ends the writing; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

/** Release of QIIME 2 whose layout is followed; every later one reads it. */
const framework = '2022.11.1';

const randomUuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const plainName = /^[A-Za-z][\w[\]{}(),|%'. -]*$/;

/**
 * Writes a QIIME 2 artifact of archive version 5: `VERSION`, `metadata.yaml`, `data/`, `provenance/` and `checksums.md5` in
 * one folder that is named by the UUID. The provenance says that the data were imported, with a checksum for each file. An
 * existing file is replaced, at the end and at once.
 *
 * The same content, UUID and time give the same bytes on one platform and version of Node.js, whose deflate packs them.
 *
 * @throws SeqError `OPTION_INVALID` if the UUID, type, format or the name of a file cannot stand in an artifact,
 *   `FILE_NOT_WRITTEN`.
 * @see https://dev.qiime2.org/latest/storing-data/archive/
 */
export async function writeArtifact(
  path: string,
  content: ArtifactContent,
  { uuid = randomUUID(), time = new Date(), signal }: WriteArtifactOptions = {},
): Promise<void> {
  requireWritable(content, uuid);
  const { type, format, files } = content;
  const version = `QIIME 2\narchive: 5\nframework: ${framework}\n`;
  const metadata = `uuid: ${uuid}\ntype: ${type}\nformat: ${format}\n`;
  const checksums = new Map<string, string>();
  const listed = (name: string, give: () => FileContent): ZipMember => ({
    name: `${uuid}/${name}`,
    content: () => withChecksum(give(), (checksum) => checksums.set(name, checksum)),
  });
  const members = [
    listed('VERSION', () => version),
    listed('metadata.yaml', () => metadata),
    ...files.map((file) => listed(`data/${file.name}`, () => file.content)),
    listed('provenance/VERSION', () => version),
    listed('provenance/metadata.yaml', () => metadata),
    listed('provenance/citations.bib', () => ''),
    listed('provenance/action/action.yaml', () => actionOf(uuid, time, format, files, checksums)),
    { name: `${uuid}/checksums.md5`, content: () => checksumLines(checksums) },
  ];
  await writeWhole(path, (file) => writeZip(file, members, { time, signal }));
}

async function* withChecksum(
  content: FileContent,
  found: (checksum: string) => void,
): AsyncGenerator<string | Uint8Array> {
  const hash = createHash('md5');
  const parts = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  for await (const part of parts) {
    hash.update(part);
    yield part;
  }
  found(hash.digest('hex'));
}

/** As `md5sum` writes them. */
function checksumLines(checksums: ReadonlyMap<string, string>): string {
  const lines = [...checksums].map(([name, checksum]) => `${checksum}  ${name}\n`);
  return lines.join('');
}

/** How the artifact came to be: an import of files, with their checksums. */
function actionOf(
  uuid: string,
  time: Date,
  format: string,
  files: readonly ArtifactFile[],
  checksums: ReadonlyMap<string, string>,
): string {
  const stamp = time.toISOString().replace('Z', '000+00:00');
  const manifest = files.flatMap(({ name }) => [
    `    -   name: ${yamlText(name)}`,
    `        md5sum: ${yamlText(checksums.get(`data/${name}`)!)}`,
  ]);
  const lines = [
    'execution:',
    `    uuid: ${derivedUuid(uuid)}`,
    '    runtime:',
    `        start: ${stamp}`,
    `        end: ${stamp}`,
    '        duration: 0 microseconds',
    '',
    'action:',
    '    type: import',
    `    format: ${format}`,
    '    manifest:',
    ...manifest,
    '',
    'environment:',
    `    platform: ${process.platform}-${process.arch}`,
    '    python: |-',
    '        none, written by @seq/data',
    '    framework:',
    `        version: ${framework}`,
    '        website: https://qiime2.org',
    '    plugins: {}',
    '    python-packages: {}',
  ];
  return `${lines.join('\n')}\n`;
}

/** A text as YAML reads it in double quotes, which is as JSON writes it. */
function yamlText(text: string): string {
  return JSON.stringify(text);
}

/** A second UUID that belongs to the first: the import needs one of its own. */
function derivedUuid(uuid: string): string {
  const digits = createHash('sha256').update(`import of ${uuid}`).digest('hex');
  const variant = '89ab'[Number.parseInt(digits[16]!, 16) % 4]!;
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-');
}

function requireWritable({ type, format, files }: ArtifactContent, uuid: string): void {
  const refuse = (found: string): never => {
    throw dataError('OPTION_INVALID', `writeArtifact: ${found}`);
  };
  if (!randomUuid.test(uuid)) refuse(`${quoted(uuid)} is no random UUID (version 4, lower case).`);
  for (const name of [type, format]) {
    if (!plainName.test(name)) refuse(`${quoted(name)} is no name of a type or format of QIIME 2.`);
  }
  if (files.length === 0) refuse('there is no file. An artifact holds at least one.');
  const names = new Set(files.map(({ name }) => name));
  if (names.size !== files.length) refuse('two files have the same name. Names in an artifact are unique.');
  const isPlain = (name: string): boolean =>
    !/[\\:\p{Cc}]/u.test(name) && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  const odd = [...names].find((name) => !isPlain(name));
  if (odd !== undefined) refuse(`the file name ${quoted(odd)} leads out of the archive or cannot stand in one.`);
}
