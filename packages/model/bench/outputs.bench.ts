// What the outputs of a predictor cost that are asked for, and those that are not, on ASV embeddings that are known.
import { type CommunityInput, SequencePredictor } from '@seq/model';
import { noGrad, ParameterStore, type Tensor, tensor, tidy } from '@seq/tensor';
import type { Bench } from '../../../tooling/bench/bench.js';
import { type Scenario, scenarios } from '../../../tooling/bench/scenarios.js';

/** Samples that share half of their ASVs, made up. */
function community({ sampleCount, asvsPerSample, basesPerAsv }: Scenario): CommunityInput {
  let state = 1;
  const next = (limit: number): number => {
    state = (state * 48271) % 2147483647;
    return Math.floor((limit * state) / 2147483647);
  };
  const asvCount = Math.ceil((sampleCount * asvsPerSample) / 2);
  const tokensPerAsv = basesPerAsv + 1;
  const slotCount = sampleCount * asvsPerSample;
  return {
    asvTokens: Int32Array.from({ length: asvCount * tokensPerAsv }, (_, i) =>
      i % tokensPerAsv === 0 ? 5 : 1 + next(4),
    ),
    asvOffsets: Uint32Array.from({ length: asvCount + 1 }, (_, i) => i * tokensPerAsv),
    asvIds: Uint32Array.from({ length: asvCount }, (_, i) => i),
    slotOffsets: Uint32Array.from({ length: sampleCount + 1 }, (_, i) => i * asvsPerSample),
    slotAsvs: Uint32Array.from({ length: slotCount }, () => next(asvCount)),
    slotCounts: Float32Array.from({ length: slotCount }, () => 1 + next(40)),
    sampleIds: Uint32Array.from({ length: sampleCount }, (_, i) => i),
  };
}

const bench: Bench = {
  name: 'model/outputs/cpu',
  async run({ smoke, contestant }) {
    const scenario = smoke ? scenarios.smoke : { ...scenarios['gut-16s'], sampleCount: 8 };
    const input = community(scenario);
    const predictor = new SequencePredictor(new ParameterStore({ seed: 1 }).scope());
    const width = predictor.config.base.embeddingWidth;
    const known = Float32Array.from({ length: input.asvIds.length * width }, (_, i) => Math.sin(i));
    const asvEmbeddings = tensor(known, [input.asvIds.length, width]);
    const predict = (read: (output: ReturnType<typeof predictor.forward>) => readonly (Tensor | undefined)[]) => () => {
      tidy(() =>
        noGrad(() => void read(predictor.forward(input, { asvEmbeddings })).map((out) => out?.toTypedArray())),
      );
    };
    const facts = { ...scenario };
    await contestant(
      'the target',
      predict(({ targetPrediction }) => [targetPrediction]),
      { facts },
    );
    const all = predict(({ targetPrediction, countPrediction, embeddings }) => {
      return [targetPrediction, countPrediction, embeddings];
    });
    await contestant('target, read counts and sample embeddings', all, { facts });
    const places = ['target'] as const;
    const looking = () =>
      tidy(() => noGrad(() => predictor.forward(input, { asvEmbeddings, returnIntermediates: places }).intermediates));
    await contestant('the target and its attention', looking, { facts });
    asvEmbeddings.dispose();
  },
};

export default bench;
