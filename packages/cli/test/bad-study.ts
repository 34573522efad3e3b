// The small study with two trained models, files that are wrong in one way each, and calls that would succeed but for them.
import { open, readFile } from 'node:fs/promises';
import { writeSafetensors } from '@seq/model';
import { aam } from './fake-terminal.js';
import {
  counts,
  demoTable,
  fastaText,
  featureIds,
  makeStudy,
  metadataText,
  type Study,
  sampleIds,
  shortRun,
  tableText,
  tinyModel,
  treeText,
} from './small-study.js';

/** The first bytes of a file. */
async function startOf(path: string, byteCount: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(byteCount), 0, byteCount, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const withCell = (cell: string) => counts.map((row, i) => row.map((count, j) => (i === 3 && j === 2 ? cell : count)));

/** Paths of files that are wrong in one way each. */
export type BadFiles = Awaited<ReturnType<typeof writeBadFiles>>;

async function writeBadFiles(study: Study) {
  const { write } = study;
  const renamed = featureIds.map((id) => `other-${id}`);
  const ages = sampleIds.map((_, i) => (i === 4 ? 'young' : i));
  const gaps = sampleIds.map((_, i) => (i === 4 || i === 9 ? '' : i));
  const checkpoint = await readFile(study.path('run/best.safetensors'));
  return {
    emptyFile: await write('empty-file.tsv', ''),
    emptyTable: await write('empty-table.tsv', tableText({ features: [], rows: [] })),
    nanTable: await write('nan.tsv', tableText({ rows: withCell('nan') })),
    negativeTable: await write('negative.tsv', tableText({ rows: withCell('-3') })),
    textTable: await write('text.tsv', tableText({ rows: withCell('many') })),
    cutBiom: await write('cut.biom', await startOf(demoTable, 100_000)),
    foreignTree: await write('foreign.nwk', treeText(renamed)),
    smallTree: await write('small.nwk', treeText(featureIds.slice(2))),
    bareTree: await write('bare.nwk', treeText().replaceAll(':0.5', '')),
    brokenTree: await write('broken.nwk', treeText().replace(')', '')),
    artifact: await write('table.qza', Uint8Array.from([0x50, 0x4b, 0x03, 0x04, ...new Uint8Array(200)])),
    brokenYaml: await write('broken.yaml', 'epochs: [3\n'),
    listYaml: await write('list.yaml', '- epochs\n'),
    unknownKey: await write('unknown.yaml', 'batch-sise: 4\n'),
    wrongValue: await write('wrong.yaml', 'batch_size: many\n'),
    foreignMetadata: await write('foreign.tsv', metadataText({ ids: sampleIds.map((id) => `${id}.x`) })),
    textAges: await write('text-ages.tsv', metadataText({ age: ages })),
    missingAges: await write('missing-ages.tsv', metadataText({ age: gaps })),
    foreignFasta: await write('foreign.fasta', fastaText(renamed)),
    strangeIds: await write('strange-ids.txt', 's00\nnobody\n'),
    cutCheckpoint: await write('cut.safetensors', checkpoint.subarray(0, checkpoint.length - 100)),
    noise: await write(
      'noise.safetensors',
      new Uint8Array(2000).map((_, i) => (i * 37) % 256),
    ),
    stateDict: await write(
      'state-dict.safetensors',
      writeSafetensors(new Map([['pooling.query', { dtype: 'F32', shape: [1, 8], data: new Float32Array(8) }]])),
    ),
  };
}

/** Flags with their values; an empty value leaves a flag out. */
export type Flags = Readonly<Record<string, string>>;

/** A call that would succeed but for the changes, and writes to the folder `result`. */
export type Call = (changes?: Flags) => string[];

function callOf(command: string, flags: Flags, rest: readonly string[] = []): Call {
  return (changes = {}) => {
    const given = Object.entries({ ...flags, ...changes }).filter(([, value]) => value !== '');
    return [command, ...rest, ...given.flat()];
  };
}

function callsOf({ table, sequences, tree, metadata, path }: Study, result: string) {
  const sequenced = { '--table': table, '--sequences': sequences };
  const model = { '--model': path('run/best.safetensors') };
  const target = { '--metadata': metadata, '--metadata-column': 'age' };
  const training = [...tinyModel, ...shortRun];
  return {
    pretrain: callOf('pretrain', { ...sequenced, '--tree': tree, '--output-dir': result }, training),
    train: callOf('train', { ...sequenced, ...target, '--output-dir': result }, training),
    predict: callOf('predict', { ...sequenced, ...model, '--output': `${result}/p.tsv` }),
    unifrac: callOf('unifrac', { '--table': table, '--tree': tree, '--output': `${result}/d.tsv` }),
    split: callOf('split', { '--table': table, '--metadata': metadata, '--output-dir': result }),
  };
}

/** A {@link Study} with a pre-trained encoder in `pretrained/`, a predictor in `run/`, bad files and calls. */
export interface BadStudy extends Study, ReturnType<typeof callsOf> {
  readonly bad: BadFiles;
  /** A folder that does not exist; a refused call must not make it. */
  readonly result: string;
}

/** Writes the study and trains its models. */
export async function makeBadStudy(): Promise<BadStudy> {
  const study = await makeStudy();
  const result = study.path('never');
  const calls = callsOf(study, result);
  for (const argv of [
    calls.pretrain({ '--output-dir': study.path('pretrained') }),
    calls.train({ '--output-dir': study.path('run') }),
  ]) {
    const { exitCode, stderr } = await aam(argv);
    if (exitCode !== 0) throw new Error(stderr);
  }
  return { ...study, ...calls, bad: await writeBadFiles(study), result };
}
