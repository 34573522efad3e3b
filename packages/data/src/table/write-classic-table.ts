// Writes the classic text table: features as lines, samples as columns, tabs between.
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { writeWhole } from '../text/write-whole.js';
import { featureMajor } from './feature-major.js';
import type { FeatureTable } from './feature-table.js';
import { taxonomyNames } from './read-classic-table.js';
import { requireTexts } from './require-writable.js';

/** Options of {@link writeClassicTable}. */
export interface WriteClassicTableOptions {
  /** Ends the writing; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

const textsPerPiece = 2 ** 16;

/** Writes a table as text, packed with gzip if the path ends with `.gz`. */
export async function writeClassicTable(
  table: FeatureTable,
  path: string,
  { signal }: WriteClassicTableOptions = {},
): Promise<void> {
  requireFitting(table);
  await writeWhole(path, async (file) => {
    const write = async (parts: AsyncIterable<string | Uint8Array>): Promise<void> => {
      for await (const part of parts) await file.writeFile(part);
    };
    const options = signal === undefined ? {} : { signal };
    if (/\.gz$/i.test(path)) await pipeline(pieces(table), createGzip(), write, options);
    else await pipeline(pieces(table), write, options);
  });
}

function requireFitting({ sampleIds, featureIds, taxonomy }: FeatureTable): void {
  const isCell = (text: string): boolean => text === text.trim() && !/[\t\n\r]/.test(text);
  const blanks = 'blanks around it, tabs or line ends';
  requireTexts('sample id', sampleIds, isCell, blanks);
  requireTexts('feature id', featureIds, isCell, blanks);
  requireTexts('feature id', featureIds, (id) => !id.startsWith('#'), '"#" in front, as comments have');
  const last = sampleIds.slice(-1);
  requireTexts('sample id', last, (id) => !taxonomyNames.has(id.toLowerCase()), 'the name of a taxonomy column');
  const isRank = (rank: string): boolean => isCell(rank) && !/[;|]/.test(rank);
  requireTexts('rank', (taxonomy ?? []).flat(), isRank, `${blanks}, or ";" or "|" in it`);
}

/** The text, cut where a write is worth its call. */
function* pieces(table: FeatureTable): Generator<string> {
  let texts: string[] = [];
  for (const text of lines(table)) {
    texts.push(text);
    if (texts.length * (table.sampleCount + 1) < textsPerPiece) continue;
    yield texts.join('');
    texts = [];
  }
  yield texts.join('');
}

function* lines(table: FeatureTable): Generator<string> {
  const { sampleIds, featureIds, taxonomy } = table;
  const { featureOffsets, sampleIndices, counts } = featureMajor(table);
  yield '# Constructed from biom file\n';
  yield `${['#OTU ID', ...sampleIds, ...(taxonomy === undefined ? [] : ['taxonomy'])].join('\t')}\n`;
  for (const [feature, featureId] of featureIds.entries()) {
    const cells = new Array<string>(sampleIds.length).fill('0');
    for (let entry = featureOffsets[feature]!; entry < featureOffsets[feature + 1]!; entry++) {
      cells[sampleIndices[entry]!] = String(counts[entry]);
    }
    const ranks = taxonomy?.[feature];
    yield `${[featureId, ...cells, ...(ranks === undefined ? [] : [ranks.join('; ')])].join('\t')}\n`;
  }
}
