import { type PredictorConfigInput, risingQuantiles, SequencePredictor } from '@seq/model';
import { ParameterStore, type Tensor, tensor } from '@seq/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { communityInput, threeSamples, tinyPredictor } from './tiny-community.js';

const categories = { site: Int32Array.of(1, 2, 0), age: Int32Array.of(1, 1, 1) };
const input = communityInput({ ...threeSamples, categories });
const values = (x: Tensor): number[] => [...x.toTypedArray()];

function build(config: PredictorConfigInput) {
  const store = new ParameterStore({ dtype: 'float64', seed: 7 });
  const base = { ...tinyPredictor.base, dropout: 0 };
  return { store, predictor: new SequencePredictor(store.scope(), { ...tinyPredictor, ...config, base }) };
}

describe('risingQuantiles', () => {
  it('for any numbers, rises, keeps the middle one, and steps by softplus', () => {
    const number = fc.double({ min: -20, max: 20, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.array(number, { minLength: 12, maxLength: 12 }),
        (count, drawn) => {
          const outputs = Math.floor(12 / count);
          const raw = drawn.slice(0, outputs * count);
          const found = values(risingQuantiles(tensor(Float64Array.from(raw), [1, outputs, count])));
          const middle = Math.floor(count / 2);
          for (let output = 0; output < outputs; output++) {
            const [h, q] = [raw, found].map((all) => all.slice(output * count, (output + 1) * count));
            expect(q![middle]! === h![middle]!).toBe(true);
            for (let k = 1; k < count; k++) {
              const step = Math.log1p(Math.exp(h![k <= middle ? k - 1 : k]!));
              expect(q![k]! >= q![k - 1]!).toBe(true);
              expect(Math.abs(q![k]! - q![k - 1]! - step)).toBeLessThanOrEqual(1e-12 * 100);
            }
          }
        },
      ),
    );
  });
});

describe('several targets', () => {
  const several: PredictorConfigInput = {
    quantileCount: 3,
    nonCrossingQuantiles: true,
    categories: {
      columns: [
        { name: 'age', cardinality: 2 },
        { name: 'site', cardinality: 3 },
      ],
      fusion: { kind: 'none' },
    },
    moreTargets: [
      { name: 'class', outputWidth: 4, outputActivation: 'logSoftmax' },
      { name: '__proto__', outputActivation: 'exp', scaledBy: ['site'] },
    ],
  };

  it('share one vector and have heads, shapes and ranges of their own, whatever their names', () => {
    const { store, predictor } = build(several);
    const { targetPrediction, morePredictions } = predictor.forward(input);
    expect(targetPrediction.shape).toEqual([3, 1, 3]);
    const quantiles = values(targetPrediction);
    for (let i = 1; i < 9; i++) if (i % 3 > 0) expect(quantiles[i]! > quantiles[i - 1]!).toBe(true);
    expect(Object.keys(morePredictions!)).toEqual(['class', '__proto__']);
    expect(morePredictions!.class!.shape).toEqual([3, 4]);
    const positive = Object.getOwnPropertyDescriptor(morePredictions, '__proto__')!.value as Tensor;
    expect(values(positive).every((value) => value > 0)).toBe(true);
    expect(store.names().filter((name) => name.startsWith('more_targets'))).toEqual([
      'more_targets.class.head.weight',
      'more_targets.class.head.bias',
      'more_targets.__proto__.head.weight',
      'more_targets.__proto__.head.bias',
      'more_targets.__proto__.output_scales.site.weight',
      'more_targets.__proto__.output_biases.site.weight',
    ]);
    // The main target is what it is alone.
    const alone = build({ ...several, moreTargets: [] }).predictor.forward(input);
    expect(values(alone.targetPrediction)).toEqual(quantiles);
    expect(alone.morePredictions).toBeUndefined();
  });

  it('draw dropout apart from each other', () => {
    const head = { kind: 'mlp', hiddenWidths: [40], dropout: 0.5 } as const;
    const { store, predictor } = build({ head, moreTargets: [{ name: 'twin', head }] });
    for (const name of store.names().filter((name) => name.startsWith('target_head.'))) {
      store.write(name.replace('target_head', 'more_targets.twin.head'), store.read(name));
    }
    const still = predictor.forward(input);
    expect(values(still.morePredictions!.twin!)).toEqual(values(still.targetPrediction));
    const moving = predictor.forward(input, { training: true, random: { seed: 1, step: 1 } });
    expect(values(moving.morePredictions!.twin!)).not.toEqual(values(moving.targetPrediction));
  });

  it('need categories only where these do something', () => {
    const { categories: _, ...bare } = input;
    expect(() => build(several).predictor.forward(bare)).toThrow(/built with categories \(age, site\)/);
    const idle = build({ ...several, moreTargets: [] }).predictor;
    expect(idle.forward(bare).targetPrediction.shape).toEqual([3, 1, 3]);
    expect(idle.embedder).toBeUndefined();
  });
});

describe('the perceiver', () => {
  it('reads no padding unless it repeats the reference, which does', () => {
    const fusion = { kind: 'perceiver', heads: 2, latents: 3, layers: 1 } as const;
    const { predictor } = build({ categories: { columns: [{ name: 'site', cardinality: 3 }], fusion } });
    const run = (paddedSlots?: number) =>
      values(predictor.forward(input, paddedSlots === undefined ? {} : { paddedSlots }).targetPrediction);
    const [plain, same, padded] = [run(), run(1), run(9)];
    expect(same).toEqual(plain);
    expect(Math.max(...plain.map((value, i) => Math.abs(value - padded![i]!)))).toBeGreaterThan(1e-4);
  });
});

describe('attention to columns', () => {
  it('treats slots of a sample differently, unlike a single key', () => {
    const columns = [
      { name: 'age', cardinality: 2, embeddingWidth: 3 },
      { name: 'site', cardinality: 3, embeddingWidth: 2 },
    ];
    const spread = (keys: 'columns' | 'compat'): number => {
      const { predictor } = build({ categories: { columns, fusion: { kind: 'cross-attention', heads: 2, keys } } });
      const { attention } = predictor.forward(input, { returnIntermediates: ['fusion'] }).intermediates!;
      const [first] = attention.fusion![0]!;
      return Math.max(...first!) - Math.min(...first!);
    };
    expect(spread('compat')).toBe(0);
    expect(spread('columns')).toBeGreaterThan(1e-3);
  });
});
