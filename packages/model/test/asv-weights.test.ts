import { AsvWeights, type CommunityInput, KnownAsvs, type PredictorConfigInput, SequencePredictor } from '@seq/model';
import { add, mul, ParameterStore, sum, type Tensor, tensor } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients } from './gradient-check.js';
import { communityInput, threeSamples, tinyPredictor } from './tiny-community.js';

const input = communityInput(threeSamples);
const values = (x: Tensor): number[] => [...x.toTypedArray()];
/** Of the four reads: the fourth, the first, and one that is in no sample; the others are not known. */
const asvs = ['CATTACA', 'ACGTAC', 'TTTTTT'];

function zeros(outputs: number, options: { readonly asvs?: readonly string[]; readonly basesPerAsv?: number } = {}) {
  const store = new ParameterStore({ dtype: 'float64', seed: 1 });
  const known = new KnownAsvs(options.asvs ?? asvs, options.basesPerAsv);
  const module = new AsvWeights(store.scope(), { asvCount: known.count, outputs });
  const forward = (of: CommunityInput): Tensor => module.forward(known.slotsOf(of), of.sampleIds.length);
  return { store, weights: { forward } };
}

function build(...given: Parameters<typeof zeros>) {
  const { store, weights } = zeros(...given);
  store.write(
    'weight',
    store.read('weight').map((_, i) => i + 1),
  );
  return { store, weights };
}

/** ln(1 + 1000 count / total) / 8. */
const factor = (count: number, total: number): number => Math.log(1 + (1000 * count) / total) / 8;

describe('AsvWeights', () => {
  it('starts at zero', () => {
    expect(values(zeros(2).weights.forward(input))).toEqual(Array(6).fill(0));
  });

  it('adds the weight of each known ASV times its log abundance, and nothing for others', () => {
    const { weights } = build(2);
    const expected = [0, 1].flatMap((output) => {
      const [fourth, first] = [1 + output, 3 + output];
      return [first * factor(5, 26) + fourth * factor(20, 26), 0, first * factor(1, 3) + fourth * factor(2, 3)];
    });
    const found = values(weights.forward(input));
    const byOutput = [0, 1].flatMap((output) => [0, 1, 2].map((sample) => found[2 * sample + output]!));
    for (const [i, value] of byOutput.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-12);
  });

  it('does not depend on read depth, the order of slots or other samples', () => {
    const { weights } = build(1);
    const [first] = values(weights.forward(input));
    const tenfold = communityInput({
      reads: ['CATTACA', 'GGNTA', 'ACGTAC'],
      samples: [
        [
          [0, 200],
          [2, 50],
          [1, 10],
        ],
      ],
    });
    const [alone] = values(weights.forward(tenfold));
    expect(Math.abs(alone! - first!)).toBeLessThanOrEqual(1e-12);
  });

  it('tells ASVs apart by the bases that are read', () => {
    const cut = communityInput({ reads: ['CATT'], samples: [[[0, 3]]] });
    expect(values(build(1, { asvs: ['cattaca'], basesPerAsv: 4 }).weights.forward(cut))).toEqual([factor(1, 1)]);
    expect(values(build(1, { asvs: ['CATTACA'] }).weights.forward(cut))).toEqual([0]);
  });

  it('counts an ASV that is named twice once, and letters that are no base as unknown ones', () => {
    const unknown = communityInput({ reads: ['GGNTA'], samples: [[[0, 3]]] });
    const { weights } = build(1, { asvs: ['GGRTA', 'GGNTA'] });
    expect(values(weights.forward(unknown))).toEqual([factor(1, 1)]);
  });

  it('has no abundances where all counts are zero', () => {
    const empty = communityInput({ reads: ['CATTACA'], samples: [[[0, 0]]] });
    expect(values(build(1).weights.forward(empty))).toEqual([0]);
  });
});

describe('a predictor with known ASVs', () => {
  const base = { ...tinyPredictor.base, dropout: 0 };
  const config: PredictorConfigInput = {
    ...tinyPredictor,
    base,
    knownAsvs: asvs,
    moreTargets: [{ name: 'other', outputWidth: 2, outputActivation: 'logSoftmax' }],
  };

  it('says what it says without them until they are trained', () => {
    const predict = (given: PredictorConfigInput): Tensor =>
      new SequencePredictor(new ParameterStore({ dtype: 'float64', seed: 5 }).scope(), given).forward(input)
        .targetPrediction;
    expect(values(predict(config))).toEqual(values(predict({ ...config, knownAsvs: [] })));
  });

  it('has weights for each target and their gradients', () => {
    const store = new ParameterStore({ dtype: 'float64', seed: 5 });
    const predictor = new SequencePredictor(store.scope(), config);
    const names = ['asv_weights.weight', 'more_targets.other.asv_weights.weight'];
    const own = store.names().filter((name) => name.includes('asv_weights'));
    expect(own).toEqual(names);
    for (const name of own) {
      store.write(
        name,
        store.read(name).map((_, i) => 0.1 * (i + 1)),
      );
    }
    const probe = tensor(Float64Array.of(0.3, -1, 0.7), [3, 1]);
    const probes = tensor(Float64Array.of(0.2, -0.4, 1, 0.1, -0.3, 0.5), [3, 2]);
    const loss = (): Tensor => {
      const { targetPrediction, morePredictions } = predictor.forward(input);
      return add(sum(mul(targetPrediction, probe)), sum(mul(morePredictions!.other!, probes)));
    };
    expect(checkGradients(store, loss)).toBeGreaterThan(50);
  });

  it('refuses what is no list of texts', () => {
    const wrong = { ...config, knownAsvs: ['ACGT', ''] };
    expect(() => new SequencePredictor(new ParameterStore({ seed: 1 }).scope(), wrong)).toThrow(/knownAsvs/);
  });
});
