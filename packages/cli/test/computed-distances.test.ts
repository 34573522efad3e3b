// `--unifrac-metric`: distances that are computed from the batches, with a tree and without, several at once.
import { readFile } from 'node:fs/promises';
import { readCheckpoint } from '@seq/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aam } from './fake-terminal.js';
import { makeStudy, type Study, trainingCall } from './small-study.js';

let study: Study;
beforeAll(async () => {
  study = await makeStudy();
});
afterAll(async () => study.remove());

/** Runs a command that must succeed, and reads its last checkpoint. */
async function run(command: 'pretrain' | 'train', folder: string, flags: readonly string[]) {
  const { exitCode, stderr } = await aam(trainingCall(study, command, folder, flags));
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('best epoch')]);
  return { stderr, ...(await readCheckpoint(study.path(folder, 'last.safetensors'))) };
}

const six = 'bray_curtis,jaccard,jaccard_abundance,aitchison,hellinger,euclidean_relative';

describe('aam pretrain --unifrac-metric', () => {
  it('learns distances without a tree, one map of embeddings for each', async () => {
    const { weights, training, stderr } = await run('pretrain', 'six', ['--unifrac-metric', six]);
    for (const name of six.split(',')) expect([...weights.keys()]).toContain(`objective.distance_map.${name}`);
    const told = /aitchison distances d are learned as d \/ \(d \+ ([\d.]+)\), the median/.exec(stderr);
    const distances = training!.options.distances as [string, number, { readonly half?: number }][];
    expect(distances.map(([name]) => name).join()).toBe(six);
    const { half } = distances[3]![2];
    expect(half!.toPrecision(4)).toBe(told![1]);
  });

  it('takes the median of the samples as they are, not as augmentation changes them', async () => {
    const halfOf = async (folder: string, more: readonly string[]) => {
      const { training } = await run('pretrain', folder, ['--unifrac-metric', 'aitchison', ...more]);
      return (training!.options.distances as [string, number, { readonly half: number }][])[0]![2].half;
    };
    expect(await halfOf('fewer', ['--augment', 'read-subsampling:0.1:0.2'])).toBe(await halfOf('all', []));
  });

  it('learns UniFrac beside others, and the same flags in a settings file', async () => {
    const flags = ['--tree', study.tree, '--unifrac-metric', 'generalized,jaccard', '--alpha', '0.3'];
    const first = await run('pretrain', 'both', flags);
    expect(first.model).toMatchObject({ encoderType: 'unifrac' });
    const config = await study.write(
      'both.yaml',
      `unifrac-metric: [generalized, jaccard]\nalpha: 0.3\ntree: ${study.tree}\n`,
    );
    const second = await run('pretrain', 'both-again', ['--config', config]);
    expect(second.weights).toEqual(first.weights);
  });

  it('learns UniFrac without a largest value, and variance-adjusted, from the tree', async () => {
    const flags = ['--tree', study.tree, '--unifrac-metric', 'weighted_unnormalized,unweighted_unnormalized'];
    const { model, training, stderr } = await run('pretrain', 'unnormalized', flags);
    expect(model).toMatchObject({ encoderType: 'unifrac' });
    expect(stderr.match(/_unnormalized distances d are learned as d/g)).toHaveLength(2);
    const half = expect.any(Number);
    expect(training!.options.distances).toEqual([
      ['weighted_unnormalized', 1, { metric: 'weightedUnnormalized', half }],
      ['unweighted_unnormalized', 1, { metric: 'unweightedUnnormalized', half }],
    ]);
    const adjusted = await run('pretrain', 'adjusted', ['--tree', study.tree, '--variance-adjusted']);
    expect(adjusted.training!.options.distances).toEqual([
      ['unifrac', 1, { metric: 'unweighted', varianceAdjusted: true }],
    ]);
  });

  it('learns others from other distances, reads drawn anew and changed samples', async () => {
    const weightsOf = async (folder: string, flags: readonly string[]) => {
      const { weights } = await run('pretrain', folder, ['--nuc-penalty', '0', ...flags]);
      return [...weights.get('attention_pooling.query.weight')!.data];
    };
    const runs = [
      await weightsOf('bray', ['--unifrac-metric', 'bray_curtis']),
      await weightsOf('jaccard', ['--unifrac-metric', 'jaccard']),
      await weightsOf('aitchison', ['--unifrac-metric', 'aitchison']),
      await weightsOf('pseudocount', ['--unifrac-metric', 'aitchison', '--pseudocount', '0.1']),
      await weightsOf('changed', ['--unifrac-metric', 'bray_curtis', '--augment', 'mixup']),
    ];
    expect(new Set(runs.map((numbers) => numbers.join())).size).toBe(5);
  });

  it('stopped and resumed ends with the files of an uninterrupted run, and goes on with no other distances', async () => {
    const flags = ['--unifrac-metric', 'aitchison,bray_curtis'];
    await run('pretrain', 'whole', flags);
    let seen = 0;
    const interruptAt = (written: string): boolean => written.includes('epoch 1/2  ') && ++seen === 2;
    const argv = trainingCall(study, 'pretrain', 'stopped', flags);
    expect((await aam(argv, { isTTY: true, interruptAt })).exitCode).toBe(130);
    const last = study.path('stopped', 'last.safetensors');
    const others = trainingCall(study, 'pretrain', 'stopped', ['--unifrac-metric', 'aitchison,jaccard']);
    const refused = await aam([...others, '--resume-from', last]);
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringMatching(/cannot go on from the checkpoint/)]);
    expect((await aam([...argv, '--resume-from', last])).exitCode).toBe(0);
    for (const file of ['last.safetensors', 'best.safetensors', 'history.tsv']) {
      expect((await readFile(study.path('stopped', file))).equals(await readFile(study.path('whole', file)))).toBe(
        true,
      );
    }
  });

  it.each([
    [['--unifrac-metric', 'bray'], /one or several of unifrac, weighted, .*bray_curtis.* is needed, got "bray"/],
    [['--unifrac-metric', 'jaccard,jaccard'], /names jaccard twice/],
    [['--unifrac-metric', 'jaccard,taxonomy'], /taxonomy is learned alone/],
    [['--unifrac-metric', 'jaccard,unifrac'], /--tree: UniFrac is computed from the tree/],
    [['--unifrac-metric', 'jaccard', '--alpha', '0.5'], /--alpha has no effect without --unifrac-metric generalized/],
    [['--unifrac-metric', 'jaccard', '--pseudocount', '0.5'], /--pseudocount has no effect without .* aitchison/],
    [['--unifrac-metric', 'jaccard', '--unifrac-matrix', 'x.tsv'], /Drop one of them/],
    [['--unifrac-metric', 'jaccard', '--variance-adjusted'], /--variance-adjusted is about UniFrac/],
  ])('refuses %j', async (flags, words) => {
    const { exitCode, stderr } = await aam(trainingCall(study, 'pretrain', 'refused', flags));
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(words)]);
  });
});

describe('aam train --penalty', () => {
  it('learns one distance without a tree beside the target', async () => {
    const { training } = await run('train', 'beside', ['--penalty', '1', '--unifrac-metric', 'bray_curtis']);
    expect(training!.options).toMatchObject({ distances: ['bray_curtis', { metric: 'brayCurtis' }] });
    const several = ['--penalty', '1', '--unifrac-metric', 'bray_curtis,jaccard'];
    const { exitCode, stderr } = await aam(trainingCall(study, 'train', 'refused', several));
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('learns one distance of a fixed scale')]);
  });
});
