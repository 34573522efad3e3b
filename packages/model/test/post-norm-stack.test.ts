import { readFileSync } from 'node:fs';
import { TransformerStack } from '@seq/model';
import { backward, mul, ParameterStore, sum, tensor, tidy } from '@seq/tensor';
import { describe, expect, it } from 'vitest';

interface Fixture {
  readonly width: number;
  readonly heads: number;
  readonly feedForwardWidth: number;
  readonly layers: number;
  readonly lengths: readonly number[];
  readonly keyMask: readonly number[];
  readonly x: readonly number[];
  readonly output: readonly number[];
  readonly cotangent: readonly number[];
  readonly inputGradient: readonly number[];
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

const path = new URL('fixtures/post-norm-stack.json', import.meta.url);
const torch = JSON.parse(readFileSync(path, 'utf8')) as Fixture;

function close(found: ArrayLike<number>, wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length);
  for (const [i, want] of wanted.entries()) {
    expect(Math.abs(found[i]! - want) <= 1e-12 + 1e-10 * Math.abs(want), `${i}: ${found[i]}, ${want}`).toBe(true);
  }
}

describe('a stack with norms before', () => {
  it('without layers is its closing norm, whose epsilon rows of little spread show', () => {
    const options = { width: 4, heads: 2, feedForwardWidth: 4, layers: 0, activation: 'gelu' } as const;
    const stack = new TransformerStack(new ParameterStore({ dtype: 'float64', seed: 1 }).scope(), options);
    const x = tensor(Float64Array.of(1e-3, 2e-3, -1e-3, 0, 5, 5.001, 4.999, 5), [2, 4]);
    const found = stack.forward(x, { offsets: Uint32Array.of(0, 2) }).toTypedArray();
    close(found, [...stack.norm!.forward(x).toTypedArray()]);
    const [mean, variance] = [0.5e-3, 1.25e-6];
    expect(Math.abs(found[0]! - (1e-3 - mean) / Math.sqrt(variance + 1e-6)) <= 1e-12).toBe(true);
  });
});

describe('a stack with norms behind', () => {
  it('refuses factors rounded to bf16, which its single operations cannot have, and one with norms before takes them', () => {
    const options = { width: 4, heads: 2, feedForwardWidth: 4, layers: 1, activation: 'gelu' } as const;
    const run = (normPlacement: 'pre' | 'post', precision: 'f32' | 'bf16') => () =>
      tidy(() => {
        const stack = new TransformerStack(new ParameterStore({ seed: 1 }).scope(), { ...options, normPlacement });
        const x = tensor(
          Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)),
          [3, 4],
        );
        return [...stack.forward(x, { offsets: Uint32Array.of(0, 3) }, { precision }).toTypedArray()];
      });
    const refusal = {
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/precision bf16 .* norms behind .* f32 only/),
    };
    expect(run('post', 'bf16')).toThrow(expect.objectContaining(refusal));
    expect(run('post', 'f32')()).toHaveLength(12);
    expect(run('pre', 'bf16')()).not.toEqual(run('pre', 'f32')());
  });

  it('gives the outputs and gradients of PyTorch, with hidden keys and sequences of different lengths', () => {
    const store = new ParameterStore({ dtype: 'float64', seed: 1 });
    const stack = new TransformerStack(store.scope(), { ...torch, activation: 'gelu', normPlacement: 'post' });
    expect(store.names().sort()).toEqual(Object.keys(torch.weights).sort());
    for (const [name, values] of Object.entries(torch.weights)) store.write(name, [...values]);
    const rows = torch.lengths.reduce((a, b) => a + b);
    const offsets = Uint32Array.from([
      0,
      ...torch.lengths.map((_, i) => torch.lengths.slice(0, i + 1).reduce((a, b) => a + b)),
    ]);
    const sequences = { offsets, keyMask: Uint8Array.from(torch.keyMask) };
    tidy(() => {
      const x = tensor(Float64Array.from(torch.x), [rows, torch.width]).variable();
      const output = stack.forward(x, sequences);
      close(output.toTypedArray(), torch.output);
      const cotangent = tensor(Float64Array.from(torch.cotangent), [rows, torch.width]);
      close(
        backward(sum(mul(output, cotangent)))
          .get(x)!
          .toTypedArray(),
        torch.inputGradient,
      );
    });
    for (const [name, values] of Object.entries(torch.gradients)) close(store.gradient(name), values);
  });
});
