import {
  abs,
  backward,
  cast,
  exp,
  gelu,
  huber,
  ln,
  ln1p,
  neg,
  relu,
  scaleShift,
  sigmoid,
  softplus,
  sqrt,
  square,
  type Tensor,
  tanh,
  tensor,
} from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients, input } from './check-gradients.js';
import { expectClose } from './expect-close.js';
import { failure } from './failure.js';

/** The error function by its power series; good to 1e-13 below 3. */
function erf(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

interface Case {
  readonly name: string;
  readonly run: (x: Tensor) => Tensor;
  readonly formula: (x: number) => number;
  readonly range?: readonly [number, number];
}

const cases: readonly Case[] = [
  { name: 'neg', run: neg, formula: (x) => -x },
  { name: 'exp', run: exp, formula: Math.exp },
  { name: 'ln', run: ln, formula: Math.log, range: [0.1, 3] },
  { name: 'ln1p', run: ln1p, formula: Math.log1p, range: [-0.5, 3] },
  { name: 'sqrt', run: sqrt, formula: Math.sqrt, range: [0.1, 3] },
  { name: 'square', run: square, formula: (x) => x * x },
  { name: 'abs', run: abs, formula: Math.abs },
  { name: 'tanh', run: tanh, formula: Math.tanh },
  { name: 'sigmoid', run: sigmoid, formula: (x) => 1 / (1 + Math.exp(-x)) },
  { name: 'relu', run: relu, formula: (x) => Math.max(x, 0) },
  { name: 'gelu', run: gelu, formula: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)) },
  { name: 'softplus', run: softplus, formula: (x) => (x > 20 ? x : Math.log1p(Math.exp(x))), range: [-5, 25] },
  { name: 'scaleShift', run: (x) => scaleShift(x, -1.5, 0.25), formula: (x) => -1.5 * x + 0.25 },
  {
    name: 'huber',
    run: (x) => huber(x, { delta: 0.7 }),
    formula: (x) => (Math.abs(x) <= 0.7 ? (x * x) / 2 : 0.7 * (Math.abs(x) - 0.35)),
  },
  { name: 'cast to float64 and back', run: (x) => cast(cast(x, 'float64'), x.dtype), formula: (x) => x },
];

describe.each(cases)('$name', ({ run, formula, range: [low, high] = [-2.5, 2.5] }) => {
  it.each([[[]], [[0]], [[1]], [[3, 5]], [[2, 0, 3]], [[7, 1, 3]]])('equals its formula on shape %j', (shape) => {
    const { data } = input(shape, 3, low, high);
    const double = run(tensor(data, shape, { dtype: 'float64' }));
    expect(double.shape).toEqual(shape);
    expectClose(double.toTypedArray(), data.map(formula), { absolute: 2e-12 });
    const single = run(tensor(data, shape));
    expect(single.dtype).toBe('float32');
    const rounded = Array.from(Float32Array.from(data), formula);
    expectClose(single.toTypedArray(), rounded, { absolute: 1e-6, relative: 1e-6 });
  });

  it('has the gradient of its difference quotients', () => {
    checkGradients(run, [input([3, 7], 5, low, high)]);
  });

  it('records nothing for constants', () => {
    expect(run(tensor([1])).needsGradient).toBe(false);
  });
});

describe('integers', () => {
  it.each(cases.filter(({ name }) => !name.startsWith('cast')))('are refused by $name', ({ name, run }) => {
    expect(() => run(tensor(Int32Array.of(1, 2)))).toThrow(failure('TENSOR_DTYPE', `${name}: `, 'int32'));
  });
});

describe('slopes at kinks', () => {
  it('are 0 for relu and abs at 0, and huber(1) has delta 1 by default', () => {
    expect(huber(tensor([3], [], { dtype: 'float64' })).item()).toBe(2.5);
    for (const run of [relu, abs]) {
      const x = tensor([0], [], { dtype: 'float64' }).variable();
      expect(backward(run(x)).get(x)?.item()).toBe(0);
    }
  });
});

describe('numbers outside the domain', () => {
  it('give NaN and infinities, not errors', () => {
    const x = tensor([-1, 0], [2], { dtype: 'float64' });
    expect([...ln(x).toTypedArray()]).toEqual([Number.NaN, Number.NEGATIVE_INFINITY]);
    expect([...sqrt(x).toTypedArray()]).toEqual([Number.NaN, 0]);
    expect([...relu(tensor([Number.NaN])).toTypedArray()]).toEqual([Number.NaN]);
  });
});

describe('cast', () => {
  it('cuts fractions, keeps to the range and turns NaN to 0', () => {
    const x = tensor([1.9, -1.9, 3e9, -3e9, Number.NaN, 300]);
    expect([...cast(x, 'int32').toTypedArray()]).toEqual([1, -1, 2 ** 31 - 1, -(2 ** 31), 0, 300]);
    expect([...cast(x, 'uint8').toTypedArray()]).toEqual([1, 0, 255, 0, 0, 255]);
  });
});

describe('scaleShift', () => {
  it('refuses numbers that are not finite', () => {
    expect(() => scaleShift(tensor([1]), 1, Number.NaN)).toThrow(failure('TENSOR_VALUE', 'scaleShift: shift', 'NaN'));
  });
});
