// Names and metadata of both axes of a table from their Arrow files. Knows no counts and no manifest.
import { PackedTexts } from '../text/packed-texts.js';
import { numbersOf, offsetsOf, readArrowFile, requireArrow, textsOf } from './arrow-message.js';
import type { FeatureAxis } from './axis-files.js';
import { metadataPrefix } from './shard-manifest.js';

/** What is known of the samples; texts are made when they are asked for. */
export interface StoredSampleAxis {
  /** All, or those of the given rows. */
  readonly ids: (rows?: Uint32Array) => readonly string[];
  /** Those of the given rows, packed. */
  readonly packedIds: (rows: Uint32Array) => PackedTexts;
  readonly reads: () => Float64Array;
  readonly metadata: () => ReadonlyMap<string, readonly (string | null)[]> | undefined;
}

/**
 * The samples of a file that `sampleAxisFile` made: id with three buffers, reads and entries with two each, then metadata
 * with three each.
 *
 * @throws RangeError if it is another file.
 */
export function parseSampleAxis(bytes: Uint8Array, sampleCount: number): StoredSampleAxis {
  const { names, rows, buffers } = readArrowFile(bytes);
  const columns = names.slice(3);
  requireArrow(rows === sampleCount && names.slice(0, 3).join() === 'id,reads,entries', 'no list of these samples');
  requireArrow(buffers.length === 7 + 3 * columns.length, 'columns of another kind');
  requireArrow(
    columns.every((name) => name.startsWith(metadataPrefix)),
    'columns of another name',
  );
  return {
    // A column of names has no missing ones; a damaged file says "null" as any other text.
    ids: (wanted) => namesOf(textsOf(buffers.slice(0, 3), sampleCount, wanted)),
    packedIds: (wanted) => {
      const letters = buffers[2] ?? new Uint8Array(0);
      return PackedTexts.pick(letters, offsetsOf(buffers[1], sampleCount, letters.length), wanted);
    },
    reads: () => numbersOf(Float64Array, buffers[4], sampleCount).slice(),
    metadata: () =>
      columns.length === 0
        ? undefined
        : new Map(
            columns.map((name, i) => [
              name.slice(metadataPrefix.length),
              textsOf(buffers.slice(7 + 3 * i, 10 + 3 * i), sampleCount),
            ]),
          ),
  };
}

/** Names in place, without a second list of a million texts. */
function namesOf(texts: (string | null)[]): string[] {
  for (const [i, text] of texts.entries()) if (text === null) texts[i] = String(text);
  return texts as string[];
}

/**
 * The features of a file that `featureAxisFile` made: id with three buffers, and taxonomy with two and three of its ranks.
 *
 * @throws RangeError if it is another file.
 */
export function parseFeatureAxis(bytes: Uint8Array, featureCount: number): FeatureAxis {
  const { names, rows, buffers } = readArrowFile(bytes);
  const hasTaxonomy = names.length === 2;
  requireArrow(rows === featureCount && ['id', 'id,taxonomy'].includes(names.join()), 'no list of these features');
  requireArrow(buffers.length === (hasTaxonomy ? 8 : 3), 'columns of another kind');
  const ids = textsOf(buffers.slice(0, 3), featureCount).map(String);
  if (!hasTaxonomy) return { ids, taxonomy: undefined };
  // How many ranks there are in all is what the last offset of the lists says, bounded by the offsets of the ranks.
  const most = Math.max(0, buffers[6]!.length / 4 - 1);
  const offsets = offsetsOf(buffers[4], featureCount, most);
  const ranks = textsOf(buffers.slice(5, 8), offsets[featureCount]!).map(String);
  const taxonomy = Array.from({ length: featureCount }, (_, i) => ranks.slice(offsets[i], offsets[i + 1]));
  return { ids, taxonomy };
}
