// Every option of the models: gradients, and weights that come back from a file. Their outputs beside plain loops are in
// summary.test.ts, for the same models.
import {
  type CommunityInput,
  type CountEmbeddingKind,
  type EncoderConfig,
  type EncoderOutput,
  type EncoderType,
  encoderConfig,
  type FusionConfig,
  type HeadConfig,
  loadStateDict,
  type NormPlacement,
  type OutputActivation,
  type PredictorConfig,
  type PredictorOutput,
  predictorConfig,
  readSafetensors,
  SequenceEncoder,
  SequencePredictor,
  type SlotPositions,
  stateDict,
  writeSafetensors,
} from '@seq/model';
import { add, mean, mul, ParameterStore, square, sum, type Tensor, tensor } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients } from './gradient-check.js';
import { encoderOptions, predictorOptions } from './model-options.js';
import { communityInput, threeSamples, tinyPredictor } from './tiny-community.js';

// No 0 among them: the row of unknown has no gradient, so difference quotients would disagree with it.
const categories = { site: Int32Array.of(1, 2, 2), age: Int32Array.of(1, 1, 1) };
const input: CommunityInput = communityInput({ ...threeSamples, categories });
const maskedPositions = Uint8Array.from(input.asvTokens, (token, i) => Number(token >= 1 && token <= 4 && i % 3 === 0));

/** A loss in which every output has a part. */
function everyOutput(outputs: readonly (Tensor | undefined)[]): Tensor {
  const parts = outputs.flatMap((output) => {
    if (output === undefined) return [];
    const weight = Float64Array.from({ length: output.size }, (_, i) => Math.cos(i + 1));
    return [add(mean(mul(output, tensor(weight, output.shape))), mean(square(output)))];
  });
  return parts.reduce(add);
}

/** All outputs of an encoder. */
const ofEncoder = ({
  embeddings,
  asvEmbeddings,
  baseOutputs,
  nucleotideLogits,
}: EncoderOutput): (Tensor | undefined)[] => [
  embeddings,
  asvEmbeddings,
  ...(Object.values(baseOutputs) as Tensor[]),
  nucleotideLogits,
];

/** All outputs of a predictor. */
const ofPredictor = (output: PredictorOutput): (Tensor | undefined)[] => [
  ...ofEncoder(output),
  output.targetPrediction,
  ...Object.values(output.morePredictions ?? {}),
  output.countPrediction,
  output.gate,
];

/** Moves every weight a little: zeros and equal layers would hide mistakes. */
function moved(store: ParameterStore): ParameterStore {
  for (const [k, name] of store.names().entries()) {
    const values = store.read(name);
    store.write(
      name,
      values.map((value, i) => value + 0.05 * Math.sin(7 * k + i)),
    );
  }
  return store;
}

/** An encoder without dropout. */
function encoderOf(config: EncoderConfig, seed: number) {
  const store = new ParameterStore({ dtype: 'float64', seed });
  const model = new SequenceEncoder(store.scope(), { ...config, dropout: 0 });
  return { store, outputs: () => ofEncoder(model.forward(input, { nucleotides: true, maskedPositions })) };
}

/** A predictor without dropout in the base. */
function predictorOf(config: PredictorConfig, seed: number) {
  const store = new ParameterStore({ dtype: 'float64', seed });
  const model = new SequencePredictor(store.scope(), { ...config, base: { ...config.base, dropout: 0 } });
  return { store, outputs: () => ofPredictor(model.forward(input, { nucleotides: true, maskedPositions })) };
}

const encoders = encoderOptions.map(([name, given]) => [name, encoderConfig(given)] as const);
const predictors = predictorOptions.map(([name, given]) => {
  return [name, predictorConfig({ ...tinyPredictor, ...given })] as const;
});
const models = [
  ...encoders.map(([name, config]) => [`encoder: ${name}`, config, encoderOf] as const),
  ...predictors.map(([name, config]) => [`predictor: ${name}`, config, predictorOf] as const),
] as readonly (readonly [string, object, (config: object, seed: number) => ReturnType<typeof encoderOf>])[];

describe.each(models)('%s', (_, config, build) => {
  it('has gradients that equal difference quotients', () => {
    const { store, outputs } = build(config, 7);
    moved(store);
    expect(checkGradients(store, () => sum(everyOutput(outputs())), 2)).toBeGreaterThan(90);
  });

  it('comes back from its configuration as JSON and its weights as a file, bit by bit', () => {
    const { store, outputs } = build(config, 7);
    const file = writeSafetensors(stateDict(moved(store)));
    const again = build(JSON.parse(JSON.stringify(config)) as object, 8);
    const numbers = (all: readonly (Tensor | undefined)[]) => all.map((output) => output && [...output.toTypedArray()]);
    const wanted = numbers(outputs());
    expect(numbers(again.outputs())).not.toEqual(wanted);
    loadStateDict(again.store, readSafetensors(file).tensors);
    expect(numbers(again.outputs())).toEqual(wanted);
  });
});

describe('the list of options', () => {
  const bases = [...encoders.map(([, config]) => config), ...predictors.map(([, { base }]) => base)];
  const outputs = predictors.flatMap(([, config]) => [config, ...config.moreTargets]);
  const fusions = predictors.flatMap(([, { categories: given }]) => (given === null ? [] : [given.fusion]));
  const set = (values: readonly unknown[]): unknown[] => [...new Set(values)].sort();
  /** All names of a union of texts: the compiler knows if one is missing. */
  const all = <Name extends string>(names: Readonly<Record<Name, true>>): unknown[] => Object.keys(names).sort();

  it('has every value', () => {
    const has = true;
    expect(set(bases.map(({ encoderType }) => encoderType))).toEqual(
      all<EncoderType>({ unifrac: has, weighted: has, faith_pd: has, taxonomy: has, combined: has }),
    );
    expect(set(bases.map(({ countEmbedding }) => countEmbedding))).toEqual(
      all<CountEmbeddingKind>({ none: has, add: has, concat: has, film: has }),
    );
    expect(set(bases.map(({ slotPositions }) => slotPositions))).toEqual(
      all<SlotPositions>({ abundanceRank: has, none: has, compat: has }),
    );
    expect(set(bases.map(({ normPlacement }) => normPlacement))).toEqual(all<NormPlacement>({ pre: has, post: has }));
    expect(set(bases.map(({ activation }) => activation))).toEqual(
      all<EncoderConfig['activation']>({ gelu: has, relu: has }),
    );
    expect(set(bases.map(({ masking }) => masking.strategy))).toEqual(
      all<EncoderConfig['masking']['strategy']>({ random: has, span: has }),
    );
    expect(set(bases.map(({ nucleotideHead }) => nucleotideHead))).toEqual([false, true]);
    expect(set(outputs.map(({ head }) => head.kind))).toEqual(
      all<HeadConfig['kind']>({ linear: has, mlp: has, residual: has }),
    );
    expect(set(outputs.map(({ outputActivation }) => outputActivation))).toEqual(
      all<OutputActivation>({ identity: has, sigmoid: has, relu: has, softplus: has, exp: has, logSoftmax: has }),
    );
    expect(set(outputs.map(({ quantileCount }) => quantileCount > 1))).toEqual([false, true]);
    expect(set(outputs.map(({ nonCrossingQuantiles }) => nonCrossingQuantiles))).toEqual([false, true]);
    expect(set(outputs.map(({ learnableScale }) => learnableScale))).toEqual([false, true]);
    expect(set(fusions.map(({ kind }) => kind))).toEqual(
      all<FusionConfig['kind']>({
        ...{ none: has, concat: has, add: has, gmu: has },
        ...{ 'cross-attention': has, perceiver: has },
      }),
    );
    expect(
      set(
        fusions.map((fusion) => (fusion.kind === 'cross-attention' && fusion.keys === 'compat' ? 'compat' : 'columns')),
      ),
    ).toEqual(['columns', 'compat']);
    expect(set(predictors.map(([, { knownAsvs }]) => knownAsvs.length > 0))).toEqual([false, true]);
    for (const field of ['countHead', 'targetNorm'] as const) {
      expect(set(predictors.map(([, config]) => config[field]))).toEqual([false, true]);
    }
  });

  it('knows every field, so that a new one needs a decision', () => {
    expect(Object.keys(bases[0]!).sort()).toEqual([
      ...[
        'activation',
        'baseOutputWidth',
        'basesPerAsv',
        'countEmbedding',
        'countScale',
        'dropout',
        'embeddingWidth',
        'encoderType',
      ],
      ...['feedForwardWidth', 'heads', 'layers', 'masking', 'maxAsvsPerSample', 'normPlacement', 'nucleotideHead'],
      ...['slotPositions', 'vocabularySize'],
    ]);
    expect(Object.keys(predictors[0]![1]).sort()).toEqual([
      ...['base', 'categories', 'countHead', 'head', 'knownAsvs', 'layers', 'learnableScale', 'moreTargets'],
      ...['nonCrossingQuantiles', 'outputActivation', 'outputWidth', 'quantileCount', 'targetNorm'],
    ]);
  });
});
