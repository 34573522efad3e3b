import { isCategoricalParameter, SequencePredictor } from '@seq/model';
import { ParameterStore } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { predictorOptions } from './model-options.js';
import { tinyPredictor } from './tiny-community.js';

function namesOf(config: object): string[] {
  const store = new ParameterStore({ seed: 1 });
  new SequencePredictor(store.scope(), { ...tinyPredictor, ...config });
  return store.names().slice();
}

describe('isCategoricalParameter', () => {
  it.each(predictorOptions)('is true for what categories add to a predictor with %s', (_, config) => {
    const { moreTargets = [], ...own } = config;
    const plain = moreTargets.map(({ scaledBy: _scaledBy, ...target }) => target);
    const without = new Set(namesOf({ ...own, moreTargets: plain, categories: null }));
    const added = namesOf(config).filter((name) => !without.has(name));
    expect(namesOf(config).filter(isCategoricalParameter).sort()).toEqual(added.sort());
    expect(added.length > 0).toBe((config.categories ?? null) !== null);
  });

  it('is false for targets that are named like a part', () => {
    const moreTargets = [{ name: 'gmu.output_scales' }, { name: 'output_biases' }];
    expect(namesOf({ moreTargets }).filter(isCategoricalParameter)).toEqual([]);
  });
});
