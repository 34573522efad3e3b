import {
  encoderConfig,
  type PredictorConfigInput,
  parameterCount,
  predictorConfig,
  SequenceEncoder,
  SequencePredictor,
} from '@seq/model';
import { ParameterStore } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { tinyEncoder, tinyPredictor } from './tiny-community.js';

describe('parameterCount', () => {
  it('gives the counts of the reference', () => {
    const shallow = { layers: { asv: 2, sample: 2, encoder: 2 }, nucleotideHead: false };
    expect(parameterCount(encoderConfig())).toBe(2_533_639);
    expect(parameterCount(encoderConfig({ encoderType: 'faith_pd' }))).toBe(2_533_768);
    expect(parameterCount(encoderConfig({ encoderType: 'taxonomy' }))).toBe(2_550_151);
    expect(parameterCount(encoderConfig({ encoderType: 'combined' }))).toBe(2_534_929);
    expect(parameterCount(encoderConfig({ encoderType: 'weighted' }))).toBe(2_533_639);
    expect(parameterCount(encoderConfig(shallow))).toBe(1_343_104);
    expect(parameterCount(predictorConfig())).toBe(4_121_225);
    expect(parameterCount(predictorConfig({ base: shallow, layers: { count: 2, target: 2 } }))).toBe(2_137_602);
  });

  it('gives the counts of the reference for every fusion at width 128 over 32 category features', () => {
    const base = parameterCount(predictorConfig());
    const columns = [
      { name: 'a', cardinality: 1 },
      { name: 'b', cardinality: 1 },
    ];
    const tables = 2 * 16;
    const added = (fusion: NonNullable<PredictorConfigInput['categories']>['fusion']): number =>
      parameterCount(predictorConfig({ categories: { columns, fusion: fusion! } })) - base - tables;
    expect(added({ kind: 'gmu' })).toBe(24_832);
    expect(added({ kind: 'cross-attention', heads: 8, keys: 'compat' })).toBe(70_528);
    // A bias for each of the two columns.
    expect(added({ kind: 'cross-attention', heads: 8 })).toBe(70_528 + 128);
    expect(added({ kind: 'none' })).toBe(-tables);
    expect(added({ kind: 'perceiver', heads: 8, latents: 64, layers: 2 })).toBe(508_288);
  });

  it('equals what the default models declare, in 161 and 270 tensors', () => {
    const store = new ParameterStore({ seed: 0 });
    new SequencePredictor(store.scope());
    expect(store.parameterCount()).toBe(4_121_225);
    expect(store.names().length).toBe(270);
    expect(store.names().filter((name) => name.startsWith('base_model.')).length).toBe(161);
  });

  it.each<[string, PredictorConfigInput]>([
    ['counts added', { base: { ...tinyEncoder, countEmbedding: 'add' } }],
    ['counts concatenated', { base: { ...tinyEncoder, countEmbedding: 'concat', slotPositions: 'none' } }],
    ['counts by film', { base: { ...tinyEncoder, countEmbedding: 'film', encoderType: 'faith_pd' } }],
    ['an mlp', { head: { kind: 'mlp', hiddenWidths: [3, 5], dropout: 0.1 }, outputWidth: 2, quantileCount: 3 }],
    ['a residual head', { head: { kind: 'residual', hiddenWidths: [3], dropout: 0 }, learnableScale: true }],
    [
      'conditional scaling',
      { outputWidth: 2, categories: { columns: [{ name: 'a', cardinality: 4 }], outputScaledBy: ['a'] } },
    ],
    ['add', { categories: { columns: [{ name: 'a', cardinality: 4 }], fusion: { kind: 'add' } } }],
  ])('equals what a model with %s declares', (_, input) => {
    const config = predictorConfig({ ...tinyPredictor, ...input });
    const store = new ParameterStore({ seed: 0 });
    new SequencePredictor(store.scope(), config);
    expect(store.parameterCount()).toBe(parameterCount(config));
    const encoders = new ParameterStore({ seed: 0 });
    new SequenceEncoder(encoders.scope(), config.base);
    expect(encoders.parameterCount()).toBe(parameterCount(config.base));
  });
});
