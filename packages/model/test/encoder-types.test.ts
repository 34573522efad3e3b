import { type EncoderConfigInput, type EncoderType, SequenceEncoder } from '@seq/model';
import { AdamW, add, backward, mean, ParameterStore, square, sub, type Tensor, tensor, tidy } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients } from './gradient-check.js';
import { communityInput, threeSamples, tinyEncoder } from './tiny-community.js';

const input = communityInput(threeSamples);
const types: readonly EncoderType[] = ['unifrac', 'weighted', 'faith_pd', 'taxonomy', 'combined'];

function build(config: EncoderConfigInput) {
  const store = new ParameterStore({ dtype: 'float64', seed: 3 });
  return { store, encoder: new SequenceEncoder(store.scope(), { ...tinyEncoder, dropout: 0, ...config }) };
}

/** How far everything that the type gives lies from some fixed numbers. */
function loss(encoder: SequenceEncoder): Tensor {
  const { embeddings, baseOutputs } = encoder.forward(input);
  const outputs: Tensor[] = [embeddings, ...Object.values(baseOutputs)];
  const terms = outputs.map((output) => {
    const wanted = Float64Array.from({ length: output.size }, (_, i) => 0.5 + 0.3 * Math.sin(i));
    return mean(square(sub(output, tensor(wanted, output.shape))));
  });
  return terms.reduce((a, b) => add(a, b));
}

describe('encoder types', () => {
  it.each<[EncoderType, readonly (readonly [string, readonly number[]])[]]>([
    ['unifrac', []],
    ['weighted', []],
    ['faith_pd', [['faith_pd', [3, 1]]]],
    ['taxonomy', [['taxonomy', [3, 8]]]],
    [
      'combined',
      [
        ['unifrac', [3, 2]],
        ['faith_pd', [3, 1]],
        ['taxonomy', [3, 7]],
      ],
    ],
  ])('%s names its outputs', (encoderType, wanted) => {
    const { encoder } = build({ encoderType });
    const { baseOutputs, basePrediction } = encoder.forward(input);
    expect(Object.entries(baseOutputs).map(([name, { shape }]) => [name, [...shape]])).toEqual(wanted);
    expect(encoder.baseHeads.names).toEqual(wanted.map(([name]) => name));
    const isSingle = wanted.length === 1;
    expect(basePrediction?.toTypedArray()).toEqual(
      isSingle ? Object.values(baseOutputs)[0]!.toTypedArray() : undefined,
    );
  });

  it('combined bounds two of its numbers, starting high, and has the names of the reference', () => {
    const { store, encoder } = build({ encoderType: 'combined' });
    const bounded = [...encoder.forward(input).baseOutputs.unifrac!.toTypedArray()];
    expect(bounded.every((value) => value > 0 && value < 1)).toBe(true);
    expect([...store.read('uni_ff.bias')]).toEqual([0.85, 0.85]);
    const heads = store.names().filter((name) => name.includes('_ff.'));
    expect(heads).toEqual(['uni_ff', 'faith_ff', 'tax_ff'].flatMap((name) => [`${name}.weight`, `${name}.bias`]));
  });

  it.each([
    ...types.map((encoderType) => [encoderType, { encoderType }] as const),
    ['norms behind', { normPlacement: 'post', layers: { asv: 2, sample: 1, encoder: 1 } }] as const,
  ])('%s has right gradients', (_, config) => {
    const { store, encoder } = build(config);
    expect(checkGradients(store, () => loss(encoder), 2)).toBeGreaterThan(90);
  });

  it.each([...types.map((encoderType) => ({ encoderType })), { normPlacement: 'post' } as const])(
    '%j learns: the loss of 30 steps falls to less than half, and every part changes',
    (config) => {
      const { store, encoder } = build({ nucleotideHead: false, ...config });
      const optimiser = new AdamW(store);
      const before = new Map(store.names().map((name) => [name, [...store.read(name)]]));
      const losses = Array.from({ length: 30 }, () => {
        const value = tidy(() => {
          const now = loss(encoder);
          backward(now);
          return now.item();
        });
        optimiser.step({ learningRate: 0.02 });
        store.clearGradients();
        return value;
      });
      expect(losses.at(-1)! < losses[0]! / 2, `${losses[0]} to ${losses.at(-1)}`).toBe(true);
      expect(store.names().filter((name) => String([...store.read(name)]) === String(before.get(name)))).toEqual([]);
    },
  );

  it('with norms behind has no closing norm, and in training drops as often as with norms before', () => {
    const options = { training: true, random: { seed: 1, step: 1 } };
    const { store, encoder } = build({ normPlacement: 'post', dropout: 0.4 });
    expect(store.names().filter((name) => name.includes('transformer.norm'))).toEqual([]);
    const run = (step: number) =>
      String(encoder.forward(input, { ...options, random: { seed: 1, step } }).embeddings.toTypedArray());
    expect(run(1)).toBe(run(1));
    expect(run(1)).not.toBe(run(2));
    checkGradients(store, () => mean(square(encoder.forward(input, options).asvEmbeddings)), 1);
  });
});
