// Opens a QIIME 2 artifact (.qza): what it holds, and its data files. Knows no data format.
import { dataError } from '../errors.js';
import { quoted, quotedPath } from '../text/quoted.js';
import { ZipArchive } from './zip-archive.js';

/** An opened artifact. */
export interface Qiime2Artifact {
  /** Semantic type without properties, such as `DistanceMatrix` or `Phylogeny[Rooted]`. */
  readonly type: string;
  /** Bytes of a file in its `data/` folder. */
  data(name: string): Promise<Uint8Array>;
}

/**
 * The artifact of a file: a ZIP archive with one top folder, named by its UUID, that holds `VERSION`, `metadata.yaml` and
 * `data/`.
 *
 * @throws SeqError `FILE_MALFORMED` if it is no artifact or lacks a file.
 */
export async function openArtifact(path: string, bytes: Uint8Array): Promise<Qiime2Artifact> {
  const archive = await ZipArchive.open(path, bytes);
  const top = archive.names[0]?.split('/')[0] ?? '';
  const metadata = await archive.read(`${top}/metadata.yaml`);
  const isWhole = archive.names.every((name) => name.startsWith(`${top}/`)) && archive.names.includes(`${top}/VERSION`);
  if (metadata === undefined || !isWhole) {
    throw malformed(path, 'it is a ZIP archive without VERSION and metadata.yaml in one top folder');
  }
  const line = /^type:\s*(.*?)\s*$/m.exec(new TextDecoder().decode(metadata))?.[1];
  // As in: type: DistanceMatrix % Properties('phylogenetic')
  const type = line?.replace(/^(['"])(.*)\1$/, '$2').replace(/\s*%.*$/, '');
  if (type === undefined || type === '') throw malformed(path, 'its metadata.yaml names no type');
  const data = async (name: string): Promise<Uint8Array> => {
    const content = await archive.read(`${top}/data/${name}`);
    if (content === undefined) throw malformed(path, `it has no data/${name}`);
    return content;
  };
  return { type, data };
}

function malformed(path: string, found: string): Error {
  const message = `${quotedPath(path)} is no QIIME 2 artifact: ${found}. Export or download it again.`;
  return dataError('FILE_MALFORMED', message, { details: { path } });
}

/** The error for an artifact of another type than asked for. */
export function wrongArtifact(path: string, wanted: string, found: string): Error {
  return dataError('FILE_FORMAT_UNKNOWN', `${quotedPath(path)} holds ${quoted(found)} where ${wanted} is needed.`, {
    details: { path, type: found },
  });
}
