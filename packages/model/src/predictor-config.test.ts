import { describe, expect, it } from 'vitest';
import { defaultOutputConfig } from './output-config.js';
import { defaultPredictorConfig, type PredictorConfigInput, predictorConfig } from './predictor-config.js';

const columns = [{ name: 'site', cardinality: 3 }];

describe('predictorConfig', () => {
  it('fills in defaults and survives JSON', () => {
    const config = predictorConfig({
      base: { embeddingWidth: 16 },
      categories: { columns, outputScaledBy: ['site'], fusion: { kind: 'perceiver', heads: 8, latents: 4, layers: 1 } },
    });
    expect(config.categories?.columns).toEqual([{ ...columns[0], embeddingWidth: 16, isRequired: false }]);
    expect(predictorConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
    expect(predictorConfig()).toEqual(defaultPredictorConfig);
    const several = predictorConfig({ moreTargets: [{ name: 'pH', outputActivation: 'softplus' }] });
    expect(several.moreTargets).toEqual([
      { ...defaultOutputConfig, name: 'pH', outputActivation: 'softplus', scaledBy: [] },
    ]);
    expect(predictorConfig(JSON.parse(JSON.stringify(several)))).toEqual(several);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ head: { kind: 'mlp', hiddenWidths: [], dropout: 0 } }, /head is /],
    [{ head: { kind: 'linear', hiddenWidths: [2] } }, /head is /],
    [{ outputActivation: 'tanh' }, /outputActivation is "tanh"/],
    [{ quantileCount: 3, learnableScale: true }, /quantileCount is 3 and learnableScale is set/],
    [{ quantileCount: 3, outputActivation: 'exp' }, /quantileCount is 3 and outputActivation is set/],
    [{ quantileCount: 1, categories: { columns, outputScaledBy: ['site'] } }, /outputScaledBy is set/],
    [{ categories: { columns: [] } }, /columns is \[\]/],
    [{ categories: { columns, outputScaledBy: ['age'] } }, /outputScaledBy is \["age"\].*out of site/],
    [{ categories: { columns, fusion: { kind: 'cross-attention', heads: 3 } } }, /fusion is /],
    [{ categories: { columns, fusion: { kind: 'gmu', heads: 4 } } }, /fusion is /],
    [{ categories: { columns, fusion: { kind: 'cross-attention', heads: 4, keys: 'one' } } }, /fusion is /],
    [{ nonCrossingQuantiles: true }, /nonCrossingQuantiles is set, but there are no quantiles/],
    [{ moreTargets: [{ name: '' }] }, /name is ""/],
    [{ moreTargets: [{ name: 'pH' }, { name: 'pH' }] }, /moreTargets "pH": this name is given twice/],
    [{ moreTargets: [{ name: 'pH', scaledBy: ['site'] }] }, /scaledBy is \["site"\].*none/],
    [{ moreTargets: [{ name: 'pH', quantileCount: 2, learnableScale: true }] }, /learnableScale is set/],
    [{ moreTargets: [{ name: 'pH', width: 2 }] }, /there is no field "width"/],
    [{ base: { heads: 3 } }, /encoderConfig: heads is 3/],
    [{ out_dim: 2 }, /there is no field "out_dim"/],
  ])('refuses %j', (input, message) => {
    expect(() => predictorConfig(input as PredictorConfigInput)).toThrow(message);
    expect(() => predictorConfig(input as PredictorConfigInput)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });
});
