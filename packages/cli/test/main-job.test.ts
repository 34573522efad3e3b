import { readdir, readFile } from 'node:fs/promises';
import { readFeatureTable, readSampleIds } from '@seq/data';
import { readCheckpoint } from '@seq/train';
import { openTree, readDistanceMatrix, unifracMatrix } from '@seq/unifrac';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam, type Outcome } from './fake-terminal.js';
import { ages, demoTable, makeStudy, type Study, sampleIds, shortRun, subjects, tinyModel } from './small-study.js';

let study: Study;
/** Outcome of each step, by name. */
const outcomes = new Map<string, Outcome>();

async function step(name: string, ...argv: string[]): Promise<void> {
  const outcome = await aam(argv);
  outcomes.set(name, outcome);
  if (outcome.exitCode !== 0)
    throw new Error(`aam ${argv.join(' ')}: exit code ${outcome.exitCode}\n${outcome.stderr}`);
}

/** Columns of a tab-separated file, by header. */
async function columns(path: string): Promise<Record<string, string[]>> {
  const [header = '', ...lines] = (await readFile(path, 'utf8')).trimEnd().split('\n');
  const rows = lines.map((line) => line.split('\t'));
  return Object.fromEntries(header.split('\t').map((name, i) => [name, rows.map((row) => row[i] ?? '')]));
}

beforeAll(async () => {
  study = await makeStudy();
  const { path, table, metadata, tree } = study;
  const sequenced = ['--table', table, '--sequences', study.sequences];
  const described = ['--metadata', metadata];
  const learning = ['--samples', path('split/train_samples.txt')];
  const grouped = ['--group-column', 'subject'];
  await step(
    'split',
    'split',
    '--table',
    table,
    ...described,
    ...grouped,
    '--test-size',
    '0.3',
    '--output-dir',
    path('split'),
  );
  await step(
    'pretrain',
    ...['pretrain', ...sequenced, ...described, ...learning, ...grouped, '--tree', tree],
    ...['--output-dir', path('pretrained'), ...tinyModel, ...shortRun],
  );
  await step(
    'train',
    ...['train', ...sequenced, ...described, ...learning, ...grouped, '--metadata-column', 'age'],
    ...['--pretrained-encoder', path('pretrained/best.safetensors'), '--output-dir', path('run'), ...shortRun],
  );
  const predicting = ['predict', '--model', path('run/best.safetensors'), ...sequenced];
  const held = ['--samples', path('split/held_out_samples.txt')];
  await step('predict', ...predicting, ...described, ...held, '--output', path('predictions.tsv'));
  await step('predict again', ...predicting, ...described, ...held, '--output', path('again.tsv'), '--batch-size', '1');
  await step('predict all', ...predicting, '--output', path('new/folder/all.tsv'), '--threads', '2');
  await step(
    'rf-baseline',
    ...['rf-baseline', '--table', table, ...described, '--metadata-column', 'age', '--n-estimators', '20'],
    ...['--train-samples', path('split/train_samples.txt'), '--val-samples', path('split/held_out_samples.txt')],
    ...['--output', path('forest.tsv')],
  );
  await step(
    'report',
    ...['report', '--predictions', path('predictions.tsv'), '--baseline', path('forest.tsv'), '--name', 'tiny'],
    ...['--target-name', 'age', '--unit', 'months', '--output-dir', path('report')],
  );
  await step(
    'unifrac',
    ...['unifrac', '--table', table, '--tree', tree, '--precision', 'f64'],
    ...['--output', path('new/distances.tsv')],
  );
});

afterAll(() => study.remove());

describe('aam split', () => {
  it('keeps every subject on one side and loses no sample', async () => {
    const [learned, held] = await Promise.all(
      ['train_samples.txt', 'held_out_samples.txt'].map((name) => readSampleIds(study.path('split', name))),
    );
    expect([...learned!, ...held!].sort()).toEqual([...sampleIds]);
    const subjectsOf = (ids: readonly string[]) => new Set(ids.map((id) => subjects[sampleIds.indexOf(id)]!));
    const shared = [...subjectsOf(learned!)].filter((subject) => subjectsOf(held!).has(subject));
    expect(shared).toEqual([]);
    expect(held!.length).toBeGreaterThanOrEqual(2);
  });

  it('warns where a split at random divides subjects', async () => {
    const { exitCode, stderr } = await aam([
      ...['split', '--table', study.table, '--metadata', study.metadata, '--output-dir', study.path('random')],
    ]);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/Warning: \d of 8 groups of "subject"/);
  });

  it('takes only the samples that --where names', async () => {
    const argv = ['split', '--table', study.table, '--metadata', study.metadata, '--where', 'site=gut'];
    const { stderr } = await aam([...argv, '--output-dir', study.path('gut')]);
    expect(stderr).toContain('8 of 16 samples have site=gut');
    const learned = await readSampleIds(study.path('gut/train_samples.txt'));
    const held = await readSampleIds(study.path('gut/held_out_samples.txt'));
    expect([...learned, ...held].sort()).toEqual(sampleIds.filter((_, i) => i % 2 === 0));
  });
});

describe('aam pretrain', () => {
  it('writes checkpoints, a history, the settings and the samples of the run', async () => {
    expect((await readdir(study.path('pretrained'))).sort()).toEqual([
      'best.safetensors',
      'history.tsv',
      'last.safetensors',
      'settings.json',
      'train_samples.txt',
      'val_samples.txt',
    ]);
    const history = await columns(study.path('pretrained/history.tsv'));
    expect(history.epoch).toEqual(['1', '2']);
    for (const name of ['train_unifrac', 'train_nucleotide', 'val_unifrac', 'val_nucleotide']) {
      expect(
        history[name]!.map(Number).every((value) => Number.isFinite(value) && value > 0),
        name,
      ).toBe(true);
    }
    expect(await readCheckpoint(study.path('pretrained/best.safetensors'))).toMatchObject({
      kind: 'encoder',
      model: { embeddingWidth: 8, heads: 2, layers: { asv: 1, sample: 1, encoder: 1 } },
      data: { rarefactionDepth: 20, basesPerAsv: 20, maxAsvsPerSample: 8 },
    });
  });

  it('keeps subjects together between training and validation', async () => {
    const [training, validation] = await Promise.all(
      ['train_samples.txt', 'val_samples.txt'].map((name) => readSampleIds(study.path('pretrained', name))),
    );
    const subjectOf = (id: string) => subjects[sampleIds.indexOf(id)]!;
    expect(validation!.length).toBeGreaterThan(0);
    expect(training!.map(subjectOf).filter((subject) => validation!.map(subjectOf).includes(subject))).toEqual([]);
  });

  it('shows progress with rate and time left, on the error stream alone', () => {
    const { stdout, stderr } = outcomes.get('pretrain')!;
    expect(stdout).toBe('');
    expect(stderr).toMatch(/epoch 1\/2 {2}\d+ % .*samples\/s.* left/);
    expect(stderr).toContain('best epoch');
  });
});

describe('aam train', () => {
  it('follows the architecture and the data preparation of the pre-trained encoder', async () => {
    const encoder = await readCheckpoint(study.path('pretrained/best.safetensors'));
    const predictor = await readCheckpoint(study.path('run/best.safetensors'));
    expect(predictor).toMatchObject({
      kind: 'predictor',
      model: { base: encoder.model },
      data: { rarefactionDepth: 20, basesPerAsv: 20, maxAsvsPerSample: 8 },
      target: { column: 'age', transform: { kind: 'zscore' } },
    });
  });

  it('writes predictions of the validation samples in the unit of the target', async () => {
    const { sample_id: ids, actual, predicted } = await columns(study.path('run/val_predictions.tsv'));
    expect(ids).toEqual(await readSampleIds(study.path('run/val_samples.txt')));
    expect(actual!.map(Number)).toEqual(ids!.map((id) => ages[sampleIds.indexOf(id)]));
    expect(predicted!.map(Number).every(Number.isFinite)).toBe(true);
  });

  it('starts from other weights than a run from scratch', async () => {
    const argv = ['train', '--table', study.table, '--sequences', study.sequences, '--metadata', study.metadata];
    const folder = study.path('scratch');
    const { exitCode } = await aam([
      ...[...argv, '--metadata-column', 'age', '--output-dir', folder, ...tinyModel, ...shortRun],
      ...['--samples', study.path('split/train_samples.txt'), '--group-column', 'subject'],
    ]);
    expect(exitCode).toBe(0);
    const [tuned, scratch] = await Promise.all(
      ['run', 'scratch'].map((name) => columns(study.path(name, 'history.tsv'))),
    );
    expect(tuned!.train_total![0]).not.toBe(scratch!.train_total![0]);
  });
});

describe('aam predict', () => {
  it('gives finite values in the unit of the target for the samples asked for', async () => {
    const { sample_id: ids, actual, predicted } = await columns(study.path('predictions.tsv'));
    expect([...ids!].sort()).toEqual((await readSampleIds(study.path('split/held_out_samples.txt'))).sort());
    expect(actual!.map(Number)).toEqual(ids!.map((id) => ages[sampleIds.indexOf(id)]));
    const { target } = await readCheckpoint(study.path('run/best.safetensors'));
    const { transform } = target!;
    if (transform.kind !== 'zscore') throw new Error(`the transform is ${transform.kind}`);
    for (const value of predicted!.map(Number)) {
      expect(Math.abs(value - transform.mean)).toBeLessThan(5 * transform.standardDeviation);
    }
    expect(Math.abs(transform.mean)).toBeGreaterThan(5);
  });

  it('gives the same numbers again, for any batch size and number of threads', async () => {
    const first = await columns(study.path('predictions.tsv'));
    expect(await columns(study.path('again.tsv'))).toEqual(first);
    const all = await columns(study.path('new/folder/all.tsv'));
    expect(first.sample_id!.map((id) => all.predicted![all.sample_id!.indexOf(id)])).toEqual(first.predicted);
  });

  it('predicts every sample, without the column "actual" where there are no metadata', async () => {
    const all = await columns(study.path('new/folder/all.tsv'));
    expect(Object.keys(all)).toEqual(['sample_id', 'predicted']);
    expect(all.sample_id).toEqual([...sampleIds]);
  });
});

describe('aam rf-baseline', () => {
  it('predicts the validation samples within the range of the training targets', async () => {
    const { sample_id: ids, predicted } = await columns(study.path('forest.tsv'));
    expect(ids).toEqual(await readSampleIds(study.path('split/held_out_samples.txt')));
    for (const value of predicted!.map(Number)) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(24);
    }
  });
});

describe('aam report', () => {
  it('writes the metrics of both models and a figure', async () => {
    const report = JSON.parse(await readFile(study.path('report/metrics.json'), 'utf8'));
    const { actual, predicted } = await columns(study.path('predictions.tsv'));
    const errors = actual!.map((value, i) => Math.abs(Number(value) - Number(predicted![i])));
    const mae = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    expect(report.models.map(({ name }: { name: string }) => name)).toEqual(['tiny', 'random forest']);
    expect(Math.abs(report.models[0].mae - mae)).toBeLessThanOrEqual(1e-6);
    const figure = await readFile(study.path('report/predictions.svg'), 'utf8');
    expect(figure).toMatch(/^<svg /);
    expect(figure).toContain('months');
    expect(figure.trimEnd()).toMatch(/<\/svg>$/);
  });

  it('prints the metrics, and nothing else, as tab-separated text', async () => {
    const { stdout } = outcomes.get('report')!;
    expect(stdout).toBe(await readFile(study.path('report/metrics.tsv'), 'utf8'));
    expect(stdout.split('\n')[0]).toBe('model\tsamples\tmae\trmse\tr2');
  });
});

describe('aam unifrac', () => {
  it('writes what @seq/unifrac gives', async () => {
    const written = await readDistanceMatrix(study.path('new/distances.tsv'));
    const [table, tree] = await Promise.all([readFeatureTable(study.table), openTree(study.tree)]);
    const computed = await unifracMatrix(table, tree, { metric: 'unweighted', precision: 'exact' });
    expect(written.ids).toEqual([...sampleIds]);
    expect(written.condensed).toEqual(computed.condensed);
    expect(new Set(written.condensed).size).toBeGreaterThan(10);
  });
});

describe('aam inspect', () => {
  const shown = async (...parts: string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await aam(['inspect', study.path(...parts)]);
    expect([exitCode, stderr]).toEqual([0, '']);
    return stdout.replaceAll(/ {2,}/g, ' ');
  };

  it('tells what is in each kind of file', async () => {
    const table = await shown('table.tsv');
    expect(table).toMatch(/^kind feature table\nsamples 16\nfeatures 14\n/);
    expect(table).toContain('first feature asv00');
    expect(await shown('tree.nwk')).toMatch(/^kind phylogeny \(Newick\)\ntips 14\nnodes 27\n/);
    expect(await shown('rep-seqs.fasta')).toMatch(/sequences 14\ndistinct 14\nbases 12 to 20,/);
    expect(await shown('metadata.tsv')).toMatch(/age numeric, 0 to 24, median 12\n site categorical, 2 values\n/);
    expect(await shown('new/distances.tsv')).toMatch(/^kind distance matrix\nsamples 16\n/);
    expect(await shown('predictions.tsv')).toContain('predicted numeric');
  });

  it('tells model, data and target of a checkpoint', async () => {
    const encoder = await shown('pretrained/best.safetensors');
    expect(encoder).toMatch(/^kind checkpoint of an encoder\n/);
    expect(encoder).toContain('embeddingWidth 8');
    expect(encoder).toContain('rarefactionDepth 20');
    const predictor = await shown('run/last.safetensors');
    expect(predictor).toMatch(/^kind checkpoint of a predictor\n/);
    expect(predictor).toMatch(/target age, zscore \(mean/);
    expect(predictor).toContain('training epoch 2');
  });

  it('reads the real table of the demo', async () => {
    const { stdout } = await aam(['inspect', demoTable]);
    expect(stdout).toMatch(/samples +741\n/);
    expect(stdout).toMatch(/features +2294\n/);
  });
});

it('no step leaves a temporary file behind', async () => {
  const files = await readdir(study.folder, { recursive: true });
  expect(files.filter((name) => /\.(tmp|partial)$/.test(name))).toEqual([]);
});
