// An encoder of our own, put together from modules: bases → ASV embeddings → mean over a sample, weighted by log reads.
import { AsvEncoder, type CommunityInput, type ForwardOptions, LayerNorm } from '@seq/model';
import { gatherRows, mul, type ParameterScope, scatterAddRows, type Tensor, tensor } from '@seq/tensor';

/** Where the reference has two more transformers, this has one weighted mean. */
export class BagOfAsvs {
  readonly #asvs: AsvEncoder;
  readonly #norm: LayerNorm;

  constructor(scope: ParameterScope, { width, basesPerAsv }: { readonly width: number; readonly basesPerAsv: number }) {
    this.#asvs = new AsvEncoder(scope.child('asvs'), {
      ...{ width, heads: 2, feedForwardWidth: 2 * width, layers: 1, activation: 'gelu', dropout: 0 },
      ...{ vocabularySize: 7, basesPerAsv, nucleotideHead: false, masking: { strategy: 'random', fraction: 0 } },
    });
    this.#norm = new LayerNorm(scope.child('norm'), { width });
  }

  /** Sample embeddings, [B, D]. */
  forward(input: CommunityInput, options: ForwardOptions = {}): Tensor {
    const { slotOffsets, slotAsvs, slotCounts } = input;
    const sampleCount = slotOffsets.length - 1;
    const sampleOfSlot = new Uint32Array(slotAsvs.length);
    const weights = Float32Array.from(slotCounts, (reads) => Math.log1p(reads));
    for (let sample = 0; sample < sampleCount; sample++) {
      const [start, end] = [slotOffsets[sample]!, slotOffsets[sample + 1]!];
      const total = weights.subarray(start, end).reduce((sum, weight) => sum + weight, 0);
      sampleOfSlot.fill(sample, start, end);
      for (let slot = start; slot < end; slot++) weights[slot]! /= total;
    }
    const slots_nD = gatherRows(this.#asvs.forward(input, options).embeddings, slotAsvs);
    const weighted_nD = mul(slots_nD, tensor(weights, [weights.length, 1]));
    return this.#norm.forward(scatterAddRows(weighted_nD, sampleOfSlot, { rowCount: sampleCount }));
  }
}
