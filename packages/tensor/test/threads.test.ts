import {
  AdamW,
  add,
  backward,
  crossEntropy,
  dropout,
  embedSequences,
  gelu,
  layerNorm,
  linear,
  mul,
  ParameterStore,
  pairwiseDistance,
  peakOperationsPerSecond,
  scaleShift,
  setThreads,
  sum,
  threads,
  tidy,
} from '@seq/tensor';
import { afterEach, describe, expect, it } from 'vitest';
import { failure } from './failure.js';
import { numbers } from './numbers.js';

const [SEQUENCES, LENGTH, WIDTH, VOCABULARY] = [64, 50, 48, 7];
const TOTAL = SEQUENCES * LENGTH;

afterEach(() => setThreads(0));

/** Three updates of a small model that is large enough to be cut into pieces; everything that came out. */
function train(threadCount: number): number[] {
  setThreads(threadCount);
  const store = new ParameterStore({ seed: 2 });
  const scope = store.scope();
  const start = { kind: 'uniform', low: -0.2, high: 0.2 } as const;
  const tokens = scope.parameter('tokens', [VOCABULARY, WIDTH], start);
  const places = scope.parameter('places', [LENGTH, WIDTH], start);
  const weight = scope.parameter('weight', [WIDTH, WIDTH], start);
  const bias = scope.parameter('bias', [WIDTH], start);
  const head = scope.parameter('head', [VOCABULARY, WIDTH], start);
  const ids = Int32Array.from(numbers(TOTAL, 4, 0, VOCABULARY), Math.floor);
  const offsets = Uint32Array.from({ length: SEQUENCES + 1 }, (_, i) => i * LENGTH);
  const optimiser = new AdamW(store);
  const results: number[] = [];
  for (let step = 1; step <= 3; step++) {
    tidy(() => {
      const sequenceIds = Uint32Array.from({ length: SEQUENCES }, (_, i) => i);
      const x = embedSequences(ids, offsets, tokens, places);
      const hidden = gelu(linear(layerNorm(x, bias, bias), weight, bias));
      const kept = dropout(add(x, hidden), offsets, { probability: 0.1, seed: 1, site: 0, step, sequenceIds });
      const logits = linear(kept, head);
      const distances = pairwiseDistance(linear(weight, head));
      const loss = add(crossEntropy(logits, ids), scaleShift(sum(mul(distances, distances)), 1e-3, 0));
      store.clearGradients();
      backward(loss);
      optimiser.step({ learningRate: 0.01 });
      results.push(loss.item());
    });
  }
  return [...results, ...store.names().flatMap((name) => [...store.read(name), ...store.gradient(name)])];
}

describe('setThreads', () => {
  it('sets the number of threads; 0 means one per core', () => {
    setThreads(3);
    expect(threads()).toBe(3);
    setThreads(0);
    expect(threads()).toBeGreaterThanOrEqual(1);
  });

  it('changes no bit of any result', () => {
    const one = train(1);
    expect(one.every(Number.isFinite)).toBe(true);
    expect(train(2)).toEqual(one);
    expect(train(5)).toEqual(one);
  });

  it('refuses numbers out of range', () => {
    for (const count of [-1, 1.5, 5000]) {
      expect(() => setThreads(count)).toThrow(failure('TENSOR_VALUE', 'setThreads: count', `${count}`));
    }
  });
});

describe('peakOperationsPerSecond', () => {
  it('is a rate that a processor can have', () => {
    const peak = peakOperationsPerSecond();
    expect(Number.isNaN(peak) || (peak > 1e8 && peak < 1e13)).toBe(true);
  });
});
