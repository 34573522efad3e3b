import { describe, expect, it } from 'vitest';
import { defaultEncoderConfig, encoderConfig } from './encoder-config.js';

describe('encoderConfig', () => {
  it('fills in defaults and survives JSON', () => {
    const config = encoderConfig({ embeddingWidth: 32, layers: { asv: 2 }, masking: { strategy: 'span' } });
    expect(config.feedForwardWidth).toBe(128);
    expect(config.layers).toEqual({ asv: 2, sample: 4, encoder: 4 });
    expect(config.masking).toEqual({ strategy: 'span', fraction: 0.15 });
    expect(encoderConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
    expect(encoderConfig()).toEqual(defaultEncoderConfig);
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
    [{ encoderType: 'combined' }, /encoderType is "combined"/],
    [{ embedingWidth: 8 }, /there is no field "embedingWidth"/],
    [{ vocabularySize: 6 }, /vocabularySize is 6/],
    [{ heads: undefined }, /heads is undefined/],
  ])('refuses %j', (input, message) => {
    expect(() => encoderConfig(input)).toThrow(message);
    expect(() => encoderConfig(input)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});
