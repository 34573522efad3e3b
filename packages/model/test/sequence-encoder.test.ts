import { type CommunityInput, SequenceEncoder, type SlotPositions } from '@seq/model';
import {
  add,
  backward,
  mean,
  memory,
  mul,
  ParameterStore,
  type RecomputePolicy,
  setThreads,
  square,
  sum,
  type Tensor,
  tensor,
  threads,
  tidy,
} from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients } from './gradient-check.js';
import { communityInput, threeSamples, tinyEncoder } from './tiny-community.js';

function build(config = {}, dtype: 'float32' | 'float64' = 'float32') {
  const store = new ParameterStore({ dtype, seed: 11 });
  return { store, encoder: new SequenceEncoder(store.scope(), { ...tinyEncoder, ...config }) };
}

const values = (x: Tensor): number[] => Array.from(x.toTypedArray());

/** A loss in which every output has a part. */
function everyOutput(outputs: readonly (Tensor | undefined)[]): Tensor {
  const parts = outputs
    .filter((output) => output !== undefined)
    .map((output) => {
      const weight = tensor(
        Float64Array.from({ length: output.size }, (_, i) => Math.cos(i)),
        output.shape,
      );
      return add(sum(mul(output, weight)), mean(square(output)));
    });
  return parts.reduce((a, b) => add(a, b));
}

describe('SequenceEncoder', () => {
  it.each(['none', 'add', 'concat', 'film'] as const)(
    'has right gradients with count embedding %s',
    (countEmbedding) => {
      const { store, encoder } = build({ countEmbedding, encoderType: 'faith_pd', dropout: 0 }, 'float64');
      const input = communityInput(threeSamples);
      const maskedPositions = Uint8Array.from(input.asvTokens, (token, i) =>
        Number(token >= 1 && token <= 4 && i % 3 === 0),
      );
      const checked = checkGradients(store, () => {
        const output = encoder.forward(input, { nucleotides: true, maskedPositions });
        return everyOutput([output.embeddings, output.asvEmbeddings, output.basePrediction, output.nucleotideLogits]);
      });
      expect(checked).toBeGreaterThan(150);
    },
  );

  it('has right gradients in training with dropout and drawn masks', () => {
    const { store, encoder } = build({ dropout: 0.3, masking: { fraction: 0.5 } }, 'float64');
    checkGradients(
      store,
      () => {
        const options = { training: true, nucleotides: true, random: { seed: 5, step: 3 } };
        const output = encoder.forward(communityInput(threeSamples), options);
        return everyOutput([output.embeddings, output.asvEmbeddings, output.nucleotideLogits]);
      },
      3,
    );
  });

  it('gives a sample the same numbers alone and in a batch, bit by bit', () => {
    const { encoder } = build({ countEmbedding: 'film' });
    for (const training of [false, true]) {
      const options = { training, nucleotides: true, random: { seed: 1, step: 9 } };
      const whole = encoder.forward(communityInput(threeSamples), options);
      const offsets = [0, 3, 4, 6];
      for (const [i, sample] of threeSamples.samples.entries()) {
        const reads = sample.map(([read]) => read);
        const alone = communityInput({
          reads: reads.map((read) => threeSamples.reads[read]!),
          readIds: reads,
          samples: [sample.map(([, count], slot) => [slot, count])],
          sampleIds: [i],
        });
        const output = encoder.forward(alone, options);
        expect(values(output.embeddings)).toEqual(values(whole.embeddings).slice(8 * i, 8 * (i + 1)));
        expect(values(output.asvEmbeddings)).toEqual(
          values(whole.asvEmbeddings).slice(8 * offsets[i]!, 8 * offsets[i + 1]!),
        );
      }
    }
  });

  it('gives equal numbers for a shared ASV and for copies of it, gradients included', () => {
    const { store, encoder } = build({}, 'float64');
    const shared = communityInput(threeSamples);
    const copies = communityInput({
      reads: threeSamples.samples.flat().map(([read]) => threeSamples.reads[read]!),
      samples: [
        [
          [0, 5],
          [1, 1],
          [2, 20],
        ],
        [[3, 7]],
        [
          [4, 2],
          [5, 1],
        ],
      ],
    });
    const run = (input: CommunityInput) => {
      store.clearGradients();
      const output = encoder.forward(input);
      backward(everyOutput([output.embeddings]));
      return { embeddings: values(output.embeddings), gradients: store.names().map((name) => store.gradient(name)) };
    };
    const [a, b] = [run(shared), run(copies)];
    expect(a.embeddings).toEqual(b.embeddings);
    for (const [i, gradient] of a.gradients.entries()) {
      for (const [k, value] of gradient.entries()) {
        expect(Math.abs(value - b.gradients[i]![k]!)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
      }
    }
  });

  it('does not mind the order of ASVs without slot positions or with ranks, and does with places', () => {
    const reversed = communityInput({
      ...threeSamples,
      samples: threeSamples.samples.map((sample) => [...sample].reverse()),
    });
    const difference = (slotPositions: SlotPositions): number => {
      const { encoder } = build({ slotPositions }, 'float64');
      const [a, b] = [communityInput(threeSamples), reversed].map((input) => values(encoder.forward(input).embeddings));
      return Math.max(...a!.map((value, i) => Math.abs(value - b![i]!)));
    };
    expect(difference('none')).toBeLessThanOrEqual(1e-12);
    expect(difference('abundanceRank')).toBeLessThanOrEqual(1e-12);
    expect(difference('compat')).toBeGreaterThan(1e-3);
  });

  it('takes slot positions that are given', () => {
    const { encoder } = build({}, 'float64');
    const input = communityInput(threeSamples);
    const [a, b] = [undefined, Uint32Array.of(1, 2, 0, 0, 0, 1)].map((slotPositions) =>
      values(encoder.forward(slotPositions === undefined ? input : { ...input, slotPositions }).embeddings),
    );
    expect(a).toEqual(b);
    expect(() => encoder.forward({ ...input, slotPositions: Uint32Array.of(0, 1, 9, 0, 0, 1) })).toThrow(/position 9/);
  });

  it('repeats a training step for the same seed and step, and draws anew for another step', () => {
    const { encoder } = build({ dropout: 0.2, masking: { fraction: 0.4 } });
    const run = (seed: number, step: number) => {
      const output = encoder.forward(communityInput(threeSamples), {
        training: true,
        nucleotides: true,
        random: { seed, step },
      });
      return { embeddings: values(output.embeddings), masked: output.maskedPositions };
    };
    expect(run(1, 1)).toEqual(run(1, 1));
    expect(run(1, 1).embeddings).not.toEqual(run(1, 2).embeddings);
    expect(run(1, 1).embeddings).not.toEqual(run(2, 1).embeddings);
    const masks = Array.from({ length: 20 }, (_, step) => String(run(1, step).masked));
    expect(new Set(masks).size).toBeGreaterThan(15);
  });

  it('hides bases only in training when logits are asked for, or where it is told to', () => {
    const { encoder } = build({ dropout: 0, masking: { fraction: 0.9 } });
    const input = communityInput(threeSamples);
    const random = { seed: 1, step: 1 };
    const plain = encoder.forward(input);
    expect(plain.nucleotideLogits).toBeUndefined();
    expect(encoder.forward(input, { training: true, random }).maskedPositions).toBeUndefined();
    expect(encoder.forward(input, { nucleotides: true }).maskedPositions).toBeUndefined();
    const masked = encoder.forward(input, { training: true, nucleotides: true, random });
    expect(masked.maskedPositions).toBeDefined();
    const told = encoder.forward(input, { nucleotides: true, maskedPositions: masked.maskedPositions! });
    expect(values(told.embeddings)).toEqual(values(masked.embeddings));
    expect(values(told.embeddings)).not.toEqual(values(plain.embeddings));
  });

  it('goes on from embeddings of ASVs that were computed before', () => {
    const { encoder } = build();
    const input = communityInput(threeSamples);
    const { embeddings: asvEmbeddings } = encoder.encodeAsvs(input);
    expect(asvEmbeddings.shape).toEqual([4, 8]);
    const output = encoder.forward(input, { asvEmbeddings });
    expect(values(output.embeddings)).toEqual(values(encoder.forward(input).embeddings));
    expect(() => encoder.forward(input, { asvEmbeddings: tensor([1, 2], [1, 2]) })).toThrow(/shape \[1, 2\]/);
  });

  it('gives equal bits for 1 and 2 threads and for every way of keeping activations, gradients included', () => {
    const { store, encoder } = build({ layers: { asv: 2, sample: 2, encoder: 1 } });
    const run = (recompute: RecomputePolicy) => {
      store.clearGradients();
      const options = { training: true, nucleotides: true, random: { seed: 2, step: 4 }, recompute };
      const { embeddings, nucleotideLogits } = encoder.forward(communityInput(threeSamples), options);
      backward(add(mean(square(embeddings)), mean(square(nucleotideLogits!))));
      return [embeddings.toTypedArray(), ...store.names().map((name) => store.gradient(name))];
    };
    const threadsBefore = threads();
    const results = [1, 2].flatMap((count) => {
      setThreads(count);
      return (['none', 'boundary', 'selective', 'all'] as const).map(run);
    });
    setThreads(threadsBefore);
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('returns to its level of memory when a step is tidied', () => {
    const { encoder } = build();
    const step = () =>
      tidy(() => {
        const options = { training: true, nucleotides: true, random: { seed: 1, step: 1 } };
        const output = encoder.forward(communityInput(threeSamples), options);
        backward(sum(output.embeddings));
      });
    step();
    const before = memory();
    step();
    const kept = encoder.forward(communityInput(threeSamples));
    expect(memory().liveTensors).toBeGreaterThan(before.liveTensors);
    for (const output of [kept.embeddings, kept.asvEmbeddings]) output.dispose();
    expect(memory().liveTensors).toBe(before.liveTensors);
    expect(memory().bytes).toBe(before.bytes);
  });

  it.each<[string, Partial<CommunityInput>, RegExp]>([
    ['a sample without ASVs', { slotOffsets: Uint32Array.of(0, 3, 3, 6) }, /sample 1 has no ASV/],
    ['offsets that do not end at the slots', { slotOffsets: Uint32Array.of(0, 3, 4, 5) }, /slotOffsets must rise/],
    ['a slot of an ASV that is not there', { slotAsvs: Uint32Array.of(0, 1, 4, 2, 3, 0) }, /slot 2 holds ASV 4 of 4/],
    ['counts that are too few', { slotCounts: Float32Array.of(1) }, /slotCounts has 1 entries for 6 slots/],
    [
      'a count that is NaN',
      { slotCounts: Float32Array.of(1, 1, Number.NaN, 1, 1, 1) },
      /slot 2 has the read count NaN/,
    ],
    ['a negative count', { slotCounts: Float32Array.of(1, 1, 1, -1, 1, 1) }, /slot 3 has the read count -1/],
    ['scaled counts that are too few', { scaledCounts: Float32Array.of(1) }, /scaledCounts has 1 entries for 6 slots/],
    [
      'a scaled count that is NaN',
      { scaledCounts: Float32Array.of(1, -1, Number.NaN, 1, 1, 1) },
      /slot 2 has the scaled read count NaN/,
    ],
    ['ids that are too few', { sampleIds: Uint32Array.of(1) }, /sampleIds has 1 ids for 3 samples/],
    ['read ids that are too few', { asvIds: Uint32Array.of(1) }, /asvIds has 1 ids for 4 ASVs/],
    ['a token that does not exist', { asvTokens: new Int32Array(23).fill(7) }, /token 7 at position 0/],
    ['a read without a visible token', { asvTokens: new Int32Array(23) }, /ASV 0 \(id 0\) has no visible token/],
    ['masked positions of another length', {}, /maskedPositions has 1 entries for 23 tokens/],
  ])('refuses %s', (name, change, message) => {
    const { encoder } = build();
    const options = name.startsWith('masked') ? { maskedPositions: Uint8Array.of(1) } : {};
    const run = () => encoder.forward({ ...communityInput(threeSamples), ...change }, options);
    expect(run).toThrow(message);
    expect(run).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  it('refuses reads and samples that are too long for its tables', () => {
    const { encoder } = build({ maxAsvsPerSample: 1, basesPerAsv: 7 });
    const crowded = communityInput({ reads: ['A'], samples: [[0, 0, 0, 0, 0, 0, 0].map(() => [0, 1] as const)] });
    expect(() => encoder.forward(crowded)).toThrow(/sample 0 has 7 ASVs, the model has 6 slot positions/);
    expect(() => encoder.forward(communityInput({ reads: ['ACGTACGT'], samples: [[[0, 1]]], readIds: [42] }))).toThrow(
      /ASV 0 \(id 42\) has 9 tokens, at most 8 fit/,
    );
  });

  it('asks for random numbers where training needs them', () => {
    const { encoder } = build();
    const run = () => encoder.forward(communityInput(threeSamples), { training: true });
    expect(run).toThrow(expect.objectContaining({ code: 'RANDOM_MISSING' }));
    const still = build({ dropout: 0 }).encoder;
    expect(still.forward(communityInput(threeSamples), { training: true }).embeddings.shape).toEqual([3, 8]);
  });

  it('starts layers and stacks from different weights, independent of what else is declared', () => {
    const { store } = build({ layers: { asv: 2, sample: 1, encoder: 1 } });
    const weight = (stack: string, layer: number) => store.read(`${stack}.encoder.layers.${layer}.linear1.weight`);
    const asv = 'sample_encoder.asv_encoder.transformer';
    expect(weight(asv, 0)).not.toEqual(weight(asv, 1));
    expect(weight(asv, 0)).not.toEqual(weight('encoder_transformer', 0));
    const other = build({ layers: { asv: 1, sample: 1, encoder: 3 }, encoderType: 'faith_pd' }).store;
    expect(other.read(`${asv}.encoder.layers.0.linear1.weight`)).toEqual(weight(asv, 0));
  });
});
