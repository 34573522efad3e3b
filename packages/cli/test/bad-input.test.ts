import { mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import { writeSafetensors } from '@seq/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

let study: Study;
/** Paths of files that are wrong in one way each. */
const bad: Record<string, string> = {};

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

async function writeBadFiles(): Promise<void> {
  const { write } = study;
  const renamed = featureIds.map((id) => `other-${id}`);
  const ages = sampleIds.map((_, i) => (i === 4 ? 'young' : i));
  const gaps = sampleIds.map((_, i) => (i === 4 || i === 9 ? '' : i));
  const checkpoint = await readFile(study.path('run/best.safetensors'));
  Object.assign(bad, {
    emptyFile: await write('empty-file.tsv', ''),
    emptyTable: await write('empty-table.tsv', tableText({ features: [], rows: [] })),
    nanTable: await write('nan.tsv', tableText({ rows: withCell('nan') })),
    negativeTable: await write('negative.tsv', tableText({ rows: withCell('-3') })),
    textTable: await write('text.tsv', tableText({ rows: withCell('many') })),
    cutBiom: await write('cut.biom', await startOf(demoTable, 100_000)),
    foreignTree: await write('foreign.nwk', treeText(renamed)),
    smallTree: await write('small.nwk', treeText(featureIds.slice(2))),
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
  });
}

beforeAll(async () => {
  study = await makeStudy();
  for (const argv of [
    pretrain({ '--output-dir': study.path('pretrained') }),
    train({ '--output-dir': study.path('run') }),
  ]) {
    const { exitCode, stderr } = await aam(argv);
    if (exitCode !== 0) throw new Error(stderr);
  }
  await writeBadFiles();
});

afterAll(() => study.remove());

type Flags = Readonly<Record<string, string>>;

/** A call that would succeed, but for what `changes` say; an empty value leaves a flag out. */
function call(command: string, flags: Flags, changes: Flags, rest: readonly string[] = []): string[] {
  const given = Object.entries({ ...flags, ...changes }).filter(([, value]) => value !== '');
  return [command, ...rest, ...given.flat()];
}

const result = () => study.path('never');
const inputs = () => ({ '--table': study.table, '--sequences': study.sequences });
const pretrain = (changes: Flags = {}) =>
  call('pretrain', { ...inputs(), '--tree': study.tree, '--output-dir': result() }, changes, [
    ...tinyModel,
    ...shortRun,
  ]);
const train = (changes: Flags = {}) => {
  const target = { '--metadata': study.metadata, '--metadata-column': 'age' };
  return call('train', { ...inputs(), ...target, '--output-dir': result() }, changes, [...tinyModel, ...shortRun]);
};
const tune = (changes: Flags = {}) => train({ '--rarefy-depth': '20', ...changes });
const predict = (changes: Flags = {}) =>
  call(
    'predict',
    { ...inputs(), '--model': study.path('run/best.safetensors'), '--output': `${result()}/p.tsv` },
    changes,
  );
const unifrac = (changes: Flags = {}) =>
  call('unifrac', { '--table': study.table, '--tree': study.tree, '--output': `${result()}/d.tsv` }, changes);
const split = (changes: Flags = {}) =>
  call('split', { '--table': study.table, '--metadata': study.metadata, '--output-dir': result() }, changes);

it('prints', async () => {
  const cases: [string, () => string[]][] = [
    ['qza', () => train({ '--table': bad.artifact! })],
    ['qza', () => train({ '--metadata': bad.artifact! })],
    ['qza', () => train({ '--sequences': bad.artifact! })],
    ['qza', () => pretrain({ '--tree': bad.artifact! })],
    ['qza', () => train({ '--samples': bad.artifact! })],
    ['qza', () => predict({ '--model': bad.artifact! })],
    ['qza', () => ['inspect', bad.artifact!]],
    ['qza', () => train({ '--config': bad.artifact! })],
    ['yaml', () => train({ '--config': bad.brokenYaml! })],
    ['yaml', () => train({ '--config': bad.listYaml! })],
    ['yaml', () => train({ '--config': bad.unknownKey! })],
    ['yaml', () => train({ '--config': bad.wrongValue! })],
    ['broken tree', () => unifrac({ '--tree': bad.brokenTree! })],
    ['noise', () => ['inspect', bad.noise!]],
    ['noise', () => ['inspect', study.folder]],
    ['ages', () => train({ '--metadata': bad.missingAges!, '--missing': 'drop', '--output-dir': study.path('xx') })],
  ];
  const cases2: [string, () => string[]][] = [
    ['empty file', () => pretrain({ '--table': bad.emptyFile! })],
    ['empty', () => pretrain({ '--table': bad.emptyTable! })],
    ['nan', () => train({ '--table': bad.nanTable! })],
    ['neg', () => train({ '--table': bad.negativeTable! })],
    ['text', () => train({ '--table': bad.textTable! })],
    ['cut', () => predict({ '--table': bad.cutBiom! })],
    ['tree', () => pretrain({ '--tree': bad.foreignTree! })],
    ['tree', () => unifrac({ '--tree': bad.foreignTree! })],
    ['small tree', () => unifrac({ '--tree': bad.smallTree! })],
    ['broken tree', () => unifrac({ '--tree': bad.brokenTree! })],
    ['meta', () => split({ '--metadata': bad.foreignMetadata! })],
    ['text ages', () => train({ '--metadata': bad.textAges! })],
    ['missing ages', () => train({ '--metadata': bad.missingAges! })],
    ['fasta', () => train({ '--sequences': bad.foreignFasta! })],
    ['no fasta', () => train({ '--sequences': '' })],
    ['ids', () => train({ '--samples': bad.strangeIds! })],
    ['column', () => train({ '--metadata-column': 'agee' })],
    ['group', () => train({ '--group-column': 'subjekt' })],
    ['depth', () => pretrain({ '--rarefy-depth': '100000' })],
    ['encoder to predict', () => predict({ '--model': study.path('pretrained/best.safetensors') })],
    ['predictor as encoder', () => train({ '--pretrained-encoder': study.path('run/best.safetensors') })],
    [
      'widths',
      () => train({ '--pretrained-encoder': study.path('pretrained/best.safetensors'), '--embedding-dim': '16' }),
    ],
    ['resume', () => pretrain({ '--resume-from': study.path('run/last.safetensors') })],
    ['resume width', () => train({ '--resume-from': study.path('run/last.safetensors'), '--embedding-dim': '16' })],
    ['cut ckpt', () => predict({ '--model': bad.cutCheckpoint! })],
    ['noise', () => predict({ '--model': bad.noise! })],
    ['noise enc', () => train({ '--pretrained-encoder': bad.noise! })],
    ['state dict', () => predict({ '--model': bad.stateDict! })],
    ['state dict enc', () => train({ '--pretrained-encoder': bad.stateDict! })],
    ['table as ckpt', () => predict({ '--model': demoTable })],
    ['no file', () => predict({ '--table': 'nowhere.biom' })],
    ['no file', () => predict({ '--model': 'nowhere.safetensors' })],
    ['no file', () => pretrain({ '--tree': 'nowhere.nwk' })],
    ['no file', () => split({ '--metadata': 'nowhere.tsv' })],
    ['no file', () => train({ '--samples': 'nowhere.txt' })],
    ['no file', () => train({ '--config': 'nowhere.yaml' })],
    ['no file', () => ['inspect', 'nowhere']],
    ['folder', () => ['inspect', study.folder]],
    ['out', () => predict({ '--output': study.folder })],
    ['out', () => predict({ '--output': `${study.table}/p.tsv` })],
    ['out', () => pretrain({ '--output-dir': study.table })],
    ['out', () => unifrac({ '--output': `${result()}/d.xlsx` })],
    ['out', () => ['pretrain', ...pretrain().slice(1), '--epocs', '3']],
    ['out', () => pretrain({ '--epochs': '0' })],
    ['out', () => pretrain({ '--group-column': 'subject' })],
    ['out', () => pretrain({ '--tree': '' })],
    ['heads', () => pretrain({ '--attention-heads': '3' })],
    ['pen', () => train({ '--penalty': '1' })],
    ['one', () => train({ '--test-size': '0.01' })],
    ['where', () => split({ '--where': 'site=blood' })],
    ['where', () => split({ '--where': 'siet=gut' })],
    ['inspect', () => ['inspect', bad.cutBiom!]],
    ['inspect', () => ['inspect', bad.cutCheckpoint!]],
    ['inspect', () => ['inspect', bad.noise!]],
    ['inspect', () => ['inspect', bad.emptyFile!]],
    ['inspect', () => ['inspect', bad.brokenTree!]],
    ['report', () => ['report', '--predictions', study.metadata, '--output-dir', result()]],
    ['bounded', () => train({ '--bounded-targets': '', '--output-activation': 'relu' }).concat('--bounded-targets')],
  ];
  for (const [n, argv] of cases) {
    const o = await aam(argv());
    console.log(n, argv()[0], o.exitCode, '\n', o.stderr.replaceAll(study.folder, 'S'), o.stdout);
    const x = await readdir(result()).catch(() => []);
    if (x.length) console.log('!!!!!!!!!!!! written', x);
  }
});
