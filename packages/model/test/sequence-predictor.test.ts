import {
  type CategoriesConfigInput,
  type FusionConfig,
  type HeadConfig,
  type PredictorConfigInput,
  type PredictorOutput,
  SequencePredictor,
} from '@seq/model';
import { add, backward, mean, memory, mul, ParameterStore, square, sum, type Tensor, tensor } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients } from './gradient-check.js';
import { communityInput, threeSamples, tinyPredictor } from './tiny-community.js';

function build(config: PredictorConfigInput = {}, dtype: 'float32' | 'float64' = 'float64') {
  const store = new ParameterStore({ dtype, seed: 7 });
  const base = { ...tinyPredictor.base, dropout: 0, ...config.base };
  return { store, predictor: new SequencePredictor(store.scope(), { ...tinyPredictor, ...config, base }) };
}

// No 0 among them: the row of unknown has no gradient, so finite differences would disagree with it.
const categories = { site: Int32Array.of(1, 2, 2), age: Int32Array.of(1, 1, 1) };
const input = communityInput({ ...threeSamples, categories });
const values = (x: Tensor): number[] => Array.from(x.toTypedArray());

const conditioned: CategoriesConfigInput = {
  columns: [
    { name: 'site', cardinality: 3, embeddingWidth: 2 },
    { name: 'age', cardinality: 2, embeddingWidth: 3 },
  ],
  dropout: 0,
};

function loss({ targetPrediction, morePredictions, countPrediction, embeddings }: PredictorOutput): Tensor {
  const weighted = (prediction: Tensor): Tensor => {
    const weights = Float64Array.from({ length: prediction.size }, (_, i) => 1 + i);
    return sum(mul(prediction, tensor(weights, prediction.shape)));
  };
  const targets = [targetPrediction, ...Object.values(morePredictions ?? {})];
  const parts = [...targets.map(weighted), mean(square(embeddings))];
  if (countPrediction !== undefined) parts.push(mean(square(countPrediction)));
  return parts.reduce((a, b) => add(a, b));
}

describe('SequencePredictor', () => {
  it.each<FusionConfig>([
    { kind: 'concat' },
    { kind: 'cross-attention', heads: 2 },
    { kind: 'cross-attention', heads: 2, keys: 'compat' },
    { kind: 'perceiver', heads: 2, latents: 3, layers: 2 },
  ])('has right gradients in training with dropout everywhere and fusion %j', (fusion) => {
    const head: HeadConfig = { kind: 'mlp', hiddenWidths: [9], dropout: 0.3 };
    const dropped = { ...conditioned, dropout: 0.3, fusion };
    const { store, predictor } = build({ base: { dropout: 0.2 }, head, categories: dropped });
    const options = { training: true, nucleotides: true, random: { seed: 3, step: 2 } };
    checkGradients(store, () => loss(predictor.forward(input, options)), 2);
    const [a, b] = [2, 3].map((step) => predictor.forward(input, { ...options, random: { seed: 3, step } }));
    expect(values(a!.targetPrediction)).not.toEqual(values(b!.targetPrediction));
  });

  it.each<FusionConfig>([
    { kind: 'cross-attention', heads: 2 },
    { kind: 'perceiver', heads: 2, latents: 3, layers: 1 },
  ])('drops inside the fusion %j for a sample by its id', (fusion) => {
    const { predictor } = build({ base: { dropout: 0.5 }, categories: { ...conditioned, fusion } });
    const options = { training: true, baseTraining: false, random: { seed: 3, step: 2 } };
    const run = (...sampleIds: number[]) => {
      const output = predictor.forward({ ...input, sampleIds: Uint32Array.from(sampleIds) }, options);
      return values(output.targetPrediction);
    };
    const [first, , third] = run(0, 1, 2);
    const [again, , other] = run(0, 5, 7);
    expect(again).toBe(first);
    expect(other).not.toBe(third);
  });

  it('numbers the layers of an mlp as the reference does', () => {
    const names = (head: HeadConfig): string[] =>
      build({ head })
        .store.names()
        .filter((name) => name.startsWith('target_head.') && name.endsWith('.weight'));
    expect(names({ kind: 'linear' })).toEqual(['target_head.weight']);
    expect(names({ kind: 'mlp', hiddenWidths: [4, 3], dropout: 0 })).toEqual(
      [0, 2, 4].map((i) => `target_head.${i}.weight`),
    );
    expect(names({ kind: 'residual', hiddenWidths: [4, 3], dropout: 0.1 })).toEqual(
      ['skip', 'mlp.0', 'mlp.3', 'mlp.6'].map((part) => `target_head.${part}.weight`),
    );
  });

  it('gives shapes and ranges that the configuration promises', () => {
    const quantiles = build({ quantileCount: 3, outputWidth: 2 }).predictor.forward(input);
    expect(quantiles.targetPrediction.shape).toEqual([3, 2, 3]);
    expect(quantiles.countPrediction?.shape).toEqual([6, 1]);
    expect(values(quantiles.countPrediction!).every((value) => value > 0 && value < 1)).toBe(true);
    const classes = build({ outputActivation: 'logSoftmax', outputWidth: 4, countHead: false }).predictor.forward(
      input,
    );
    expect(classes.countPrediction).toBeUndefined();
    for (let i = 0; i < 3; i++) {
      const total = values(classes.targetPrediction)
        .slice(4 * i, 4 * i + 4)
        .reduce((sum, value) => sum + Math.exp(value), 0);
      expect(Math.abs(total - 1)).toBeLessThanOrEqual(1e-12);
    }
    const gated = build({ categories: { ...conditioned, fusion: { kind: 'gmu' } } }).predictor.forward(input);
    expect(gated.gate?.shape).toEqual([3, 8]);
  });

  it('gives a sample the same numbers alone and in a batch, bit by bit', () => {
    const fusion = { kind: 'perceiver', heads: 2, latents: 3, layers: 1 } as const;
    const { predictor } = build({ categories: { ...conditioned, fusion } }, 'float32');
    const whole = predictor.forward(input);
    const second = communityInput({
      reads: ['T'],
      samples: [[[0, 7]]],
      categories: { site: Int32Array.of(2), age: Int32Array.of(1) },
    });
    const alone = predictor.forward(second);
    expect(values(alone.targetPrediction)).toEqual(values(whole.targetPrediction).slice(1, 2));
    expect(values(alone.countPrediction!)).toEqual(values(whole.countPrediction!).slice(3, 4));
  });

  it('needs categories if it was built with them, unless told to go without', () => {
    const { predictor } = build({ categories: conditioned });
    const { categories: _, ...bare } = input;
    expect(() => predictor.forward(bare)).toThrow(/built with categories \(age, site\), the batch has none/);
    const without = predictor.forward(bare, { withoutCategories: true });
    expect(values(without.targetPrediction)).not.toEqual(values(predictor.forward(input).targetPrediction));
  });

  it('sends nothing into a frozen base', () => {
    const { store, predictor } = build();
    store.setTrainable((name) => name.startsWith('base_model.'), false);
    backward(loss(predictor.forward(input)));
    const reached = store.names().filter((name) => store.hasGradient(name));
    expect(reached.length).toBeGreaterThan(0);
    expect(reached.filter((name) => name.startsWith('base_model.'))).toEqual([]);
  });

  it('can hold the base still while the rest trains', () => {
    const { predictor } = build({ base: { dropout: 0.4 } });
    const options = { training: true, baseTraining: false, random: { seed: 1, step: 1 } };
    const [training, still] = [predictor.forward(input, options), predictor.forward(input)];
    expect(values(training.asvEmbeddings)).toEqual(values(still.asvEmbeddings));
    expect(values(training.targetPrediction)).not.toEqual(values(still.targetPrediction));
  });

  it('keeps nothing alive but its outputs', () => {
    const { predictor } = build({ categories: conditioned });
    const before = memory().liveTensors;
    const { targetPrediction, countPrediction, embeddings, asvEmbeddings } = predictor.forward(input);
    for (const output of [targetPrediction, countPrediction!, embeddings, asvEmbeddings]) output.dispose();
    expect(memory().liveTensors).toBe(before);
  });
});
