import { backward, mul, type ParameterInit, ParameterStore, sum, tensor } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { expectClose } from './expect-close.js';
import { failure } from './failure.js';

const uniform: ParameterInit = { kind: 'uniform', low: -0.5, high: 1 };
const normal: ParameterInit = { kind: 'normal', mean: 2, standardDeviation: 3 };
const constant: ParameterInit = { kind: 'constant', value: 0.25 };

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

describe('ParameterScope', () => {
  it('joins the names of modules with dots', () => {
    const store = new ParameterStore({ seed: 1 });
    const layer = store.scope().child('encoder').child('0');
    expect(layer.path).toBe('encoder.0');
    layer.parameter('weight', [2, 3], constant);
    store.scope().parameter('bias', [2], constant);
    expect(store.names()).toEqual(['encoder.0.weight', 'bias']);
    expect(store.shapeOf('encoder.0.weight')).toEqual([2, 3]);
    expect(store.parameterCount()).toBe(8);
  });

  it('refuses names that are taken, empty or have dots', () => {
    const scope = new ParameterStore({ seed: 1 }).scope();
    scope.parameter('w', [1], constant);
    expect(() => scope.parameter('w', [1], constant)).toThrow(failure('PARAMETER_NAME', '"w"', 'twice'));
    expect(() => scope.child('a').parameter('', [1], constant)).toThrow(failure('PARAMETER_NAME', 'below "a"'));
    expect(() => scope.child('a.b')).toThrow(failure('PARAMETER_NAME', '"a.b"'));
  });

  it('refuses initial values that cannot be, naming the parameter', () => {
    const scope = new ParameterStore({ seed: 1 }).scope();
    const declare = (init: ParameterInit) => () => scope.parameter('w', [1], init);
    expect(declare({ kind: 'uniform', low: 1, high: 0 })).toThrow(failure('TENSOR_VALUE', '"w"'));
    expect(declare({ kind: 'normal', mean: 0, standardDeviation: -1 })).toThrow(failure('TENSOR_VALUE', '"w"'));
    expect(declare({ kind: 'constant', value: Number.NaN })).toThrow(failure('TENSOR_VALUE', '"w"'));
    expect(() => scope.parameter('w', [-1], constant)).toThrow(failure('TENSOR_SHAPE', 'size -1 of axis 0'));
    expect(scope.parameter('w', [1], constant).item()).toBe(0.25);
  });
});

describe('initial values', () => {
  it('of rows at the top are zero where that is asked, and leave the draws of the others as they are', () => {
    const drawn = (zeroRows?: number) => {
      const store = new ParameterStore({ seed: 3 });
      store.scope().parameter('w', [4, 5], zeroRows === undefined ? normal : { ...normal, zeroRows });
      return Array.from(store.read('w'));
    };
    const all = drawn();
    expect(all.includes(0)).toBe(false);
    expect(drawn(0)).toEqual(all);
    expect(drawn(2)).toEqual([...new Array(10).fill(0), ...all.slice(10)]);
    expect(() => drawn(5)).toThrow(failure('TENSOR_VALUE', 'zeroRows of "w"'));
  });

  it('have the distribution that was asked for', () => {
    const scope = new ParameterStore({ seed: 7 }).scope();
    const u = scope.parameter('u', [100, 200], uniform).toTypedArray();
    expect(u.every((x) => x >= -0.5 && x < 1)).toBe(true);
    expectClose([mean(u), mean(u.map((x) => (x - 0.25) ** 2))], [0.25, 1.5 ** 2 / 12], { absolute: 0.01 });
    const n = Float64Array.from(scope.parameter('n', [20_000], normal).toTypedArray());
    expectClose([mean(n), mean(n.map((x) => (x - 2) ** 2))], [2, 9], { absolute: 0.3 });
    expectClose([mean(n.map((x) => ((x - 2) / 3) ** 4))], [3], { absolute: 0.3 });
    expect(new Set(scope.parameter('c', [5], constant).toTypedArray())).toEqual(new Set([0.25]));
  });

  it('depend on seed and full name, not on the order of declaration or other parameters', () => {
    const declare = (seed: number, names: readonly string[]) => {
      const store = new ParameterStore({ seed });
      for (const name of names) store.scope().child('layer').parameter(name, [8], normal);
      return (name: string) => [...store.read(`layer.${name}`)];
    };
    const one = declare(3, ['a', 'b']);
    const other = declare(3, ['c', 'b', 'a']);
    expect(other('a')).toEqual(one('a'));
    expect(other('b')).toEqual(one('b'));
    expect(one('a')).not.toEqual(one('b'));
    expect(declare(4, ['a'])('a')).not.toEqual(one('a'));
    expect(declare(3 + 2 ** 40, ['a'])('a')).not.toEqual(one('a'));
  });

  it('are the same in float32, rounded', () => {
    const read = (dtype: 'float32' | 'float64') => {
      const store = new ParameterStore({ seed: 3, dtype });
      store.scope().parameter('w', [50], normal);
      return store.read('w');
    };
    expect(read('float32')).toEqual(Float32Array.from(read('float64')));
  });

  it('refuse seeds that are no integers from 0 to 2^53 - 1', () => {
    for (const seed of [-1, 0.5, 2 ** 53, Number.NaN]) {
      expect(() => new ParameterStore({ seed })).toThrow(failure('TENSOR_VALUE', 'ParameterStore: seed', `${seed}`));
    }
  });
});

describe('ParameterStore', () => {
  const make = () => {
    const store = new ParameterStore({ seed: 1, dtype: 'float64' });
    const a = store.scope().parameter('a', [2], constant);
    const b = store.scope().parameter('b', [2, 1], constant);
    return { store, a, b };
  };

  it('reads back what was written, and its tensors show it', () => {
    const { store, a, b } = make();
    store.write('b', [0.1, -3]);
    expect(store.read('b')).toEqual(Float64Array.of(0.1, -3));
    expect([...b.toTypedArray()]).toEqual([0.1, -3]);
    expect([...store.parameter('b').toTypedArray()]).toEqual([0.1, -3]);
    expect([...a.toTypedArray()]).toEqual([0.25, 0.25]);
    store.write('b', Float32Array.of(1, 2));
    expect([...store.read('b')]).toEqual([1, 2]);
    const copy = store.read('b');
    copy[0] = 9;
    expect([...store.read('b')]).toEqual([1, 2]);
  });

  it('refuses unknown names and other numbers of elements', () => {
    const { store } = make();
    for (const ask of [
      () => store.read('x'),
      () => store.write('x', []),
      () => store.gradient('x'),
      () => store.shapeOf('x'),
      () => store.parameter('x'),
      () => store.hasGradient('x'),
      () => store.setTrainable(['a', 'x'], false),
    ]) {
      expect(ask).toThrow(failure('PARAMETER_NAME', '"x"'));
    }
    expect(store.isTrainable('a')).toBe(true);
    expect(() => store.write('b', [1])).toThrow(failure('TENSOR_SHAPE', '"b"', '1 element', '[2, 1]'));
    expect([...store.read('b')]).toEqual([0.25, 0.25]);
  });

  it('adds gradients up until they are cleared', () => {
    const { store, a } = make();
    const weights = tensor([2, 3], [2], { dtype: 'float64' });
    expect(store.hasGradient('a')).toBe(false);
    expect([...store.gradient('a')]).toEqual([0, 0]);
    backward(sum(mul(a, weights)));
    backward(sum(mul(a, weights)));
    expect([...store.gradient('a')]).toEqual([4, 6]);
    expect(store.hasGradient('a')).toBe(true);
    expect(store.hasGradient('b')).toBe(false);
    store.clearGradients();
    expect([...store.gradient('a')]).toEqual([0, 0]);
    expect(store.hasGradient('a')).toBe(false);
  });

  it('freezes parameters by name or by rule, and counts them', () => {
    const { store, a, b } = make();
    expect(store.setTrainable((name) => name === 'a', false)).toBe(1);
    expect([store.isTrainable('a'), store.isTrainable('b')]).toEqual([false, true]);
    expect(a.needsGradient).toBe(false);
    backward(sum(mul(a, b)));
    expect([store.hasGradient('a'), store.hasGradient('b')]).toEqual([false, true]);
    expect(store.setTrainable(['a', 'b'], true)).toBe(2);
    expect(a.needsGradient).toBe(true);
  });

  it('keeps its tensors alive', () => {
    const { a } = make();
    expect([...a.toTypedArray()]).toEqual([0.25, 0.25]);
  });
});
