// Opens a QIIME 2 artifact (.qza): what it holds, and its data files. Knows no data format.
import { dataError } from '../errors.js';
import { quoted, quotedPath } from '../text/quoted.js';
import { ZipArchive } from './zip-archive.js';

/** An opened artifact. */
export interface Qiime2Artifact {
  /** Semantic type without properties, such as `DistanceMatrix` or `Phylogeny[Rooted]`. */
  readonly type: string;
  /** Identity of the artifact: the name of its top folder. */
  readonly uuid: string;
  /** How the data are laid out, such as `BIOMV210DirFmt`; empty if the artifact does not say it. */
  readonly format: string;
  /** Paths of the files in its `data/` folder. */
  readonly files: readonly string[];
  /**
   * Bytes of a file in its `data/` folder, at most `mostBytes`.
   *
   * @throws SeqError `FILE_MALFORMED` if there is none or it is damaged, `FILE_TOO_LARGE`.
   */
  data(name: string, mostBytes?: number): Promise<Uint8Array>;
  /** Unpacks a file of its `data/` folder into a new file; errors as for `data`. */
  extract(name: string, target: string, signal?: AbortSignal): Promise<void>;
}

const mostMetadataBytes = 2 ** 20;

/**
 * The artifact of a file: a ZIP archive with one top folder, named by its UUID, that holds `VERSION`, `metadata.yaml` and
 * `data/`.
 *
 * @throws SeqError `FILE_MALFORMED` if it is no artifact or lacks a file.
 */
export async function openArtifact(path: string, bytes: Uint8Array): Promise<Qiime2Artifact> {
  const archive = await ZipArchive.open(path, bytes);
  const uuid = archive.names[0]?.split('/')[0] ?? '';
  const metadata = await archive.read(`${uuid}/metadata.yaml`, mostMetadataBytes);
  const isWhole =
    archive.names.every((name) => name.startsWith(`${uuid}/`)) && archive.names.includes(`${uuid}/VERSION`);
  if (archive.names.includes('[Content_Types].xml')) {
    throw malformed(path, 'it is an Office document. Save its sheet as tab-separated text (UTF-8)');
  }
  if (metadata === undefined || !isWhole) {
    throw malformed(path, 'it is a ZIP archive without VERSION and metadata.yaml in one top folder');
  }
  const text = new TextDecoder().decode(metadata);
  // As in: type: DistanceMatrix % Properties('phylogenetic')
  const type = metadataValue(text, 'type').replace(/\s*%.*$/, '');
  if (type === '') throw malformed(path, 'its metadata.yaml names no type');
  const folder = `${uuid}/data/`;
  const absent = (name: string): Error => malformed(path, `it has no data/${name}`);
  return {
    type,
    uuid,
    format: metadataValue(text, 'format'),
    files: archive.names.flatMap((name) =>
      name.startsWith(folder) && !name.endsWith('/') ? [name.slice(folder.length)] : [],
    ),
    data: async (name, mostBytes) => {
      const content = await archive.read(folder + name, mostBytes);
      if (content === undefined) throw absent(name);
      return content;
    },
    extract: async (name, target, signal) => {
      if (!(await archive.extract(folder + name, target, signal))) throw absent(name);
    },
  };
}

/** A value of metadata.yaml without quotes; empty if there is none. */
function metadataValue(text: string, name: string): string {
  const value = new RegExp(`^${name}:[ \\t]*(.*?)\\s*$`, 'm').exec(text)?.[1] ?? '';
  return value.replace(/^(['"])(.*)\1$/, '$2');
}

function malformed(path: string, found: string): Error {
  const message = `${quotedPath(path)} is no QIIME 2 artifact: ${found}. Export or download it again.`;
  return dataError('FILE_MALFORMED', message, { details: { path } });
}

/** What artifacts of a type hold, and which function reads it. */
const readers: readonly (readonly [type: RegExp, what: string, reader: string])[] = [
  [/^FeatureTable\[/, 'a feature table', 'readFeatureTable'],
  [/^FeatureData\[(?:Aligned)?Sequence\]$/, 'sequences', 'readFasta'],
  [/^Phylogeny\[/, 'a tree', 'openTree of @seq/unifrac'],
  [/^DistanceMatrix$/, 'distances between samples', 'readDistanceMatrix of @seq/unifrac'],
  [/^(SampleData\[|FeatureData\[(?:Taxonomy|Importance)\]$|ImmutableMetadata$)/, 'metadata', 'readSampleMetadata'],
];

/** The error for an artifact of another type than asked for: what it holds, what is needed, and what reads it. */
export function wrongArtifact(path: string, wanted: string, found: string): Error {
  const [, what, reader] = readers.find(([type]) => type.test(found)) ?? [];
  const advice = what === undefined ? 'Nothing here reads that.' : `That is ${what}, which ${reader} reads.`;
  const message = `${quotedPath(path)} holds ${quoted(found)} where ${wanted} is needed. ${advice}`;
  return dataError('FILE_FORMAT_UNKNOWN', message, { details: { path, type: found } });
}
