import { type ModelSummary, predictorConfig, SequenceEncoder, SequencePredictor, summarize } from '@seq/model';
import { ParameterStore, type Tensor } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { encoderOptions, predictorOptions } from './model-options.js';
import type { Count } from './naive-loops.js';
import { NaiveModel, type NaiveSample } from './naive-model.js';
import { communityInput, tinyPredictor } from './tiny-community.js';

// One sample, most abundant ASV first; all reads of one length, so that the formulas' equal lengths hold.
const reads = ['ACGTA', 'CATTG', 'GGTCA'];
const counts = [9, 4, 1];
const categories = { site: Int32Array.of(2), age: Int32Array.of(1) };
const community = communityInput({ reads, samples: [counts.map((count, i) => [i, count] as const)], categories });
const naiveSample: NaiveSample = {
  reads: reads.map((_, i) => [...community.asvTokens.subarray(community.asvOffsets[i], community.asvOffsets[i + 1])]),
  counts,
  categories: { site: 2, age: 1 },
};
const shape = { asvsPerSample: 3, basesPerAsv: 5, bytesPerNumber: 8 };

function close(found: Tensor | readonly number[], wanted: readonly number[]): void {
  const numbers = Array.isArray(found) ? found : [...(found as Tensor).toTypedArray()];
  expect(numbers).toHaveLength(wanted.length);
  for (const [i, want] of wanted.entries()) {
    expect(Math.abs(numbers[i]! - want) <= 1e-9 * Math.max(1, Math.abs(want)), `${i}: ${numbers[i]}, ${want}`).toBe(
      true,
    );
  }
}

/** Every part and every parameter is counted once, and as often as the plain loops did. */
function expectCounts(summary: ModelSummary, counted: Readonly<Record<string, Count>>, store: ParameterStore): void {
  const size = (name: string): number => store.shapeOf(name).reduce((product, length) => product * length, 1);
  const owners = store.names().map((name) => {
    return summary.modules.filter(({ prefixes }) => prefixes.some((prefix) => name.startsWith(prefix)));
  });
  expect(owners.filter((found) => found.length !== 1)).toEqual([]);
  for (const module of summary.modules) {
    const { name, flops, activations } = module;
    const own = store.names().filter((_, i) => owners[i]![0] === module);
    const parameters = own.reduce((sum, parameter) => sum + size(parameter), 0);
    const did = counted[name] ?? { flops: 0, activations: 0 };
    expect([name, module.parameters, flops, activations]).toEqual([name, parameters, did.flops, did.activations]);
    expect([module.parameterBytes, module.activationBytes]).toEqual([8 * parameters, 8 * activations]);
  }
  const sum = (field: 'flops' | 'activations') =>
    Object.values(counted).reduce((total, part) => total + part[field], 0);
  expect([summary.total.flops, summary.total.activations]).toEqual([sum('flops'), sum('activations')]);
  expect(summary.total.parameters).toBe(store.parameterCount());
}

describe('summarize', () => {
  it.each(encoderOptions)('counts an encoder with %s as plain loops do, which also get its numbers', (_, config) => {
    const store = new ParameterStore({ dtype: 'float64', seed: 4 });
    const encoder = new SequenceEncoder(store.scope(), config);
    const naive = new NaiveModel(store);
    const slots = naive.slots(naiveSample, encoder.config);
    const embedding = naive.embedding(slots, encoder.config);
    const heads = naive.baseOutputs(embedding, encoder.config);
    const output = encoder.forward(community);
    close(output.asvEmbeddings, slots.flat());
    close(output.embeddings, embedding);
    close(
      Object.values(output.baseOutputs).flatMap((head: Tensor) => [...head.toTypedArray()]),
      heads,
    );
    expectCounts(summarize(encoder, shape), naive.counts, store);
    expect(summarize(encoder, shape)).toEqual(summarize(encoder.config, shape));
  });

  it.each(predictorOptions)('counts a predictor with %s as plain loops do, which also get its numbers', (_, config) => {
    const store = new ParameterStore({ dtype: 'float64', seed: 6 });
    const predictor = new SequencePredictor(store.scope(), { ...tinyPredictor, ...config });
    // Zeros at the start, such as deltas of child categories, would hide mistakes.
    for (const [k, name] of store.names().entries()) {
      store.write(
        name,
        store.read(name).map((value, i) => value + 0.05 * Math.sin(7 * k + i)),
      );
    }
    const naive = new NaiveModel(store);
    const { config: complete } = predictor;
    const slots = naive.slots(naiveSample, complete.base, 'base_model.');
    const embedding = naive.embedding(slots, complete.base, 'base_model.');
    const counted = complete.countHead ? naive.readCounts(slots, complete) : undefined;
    const [main, ...more] = naive.targets(slots, naiveSample, complete);
    const output = predictor.forward(community);
    close(output.embeddings, embedding);
    close(output.targetPrediction, main!);
    if (counted !== undefined) close(output.countPrediction!, counted);
    const found = complete.moreTargets.map(({ name }) => output.morePredictions![name]!);
    for (const [i, prediction] of found.entries()) close(prediction, more[i]!);
    expectCounts(summarize(predictor, shape), naive.counts, store);
  });

  it('counts bases only for the ASVs that are read for this sample', () => {
    const { modules } = summarize(predictorConfig(), { asvsPerSample: 100, encodedAsvs: 25 });
    const full = summarize(predictorConfig(), { asvsPerSample: 100 }).modules;
    for (const [i, module] of modules.entries()) {
      expect(module.flops).toBe(full[i]!.flops / (module.name.startsWith('bases') ? 4 : 1));
    }
    expect(summarize(predictorConfig(), { asvsPerSample: 100, encodedAsvs: 0 }).modules[1]!.flops).toBe(0);
  });

  it('gives the operations of the default encoder: 180 million for an ASV of 100 bases', () => {
    const { modules } = summarize(predictorConfig(), { asvsPerSample: 1, basesPerAsv: 100 });
    const { flops } = modules.find(({ name }) => name === 'bases: transformer')!;
    expect(flops).toBe(4 * (2 * 101 * (4 * 128 * 128 + 2 * 128 * 512) + 4 * 101 * 101 * 128));
  });

  it.each([
    [{ asvsPerSample: 0 }, /asvsPerSample is 0.*positive integer/],
    [{ basesPerAsv: 151 }, /basesPerAsv is 151.*from 1 to 150/],
    [{ asvsPerSample: 4, encodedAsvs: 5 }, /encodedAsvs is 5.*from 0 to 4/],
    [{ encodedAsvs: Number.NaN }, /encodedAsvs is NaN/],
  ])('refuses a sample of %j', (options, message) => {
    expect(() => summarize(predictorConfig(), options)).toThrow(message);
  });
});
