// Every option of the models from the command line: the run ends, and its checkpoint holds the model that was asked for.
import { readFileSync } from 'node:fs';
import { readCheckpoint } from '@seq/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam } from './fake-terminal.js';
import { featureIds, makeStudy, predictionCall, rowsOf, type Study, trainingCall } from './small-study.js';

let study: Study;
let taxonomy = '';
beforeAll(async () => {
  study = await makeStudy();
  const lineages = featureIds.map((id, i) => `${id}\tk__B; p__${i % 2}; c__; o__; f__; g__${i % 3}\t0.9`);
  taxonomy = await study.write('taxonomy.tsv', `${['Feature ID\tTaxon\tConfidence', ...lineages].join('\n')}\n`);
});
afterAll(async () => study.remove());

function call(command: 'pretrain' | 'train', folder: string, flags: readonly string[]): string[] {
  const whole = trainingCall(study, command, folder, flags);
  return flags.includes('--attention-layers') ? withoutLayers(whole) : whole;
}

/** Without the first flag `--attention-layers`, that of the tiny model. */
function withoutLayers(argv: readonly string[]): string[] {
  const at = argv.indexOf('--attention-layers');
  return [...argv.slice(0, at), ...argv.slice(at + 2)];
}

/** Runs a command that must succeed, and reads the checkpoint of its best epoch. */
async function checkpointOf(command: 'pretrain' | 'train', folder: string, flags: readonly string[]) {
  const { exitCode, stderr } = await aam(call(command, folder, flags));
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('best epoch')]);
  return { ...(await readCheckpoint(study.path(folder, 'best.safetensors'))), stderr };
}

/** Columns of the history, and whether all its numbers are finite. */
function historyOf(folder: string): { readonly columns: readonly string[]; readonly isSound: boolean } {
  const [columns, ...rows] = rowsOf(study.path(folder, 'history.tsv'));
  const isSound = rows.every((row) => row.every((cell) => cell === '' || Number.isFinite(Number(cell))));
  return { columns: columns!, isSound };
}

describe('aam pretrain', () => {
  const tree = (): string[] => ['--tree', study.tree];
  it.each<[string, () => string[], object]>([
    ['unifrac', tree, { encoderType: 'unifrac' }],
    ['weighted', tree, { encoderType: 'weighted' }],
    ['faith_pd', tree, { encoderType: 'faith_pd', baseOutputWidth: 1 }],
    ['taxonomy', () => ['--taxonomy', taxonomy], { encoderType: 'taxonomy', baseOutputWidth: 6 }],
    ['combined', () => [...tree(), '--taxonomy', taxonomy], { encoderType: 'combined', baseOutputWidth: 6 }],
  ])('trains an encoder of type %s, with learned weights, that can be fine-tuned', async (type, inputs, model) => {
    const flags = ['--unifrac-metric', type, '--loss-weighting', 'learned', ...inputs()];
    const checkpoint = await checkpointOf('pretrain', type, flags);
    expect(checkpoint.model).toMatchObject(model);
    const { columns, isSound } = historyOf(type);
    expect(isSound).toBe(true);
    expect(columns.includes('val_unifrac')).toBe(!['faith_pd', 'taxonomy'].includes(type));
    expect(columns.includes('val_base')).toBe(['faith_pd', 'taxonomy', 'combined'].includes(type));
    const again = ['--pretrained-encoder', study.path(type, 'best.safetensors'), '--epochs', '1'];
    expect((await checkpointOf('train', `after-${type}`, again)).model).toMatchObject({ base: model });
  });

  it('takes taxa at another rank', async () => {
    const flags = ['--unifrac-metric', 'taxonomy', '--taxonomy', taxonomy, '--taxonomy-rank', '2'];
    expect((await checkpointOf('pretrain', 'phyla', flags)).model).toMatchObject({ baseOutputWidth: 2 });
  });

  it('learns samples from whole reads beside masked ones', async () => {
    const hidden = await checkpointOf('pretrain', 'hidden', tree());
    const whole = await checkpointOf('pretrain', 'whole', [...tree(), '--sample-reads', 'whole']);
    expect(whole.training!.options).toMatchObject({ sampleReads: 'whole' });
    expect(whole.weights).not.toEqual(hidden.weights);
  });

  it('lets --penalty 0 switch the loss of a base head off', async () => {
    const flags = ['--unifrac-metric', 'faith_pd', ...tree()];
    const [on, off] = [
      await checkpointOf('pretrain', 'on', flags),
      await checkpointOf('pretrain', 'off', [...flags, '--penalty', '0']),
    ];
    const headOf = ({ weights }: typeof on) => [...weights.get('output_head.weight')!.data];
    expect(headOf(on)).not.toEqual(headOf(off));
  });

  it('learns UniFrac, Bray-Curtis, Jaccard and Aitchison distances at once', async () => {
    const paths = ['bray_curtis', 'jaccard', 'aitchison'].map((metric) => study.path(`${metric}.tsv`));
    for (const path of paths) {
      const metric = path.replace(/.*[/\\](\w+)\.tsv$/, '$1');
      const { exitCode, stderr } = await aam(['beta', '--table', study.table, '--metric', metric, '--output', path]);
      expect([metric, exitCode], stderr).toEqual([metric, 0]);
    }
    const unifrac = study.path('unifrac.tsv');
    const made = await aam(['unifrac', '--table', study.table, '--tree', study.tree, '--output', unifrac]);
    expect(made.exitCode, made.stderr).toBe(0);
    const flags = ['--unifrac-matrix', [unifrac, ...paths].join(','), '--distance-scale', 'learned'];
    const { weights } = await checkpointOf('pretrain', 'four', flags);
    const maps = [...weights.keys()].filter((name) => name.includes('distance_map'));
    expect(maps).toHaveLength(4);
    expect(historyOf('four').isSound).toBe(true);
  });

  it.each([
    [['--tree', 'x.nwk', '--taxonomy', 'x.tsv'], /--taxonomy has no effect without --unifrac-metric taxonomy/],
    [['--tree', 'x.nwk', '--taxonomy-rank', '2'], /--taxonomy-rank has no effect/],
    [['--unifrac-metric', 'combined'], /Give --tree/],
    [['--tree', 'x.nwk', '--penalty', '0', '--nuc-penalty', '0'], /leave nothing to learn/],
    [['--unifrac-metric', 'taxonomy'], /the table has no lineages of its features/],
  ])('refuses %j', async (flags, words) => {
    const { exitCode, stderr } = await aam(call('pretrain', 'refused', flags));
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(words)]);
  });
});

describe('aam train', () => {
  const categories = ['--categorical-columns', 'site,subject'];
  it.each<[string, readonly string[], object]>([
    [
      'layers of every stack',
      ['--attention-layers', '1,2,1,3,2'],
      { base: { layers: { asv: 1, sample: 2, encoder: 1 } }, layers: { count: 3, target: 2 } },
    ],
    [
      'counts by film and spans',
      [
        ...['--count-embedding', '--count-embedding-method', 'film'],
        ...['--nuc-penalty', '1', '--nuc-mask-strategy', 'span', '--nuc-mask-ratio', '0.3'],
      ],
      { base: { countEmbedding: 'film', masking: { strategy: 'span', fraction: 0.3 } } },
    ],
    ['counts added', ['--count-embedding'], { base: { countEmbedding: 'add', countScale: 'ln' } }],
    [
      'shares of the reads',
      ['--count-embedding', '--count-embedding-scale', 'relative'],
      { base: { countEmbedding: 'add', countScale: 'relative' } },
    ],
    [
      'counts concatenated',
      ['--count-embedding', '--count-embedding-method', 'concat'],
      { base: { countEmbedding: 'concat' } },
    ],
    ['no places', ['--slot-positions', 'none'], { base: { slotPositions: 'none' } }],
    [
      'norms behind, other widths and dropout',
      ['--norm-placement', 'post', '--ffn-ratio', '1.5', '--dropout', '0.3'],
      { base: { normPlacement: 'post', feedForwardWidth: 12, dropout: 0.3 } },
    ],
    [
      'a residual head',
      ['--regressor-hidden-dims', '5,3', '--residual-regression-head', '--regressor-dropout', '0.2'],
      { head: { kind: 'residual', hiddenWidths: [5, 3], dropout: 0.2 } },
    ],
    [
      'an mlp and a learned scale',
      ['--regressor-hidden-dims', '5', '--learnable-output-scale'],
      { head: { kind: 'mlp', hiddenWidths: [5], dropout: 0 }, learnableScale: true },
    ],
    ['bounded targets', ['--bounded-targets', '--target-transform', 'minmax'], { outputActivation: 'sigmoid' }],
    [
      'softplus, no count head and no norm',
      [
        '--output-activation',
        'softplus',
        '--target-transform',
        'none',
        '--no-count-prediction',
        '--no-target-layer-norm',
      ],
      { outputActivation: 'softplus', countHead: false, targetNorm: false },
    ],
    ['exp', ['--output-activation', 'exp', '--target-transform', 'none'], { outputActivation: 'exp' }],
    [
      'quantiles',
      ['--loss-type', 'quantile', '--quantiles', '0.1,0.5,0.9'],
      { quantileCount: 3, nonCrossingQuantiles: true },
    ],
    [
      'classes',
      ['--classifier', '--metadata-column', 'site', '--label-smoothing', '0.1', '--class-weights', '1,2'],
      { outputWidth: 2, outputActivation: 'logSoftmax' },
    ],
    [
      'the single key of the reference',
      [
        ...categories,
        '--categorical-fusion',
        'cross-attention',
        '--cross-attn-heads',
        '2',
        '--cross-attn-keys',
        'compat',
      ],
      { categories: { fusion: { kind: 'cross-attention', heads: 2, keys: 'compat' } } },
    ],
    [
      'an asymmetric loss and scaling by category',
      [
        ...['--loss-type', 'asymmetric', '--over-penalty', '2', ...categories],
        ...['--conditional-output-scaling', 'site', '--categorical-fusion', 'none'],
      ],
      { categories: { outputScaledBy: ['site'], fusion: { kind: 'none' } } },
    ],
  ])('builds a model with %s, and predicts with it', async (name, flags, model) => {
    const folder = `train-${name}`;
    expect((await checkpointOf('train', folder, flags)).model).toMatchObject(model);
    expect(historyOf(folder).isSound).toBe(true);
    const output = study.path(`${folder}.tsv`);
    const checkpoint = study.path(folder, 'best.safetensors');
    const { exitCode, stderr } = await aam(predictionCall(study, checkpoint, output, ['--metadata', study.metadata]));
    expect(exitCode, stderr).toBe(0);
    expect(rowsOf(output)).toHaveLength(17);
  });

  it('gives categories a learning rate of their own', async () => {
    const weightsOf = async (folder: string, more: readonly string[]) => {
      const flags = [...categories, '--conditional-output-scaling', 'site', ...more];
      return (await checkpointOf('train', folder, flags)).weights.get('output_scales.site.weight')!.data;
    };
    const same = await weightsOf('rate', []);
    expect(await weightsOf('same-rate', ['--categorical-lr', '0.01'])).toEqual(same);
    expect(await weightsOf('own-rate', ['--categorical-lr', '0.05'])).not.toEqual(same);
  });

  it('lets categories lie within others', async () => {
    const lines = readFileSync(study.metadata, 'utf8').trimEnd().split('\n');
    const places = lines.map((line, i) => `${line}\t${i === 0 ? 'city\tland=1' : `c${i % 4}\tl${i % 2}`}`);
    const metadata = await study.write('places.tsv', `${places.join('\n')}\n`);
    const columns = ['--metadata', metadata, '--categorical-columns', 'city,land=1'];
    const { model } = await checkpointOf('train', 'places', [...columns, '--categorical-parents', 'city=land=1']);
    expect(model).toMatchObject({ categories: { columns: [{ name: 'city', parent: 'land=1' }, { name: 'land=1' }] } });
    for (const [flags, words] of [
      [[...columns, '--categorical-parents', 'city=country'], /"city=country" is no child=parent of two of/],
      [['--categorical-parents', 'city=land=1'], /has no effect without --categorical-columns/],
      [['--categorical-lr', '0.1'], /--categorical-lr has no effect without --categorical-columns/],
    ] as const) {
      const { exitCode, stderr } = await aam(call('train', 'refused', flags));
      expect([exitCode, stderr]).toEqual([2, expect.stringMatching(words)]);
    }
  });

  it('takes the same settings from a file', async () => {
    const flags = ['--attention-layers', '1,1,1,2,1', '--ffn-ratio', '2', '--learnable-output-scale'];
    const settings = 'attention-layers: [1, 1, 1, 2, 1]\nffn_ratio: 2\nlearnable-output-scale: true\n';
    const config = await study.write('model.yaml', settings);
    const byFlags = await checkpointOf('train', 'by-flags', flags);
    const { exitCode, stderr } = await aam(withoutLayers(call('train', 'by-file', ['--config', config])));
    expect(exitCode, stderr).toBe(0);
    const byFile = await readCheckpoint(study.path('by-file', 'best.safetensors'));
    expect(byFile.model).toEqual(byFlags.model);
    expect([...byFile.weights]).toEqual([...byFlags.weights]);
  });

  it.each([
    [['--attention-layers', '1,1'], /three: over bases, over ASVs, before pooling; or five/],
    [['--attention-layers', '1,1,1,0,1'], /--attention-layers: 1,1,1,0,1 was asked/],
    [['--embedding-dim', '9'], /--attention-heads: 2 heads do not divide --embedding-dim 9/],
    [['--bounded-targets'], /--bounded-targets gives numbers from 0 to 1, and --target-transform zscore/],
    [['--output-activation', 'exp'], /gives no negative numbers, and --target-transform zscore/],
    [
      ['--classifier', '--metadata-column', 'site', '--output-activation', 'relu'],
      /--output-activation relu is for num/,
    ],
    [['--classifier', '--metadata-column', 'site', '--loss-type', 'mae'], /--loss-type mae is for numbers/],
    [[...categories, '--categorical-fusion', 'perceiver', '--cross-attn-heads', '3'], /--cross-attn-heads: 3 heads of/],
    [['--nuc-mask-ratio', '1'], /a number at least 0 and below 1 is needed/],
    [['--target-penalty', '0'], /leaves the target unlearned/],
  ])('refuses %j', async (flags, words) => {
    const { exitCode, stderr } = await aam(call('train', 'refused', flags));
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(words)]);
  });
});
