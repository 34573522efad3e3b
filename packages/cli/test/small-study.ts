// A made-up study of 16 samples, small enough to train on within a test, as the files that a researcher would have.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A multiplicative generator: tests must not depend on Math.random. */
function numbers(seed: number): () => number {
  let state = seed * 2 + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** The feature table of the demo: BIOM 2.1, 741 samples of 2,294 ASVs. */
export const demoTable: string = fileURLToPath(new URL('../../../examples/ecam/data/table.biom', import.meta.url));

const next = numbers(11);
const below = (limit: number): number => Math.floor(limit * next());

/** Samples s00 to s15, two of each subject. */
export const sampleIds: readonly string[] = Array.from({ length: 16 }, (_, i) => `s${String(i).padStart(2, '0')}`);
/** ASVs asv00 to asv13. */
export const featureIds: readonly string[] = Array.from({ length: 14 }, (_, i) => `asv${String(i).padStart(2, '0')}`);
/** The subject of each sample. */
export const subjects: readonly string[] = sampleIds.map((_, i) => `subject${Math.floor(i / 2)}`);
/** The DNA of each ASV, 12 to 20 bases. */
export const sequences: readonly string[] = featureIds.map((_, i) =>
  Array.from({ length: 12 + (i % 9) }, () => 'ACGT'[below(4)]).join(''),
);
/** Read counts, one row per ASV; every sample has at least 20 reads, and s15 has the fewest. */
export const counts: readonly (readonly number[])[] = featureIds.map((_, feature) =>
  sampleIds.map((_, sample) => {
    if (sample === 15) return feature < 5 ? 5 : 0;
    return feature === sample % 14 || next() < 0.6 ? 5 + below(40) : 0;
  }),
);
/** What is predicted: a number of months from 0 to 24. */
export const ages: readonly number[] = sampleIds.map((_, i) => Math.round((240 * ((i * 7) % 16)) / 15) / 10);

/** The table as classic text, as `biom convert --to-tsv` writes it. */
export function tableText({
  ids = sampleIds,
  features = featureIds,
  rows = counts as readonly (readonly (number | string)[])[],
} = {}): string {
  const lines = features.map((id, feature) => [id, ...rows[feature]!].join('\t'));
  return `${['# Constructed from biom file', ['#OTU ID', ...ids].join('\t'), ...lines].join('\n')}\n`;
}

/** The sequences as FASTA. */
export function fastaText(ids: readonly string[] = featureIds): string {
  return ids.map((id, i) => `>${id}\n${sequences[i]}\n`).join('');
}

/** A rooted tree with these tips, every branch 0.5 long. */
export function treeText(tips: readonly string[] = featureIds): string {
  return `${tips.slice(1).reduce((tree, tip) => `(${tree},${tip}:0.5):0.5`, `${tips[0]}:0.5`)};\n`;
}

/** Metadata with the columns subject, age and site. */
export function metadataText({
  ids = sampleIds,
  age = ages as readonly (number | string)[],
}: {
  readonly ids?: readonly string[];
  readonly age?: readonly (number | string)[];
} = {}): string {
  const lines = ids.map((id, i) => [id, subjects[i], age[i], i % 2 === 0 ? 'gut' : 'skin'].join('\t'));
  return `${['sample-id\tsubject\tage\tsite', ...lines].join('\n')}\n`;
}

/** The files of the study in a folder of their own, and where results may go. */
export interface Study {
  readonly folder: string;
  readonly table: string;
  readonly sequences: string;
  readonly tree: string;
  readonly metadata: string;
  /** A path in the folder. */
  path(...parts: string[]): string;
  /** Writes a further file and gives its path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
  /** Removes the folder. */
  remove(): Promise<void>;
}

/** Writes the study. */
export async function makeStudy(): Promise<Study> {
  const folder = await mkdtemp(join(tmpdir(), 'seq-cli-'));
  const path = (...parts: string[]): string => join(folder, ...parts);
  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    await writeFile(path(name), content);
    return path(name);
  };
  return {
    folder,
    path,
    write,
    table: await write('table.tsv', tableText()),
    sequences: await write('rep-seqs.fasta', fastaText()),
    tree: await write('tree.nwk', treeText()),
    metadata: await write('metadata.tsv', metadataText()),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Flags of a model that trains within a second. */
export const tinyModel: readonly string[] = [
  ...['--embedding-dim', '8', '--attention-heads', '2', '--attention-layers', '1'],
  ...['--rarefy-depth', '20', '--max-bp', '20', '--token-limit', '8'],
];
/** Flags of a short run. */
export const shortRun: readonly string[] = [
  '--epochs',
  '2',
  '--batch-size',
  '4',
  '--lr',
  '0.01',
  '--test-size',
  '0.25',
  '--threads',
  '1',
];

/** Inputs of a model, and where results go. */
type ModelStudy = Pick<Study, 'table' | 'sequences' | 'metadata' | 'path'>;

/** Arguments of a short run of `aam pretrain` or `aam train` into a folder of the study; flags that are given win. */
export function trainingCall(
  { table, sequences, metadata, path }: ModelStudy,
  command: string,
  folder: string,
  flags: readonly string[],
): string[] {
  const column = flags.includes('--metadata-column') ? [] : ['--metadata-column', 'age'];
  const target = command === 'train' ? ['--metadata', metadata, ...column] : [];
  const inputs = ['--table', table, '--sequences', sequences, ...target];
  return [command, ...inputs, ...tinyModel, ...shortRun, '--output-dir', path(folder), ...flags];
}

/** Arguments of `aam predict` for all samples of the study, from a model into a file. */
export function predictionCall(
  { table, sequences }: ModelStudy,
  model: string,
  output: string,
  flags: readonly string[] = [],
): string[] {
  return ['predict', '--model', model, '--table', table, '--sequences', sequences, '--output', output, ...flags];
}

/** Rows of a tab-separated file. */
export const rowsOf = (path: string): string[][] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
