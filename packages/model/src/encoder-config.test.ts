import { describe, expect, it } from 'vitest';
import { defaultEncoderConfig, type EncoderType, encoderConfig } from './encoder-config.js';

describe('encoderConfig', () => {
  it('fills in defaults and survives JSON', () => {
    const config = encoderConfig({ embeddingWidth: 32, layers: { asv: 2 }, masking: { strategy: 'span' } });
    expect(config.feedForwardWidth).toBe(128);
    expect(config.layers).toEqual({ asv: 2, sample: 4, encoder: 4 });
    expect(config.masking).toEqual({ strategy: 'span', fraction: 0.15 });
    expect(encoderConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
    expect(encoderConfig()).toEqual(defaultEncoderConfig);
  });

  it('takes the feed-forward width as a multiple of D, and knows the widths of the base heads', () => {
    expect(encoderConfig({ embeddingWidth: 12, feedForwardRatio: 2.6 }).feedForwardWidth).toBe(31);
    expect(encoderConfig({ embeddingWidth: 12 }).feedForwardWidth).toBe(48);
    const widthOf = (encoderType: EncoderType) => encoderConfig({ embeddingWidth: 32, encoderType }).baseOutputWidth;
    expect((['faith_pd', 'taxonomy', 'combined'] as const).map(widthOf)).toEqual([1, 32, 7]);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ heads: 3 }, /heads is 3\. It must be a divisor of embeddingWidth 128/],
    [{ embeddingWidth: 0 }, /embeddingWidth is 0/],
    [{ dropout: 1 }, /dropout is 1\. It must be in \[0, 1\)/],
    [{ dropout: Number.NaN }, /dropout is null/],
    [{ layers: { asv: 0 } }, /layers is .*positive integers/],
    [{ layers: { target: 2 } }, /layers is /],
    [{ masking: { fraction: 1 } }, /masking is /],
    [{ activation: 'tanh' }, /activation is "tanh"/],
    [{ encoderType: 'bray' }, /encoderType is "bray".*unifrac, weighted, faith_pd, taxonomy, combined/],
    [{ slotPositions: 'learned' }, /slotPositions is "learned".*abundanceRank, none or compat/],
    [{ normPlacement: 'both' }, /normPlacement is "both"/],
    [{ feedForwardRatio: 0 }, /feedForwardRatio is 0. It must be above 0/],
    [{ feedForwardRatio: Number.NaN }, /feedForwardRatio is NaN/],
    [{ feedForwardRatio: 2, feedForwardWidth: 64 }, /are both given/],
    [{ embedingWidth: 8 }, /there is no field "embedingWidth"/],
    [{ vocabularySize: 6 }, /vocabularySize is 6/],
    [{ heads: undefined }, /heads is undefined/],
  ])('refuses %j', (input, message) => {
    expect(() => encoderConfig(input)).toThrow(message);
    expect(() => encoderConfig(input)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});
