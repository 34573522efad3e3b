import { type CommunityInput, type EncoderConfigInput, SequenceEncoder } from '@seq/model';
import { ParameterStore, tidy } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { communityInput, threeSamples, tinyEncoder } from './tiny-community.js';

const input = communityInput(threeSamples);

function embeddingsOf(config: EncoderConfigInput, given: CommunityInput): number[] {
  const scope = new ParameterStore({ seed: 11 }).scope();
  const encoder = new SequenceEncoder(scope, { ...tinyEncoder, countEmbedding: 'film', ...config });
  return tidy(() => [...encoder.forward(given).embeddings.toTypedArray()]);
}

describe('read counts on another scale than ln', () => {
  const scaledCounts = input.slotCounts.map(Math.log1p);
  const wanted = embeddingsOf({}, input);

  it.each(['log', 'relative', 'clr', 'raw'] as const)('are read as the batch has them: %s', (countScale) => {
    expect(embeddingsOf({ countScale }, { ...input, scaledCounts })).toEqual(wanted);
    const others = scaledCounts.map((count) => count - 1);
    expect(embeddingsOf({ countScale }, { ...input, scaledCounts: others })).not.toEqual(wanted);
    expect(() => embeddingsOf({ countScale }, input)).toThrow(
      `read counts enter on the scale ${countScale}, and scaledCounts is missing`,
    );
  });

  it('are not looked at by a model that takes the logarithm itself, or reads no counts', () => {
    const others = { ...input, scaledCounts: scaledCounts.fill(7) };
    expect(embeddingsOf({}, others)).toEqual(wanted);
    const blind = { countEmbedding: 'none', countScale: 'clr' } as const;
    expect(embeddingsOf(blind, others)).toEqual(embeddingsOf(blind, input));
  });
});
