import { ParameterStore } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { PerceiverFusion } from '../fusion/perceiver-fusion.js';
import { OutputTransform } from '../heads/output-transform.js';
import { AttentionPooling } from './attention-pooling.js';
import { Linear } from './linear.js';
import { PositionEmbedding } from './position-embedding.js';
import { TransformerStack } from './transformer-stack.js';

function drawn(build: (scope: ReturnType<ParameterStore['scope']>) => unknown) {
  const store = new ParameterStore({ seed: 20 });
  build(store.scope());
  return (name: string) => {
    const values = Array.from(store.read(name));
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    return { mean, deviation, largest: Math.max(...values.map(Math.abs)) };
  };
}

/** U(-bound, bound) within what some thousand draws show. */
function expectUniform(found: ReturnType<ReturnType<typeof drawn>>, bound: number): void {
  expect(found.largest).toBeLessThanOrEqual(bound);
  expect(found.largest).toBeGreaterThan(0.98 * bound);
  expect(Math.abs(found.mean)).toBeLessThan(0.05 * bound);
  expect(Math.abs(found.deviation / (bound / Math.sqrt(3)) - 1)).toBeLessThan(0.05);
}

describe('initial values', () => {
  it('of a linear layer are uniform in ±1/sqrt(inputs), of a Xavier one in ±sqrt(6/(inputs + outputs))', () => {
    const plain = drawn((scope) => new Linear(scope, { inputs: 64, outputs: 600 }));
    expectUniform(plain('weight'), 1 / 8);
    expectUniform(plain('bias'), 1 / 8);
    const xavier = drawn((scope) => new Linear(scope, { inputs: 64, outputs: 600, initialValues: 'xavier' }));
    expectUniform(xavier('weight'), Math.sqrt(6 / 664));
    expect(xavier('bias').largest).toBe(0);
  });

  it('of a stack follow PyTorch: packed Xavier projection, zero attention biases, norms at one and zero', () => {
    const width = 64;
    const options = { width, heads: 4, feedForwardWidth: 256, layers: 1, activation: 'gelu' } as const;
    const stack = drawn((scope) => new TransformerStack(scope, options));
    const layer = (name: string) => stack(`encoder.layers.0.${name}`);
    expectUniform(layer('self_attn.in_proj_weight'), Math.sqrt(6 / (4 * width)));
    expectUniform(layer('self_attn.out_proj.weight'), 1 / 8);
    expectUniform(layer('linear1.weight'), 1 / 8);
    expectUniform(layer('linear2.weight'), 1 / 16);
    for (const name of ['self_attn.in_proj_bias', 'self_attn.out_proj.bias', 'norm1.bias', 'norm2.bias']) {
      expect(layer(name).largest).toBe(0);
    }
    for (const name of ['norm1.weight', 'norm2.weight']) {
      expect(layer(name)).toEqual({ mean: 1, deviation: 0, largest: 1 });
    }
  });

  it('of tables are standard normal, of a pooling query as a linear layer', () => {
    const table = drawn((scope) => new PositionEmbedding(scope, { length: 300, width: 32 }))(
      'position_embedding.weight',
    );
    expect(Math.abs(table.mean)).toBeLessThan(0.05);
    expect(Math.abs(table.deviation - 1)).toBeLessThan(0.03);
    const pooling = drawn((scope) => new AttentionPooling(scope, { width: 1024 }));
    expectUniform(pooling('query.weight'), 1 / 32);
  });

  it('of the latents of a perceiver are normal with a deviation of 0.02', () => {
    const sizes = { width: 32, categoryWidth: 3, heads: 4, latents: 300, layers: 1 };
    const latents = drawn((scope) => new PerceiverFusion(scope, sizes))('perceiver_fusion.latents');
    expect(Math.abs(latents.mean)).toBeLessThan(0.05 * 0.02);
    expect(Math.abs(latents.deviation / 0.02 - 1)).toBeLessThan(0.03);
  });

  it('of scales of outputs are 1 and of their biases 0, so that they change nothing at first', () => {
    const transform = drawn((scope) => {
      const column = { name: 'site', cardinality: 3, embeddingWidth: 2, isRequired: false } as const;
      const output = { outputWidth: 2, learnableScale: true, outputActivation: 'identity' } as const;
      new OutputTransform(scope, { ...output, columns: [column], scaledBy: ['site'] });
    });
    for (const name of ['output_scale', 'output_scales.site.weight']) {
      expect(transform(name)).toEqual({ mean: 1, deviation: 0, largest: 1 });
    }
    for (const name of ['output_bias', 'output_biases.site.weight']) expect(transform(name).largest).toBe(0);
  });
});
