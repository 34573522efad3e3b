// What is computed only where it is asked for: lazy outputs and the inside of a forward pass.
import {
  type AttentionPlace,
  type PredictorConfigInput,
  type PredictorForwardOptions,
  SequenceEncoder,
  SequencePredictor,
} from '@seq/model';
import { type FloatData, memory, noGrad, ParameterStore, resetPeakMemory, type Tensor, tidy } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { NaiveModel } from './naive-model.js';
import { communityInput, threeSamples, tinyEncoder, tinyPredictor } from './tiny-community.js';

const categories = { site: Int32Array.of(1, 2, 0), age: Int32Array.of(1, 1, 1) };
const input = communityInput({ ...threeSamples, categories });
const columns = [
  { name: 'age', cardinality: 2, embeddingWidth: 3 },
  { name: 'site', cardinality: 3, embeddingWidth: 2 },
];
const fusion = { kind: 'cross-attention', heads: 2 } as const;
const layers = { asv: 2, sample: 3, encoder: 1 };
const attending: PredictorConfigInput = { base: { ...tinyEncoder, layers }, categories: { columns, fusion } };

function build(config: PredictorConfigInput = attending, dtype: 'float32' | 'float64' = 'float64') {
  const store = new ParameterStore({ dtype, seed: 7 });
  return new SequencePredictor(store.scope(), { ...tinyPredictor, ...config });
}

/** Peak memory of a forward pass in evaluation, what it leaves alive, and how many tensors those are. */
function costs(work: () => readonly Tensor[]) {
  return noGrad(() => {
    const before = memory();
    resetPeakMemory();
    const kept = tidy(() => [...work()]);
    const { peakBytes } = memory();
    const after = memory();
    for (const tensor of kept) tensor.dispose();
    expect(memory().liveTensors).toBe(before.liveTensors);
    return {
      peakBytes: peakBytes - before.bytes,
      bytes: after.bytes - before.bytes,
      tensors: after.liveTensors - before.liveTensors,
    };
  });
}

describe('outputs that are computed when they are read', () => {
  it('cost nothing unread: the pass allocates what its parts by hand do', () => {
    const predictor = build({});
    const ofPass = costs(() => Object.values(predictor.forward(input)) as Tensor[]);
    const ofParts = costs(() => {
      const { base } = predictor;
      const asvEmbeddings = tidy(() => base.sampleEncoder.forward(input).asvEmbeddings);
      const targetPrediction = tidy(() => {
        const offsets = input.slotOffsets;
        const encoded = predictor.targetEncoder.forward(asvEmbeddings, { offsets });
        const keyMask = new Uint8Array(input.slotAsvs.length).fill(1);
        const pooled = predictor.targetPooling.forward(encoded, { offsets, keyMask });
        return predictor.target.forward(predictor.targetNorm!.forward(pooled), input);
      });
      return [asvEmbeddings, targetPrediction];
    });
    expect(ofPass).toEqual(ofParts);
    expect(ofPass.tensors).toBe(2);
    const unasked: readonly PredictorForwardOptions[] = [{ returnIntermediates: false }, {}];
    for (const options of unasked) {
      expect(costs(() => Object.values(predictor.forward(input, options)) as Tensor[])).toEqual(ofPass);
    }
    const read = costs(() => {
      const { asvEmbeddings, targetPrediction, countPrediction, embeddings } = predictor.forward(input);
      return [asvEmbeddings, targetPrediction, countPrediction!, embeddings];
    });
    expect(read.tensors).toBe(4);
    expect(read.bytes).toBeGreaterThan(ofPass.bytes);
  });

  it('are the same tensor each time, and made anew after they were freed', () => {
    const output = build({}).forward(input);
    const { embeddings, countPrediction } = output;
    expect(output.embeddings).toBe(embeddings);
    expect(output.countPrediction).toBe(countPrediction);
    const numbers = [...embeddings.toTypedArray()];
    embeddings.dispose();
    expect([...output.embeddings.toTypedArray()]).toEqual(numbers);
    const inside = tidy(() => [...output.countPrediction!.toTypedArray()]);
    expect([...output.countPrediction!.toTypedArray()]).toEqual(inside);
  });

  it('are those of the pass, dropout and masks included', () => {
    const predictor = build({});
    const options = { training: true, nucleotides: true, random: { seed: 3, step: 5 } };
    const output = predictor.forward(input, options);
    const again = predictor.base.forward(input, options);
    expect(output.embeddings.toTypedArray()).toEqual(again.embeddings.toTypedArray());
    expect(output.maskedPositions).toEqual(again.maskedPositions);
  });
});

/** Sums of the keys' weights of every query. */
function sums(weights: FloatData, keys: number): readonly number[] {
  return Array.from({ length: weights.length / keys }, (_, row) =>
    Array.from(weights.subarray(row * keys, (row + 1) * keys)).reduce((a, b) => a + b, 0),
  );
}

describe('returnIntermediates', () => {
  const readLengths = threeSamples.reads.map((read) => read.length + 1);
  const slotLengths = threeSamples.samples.map((sample) => sample.length);

  it('gives attention weights per layer and head, pooling weights and embeddings, and changes no output', () => {
    const predictor = build();
    const plain = predictor.forward(input);
    const output = predictor.forward(input, { returnIntermediates: true });
    const { attention, pooling, distinctAsvEmbeddings, targetEmbeddings } = output.intermediates!;
    expect(plain.intermediates).toBeUndefined();
    expect(output.targetPrediction.toTypedArray()).toEqual(plain.targetPrediction.toTypedArray());
    expect(output.embeddings.toTypedArray()).toEqual(plain.embeddings.toTypedArray());
    expect([distinctAsvEmbeddings!.shape, targetEmbeddings!.shape]).toEqual([
      [4, 8],
      [3, 8],
    ]);
    const depths: Record<AttentionPlace, number> = { asv: 2, sample: 3, encoder: 1, count: 1, target: 1, fusion: 1 };
    for (const [place, depth] of Object.entries(depths) as [AttentionPlace, number][]) {
      const lengths = place === 'asv' ? readLengths : slotLengths;
      expect(attention[place]).toHaveLength(depth);
      for (const sequences of attention[place]!) {
        const keys = lengths.map((length) => (place === 'fusion' ? 2 : length));
        expect(sequences.map(({ length }) => length)).toEqual(lengths.map((length, i) => 2 * length * keys[i]!));
        const all = sequences.flatMap((weights, i) => sums(weights, keys[i]!));
        for (const sum of all) expect(Math.abs(sum - 1)).toBeLessThanOrEqual(1e-12);
      }
    }
    for (const place of ['asv', 'encoder', 'target'] as const) {
      const lengths = place === 'asv' ? readLengths : slotLengths;
      expect(pooling[place]!.map(({ length }) => length)).toEqual(lengths);
      const total = pooling[place]!.flatMap((weights) => sums(weights, weights.length));
      for (const sum of total) expect(Math.abs(sum - 1)).toBeLessThanOrEqual(2e-8);
    }
    expect(Object.keys(pooling).sort()).toEqual(['asv', 'encoder', 'target']);
  });

  it('gives weights that mean what they say: unknown bases get none, slots differ between columns, heads differ', () => {
    const { attention, pooling } = build().forward(input, { returnIntermediates: true }).intermediates!;
    // Read 1 is GGNTA: with the start token, position 3 is unknown.
    for (const layer of attention.asv!) {
      for (let row = 0; row < 2 * 6; row++) expect(layer[1]![6 * row + 3]).toBe(0);
      expect(Array.from(layer[1]!).filter((weight) => weight === 0)).toHaveLength(12);
    }
    expect(pooling.asv![1]![3]).toBe(0);
    const [firstSample] = attention.fusion![0]!;
    const rows = Array.from({ length: 6 }, (_, row) => firstSample!.slice(2 * row, 2 * row + 2).join());
    expect(new Set(rows).size).toBe(6);
  });

  it.each(['pre', 'post'] as const)(
    'with norms %s gives the weights that plain loops get, in every layer',
    (normPlacement) => {
      const reads = ['ACGTA', 'CATTG', 'GGTCA'];
      const sample = communityInput({ reads, samples: [reads.map((_, i) => [i, 9 - i] as const)] });
      const store = new ParameterStore({ dtype: 'float64', seed: 9 });
      const encoder = new SequenceEncoder(store.scope(), { ...tinyEncoder, normPlacement, layers });
      const { attention } = encoder.forward(sample, { returnIntermediates: ['sample'] }).intermediates!;
      const naive = new NaiveModel(store);
      const tokens = reads.map((_, i) => [...sample.asvTokens.subarray(6 * i, 6 * i + 6)]);
      naive.slots({ reads: tokens, counts: [9, 8, 7] }, encoder.config);
      expect(attention.sample).toHaveLength(3);
      for (const [layer, [weights]] of attention.sample!.entries()) {
        const wanted = naive.weights[`sample_encoder.sample_transformer.encoder.layers.${layer}.self_attn`]!;
        expect(weights).toHaveLength(2 * 3 * 3);
        for (const [i, want] of wanted.entries()) expect(Math.abs(weights![i]! - want)).toBeLessThanOrEqual(1e-12);
      }
    },
  );

  it('gives only the places that are named, and nothing of what was not computed', () => {
    const predictor = build();
    const { embeddings: asvEmbeddings } = predictor.base.encodeAsvs(input);
    const options: PredictorForwardOptions = { returnIntermediates: ['asv', 'target'], asvEmbeddings };
    const { attention, pooling, distinctAsvEmbeddings } = predictor.forward(input, options).intermediates!;
    expect(Object.keys(attention)).toEqual(['target']);
    expect(Object.keys(pooling)).toEqual(['target']);
    expect(distinctAsvEmbeddings).toBe(asvEmbeddings);
  });

  it('frees all but what it gives', () => {
    const predictor = build();
    const before = memory().liveTensors;
    const output = predictor.forward(input, { returnIntermediates: true });
    const { distinctAsvEmbeddings, targetEmbeddings } = output.intermediates!;
    const kept = [output.asvEmbeddings, output.targetPrediction, distinctAsvEmbeddings!, targetEmbeddings!];
    for (const tensor of kept) tensor.dispose();
    expect(memory().liveTensors).toBe(before);
  });
});
