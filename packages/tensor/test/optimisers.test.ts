import {
  Adam,
  AdamW,
  backward,
  clipGlobalNorm,
  mul,
  type Optimiser,
  ParameterStore,
  Sgd,
  sum,
  tensor,
} from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { expectClose } from './expect-close.js';
import { failure } from './failure.js';
import { numbers } from './numbers.js';

const SIZE = 5;

/** Parameters a, b (train) and c (frozen); losses send a different gradient at each step, to b only at even ones. */
function setUp() {
  const store = new ParameterStore({ seed: 1, dtype: 'float64' });
  for (const name of ['a', 'b', 'c']) {
    store.scope().parameter(name, [SIZE], { kind: 'normal', mean: 0, standardDeviation: 1 });
  }
  store.setTrainable(['c'], false);
  const gradientOf = (name: string, step: number) => numbers(SIZE, 10 * step + name.charCodeAt(0));
  const used = (step: number) => (step % 2 === 0 ? ['a', 'b', 'c'] : ['a', 'c']);
  const prepare = (step: number) => {
    store.clearGradients();
    for (const name of used(step)) {
      const weights = tensor(gradientOf(name, step), [SIZE], { dtype: 'float64' });
      const product = mul(store.parameter(name), weights);
      if (product.needsGradient) backward(sum(product));
    }
  };
  return { store, gradientOf, used, prepare };
}

/** A rule in plain loops: new value from value, gradient, memory, own step count and learning rate. */
type Rule = (value: number, gradient: number, memory: number[], step: number, rate: number) => number;

const adam =
  (decay: number, isDecoupled: boolean, beta1: number, beta2: number, epsilon: number): Rule =>
  (value, gradient, memory, step, rate) => {
    const shrunk = isDecoupled ? value * (1 - rate * decay) : value;
    const g = isDecoupled ? gradient : gradient + decay * value;
    memory[0] = beta1 * (memory[0] ?? 0) + (1 - beta1) * g;
    memory[1] = beta2 * (memory[1] ?? 0) + (1 - beta2) * g * g;
    const first = memory[0] / (1 - beta1 ** step);
    const second = memory[1] / (1 - beta2 ** step);
    return shrunk - (rate * first) / (Math.sqrt(second) + epsilon);
  };

const sgd =
  (momentum: number, decay: number): Rule =>
  (value, gradient, memory, _step, rate) => {
    memory[0] = momentum * (memory[0] ?? 0) + gradient + decay * value;
    return value - rate * memory[0];
  };

interface Case {
  readonly name: string;
  readonly make: (store: ParameterStore) => Optimiser;
  readonly rule: Rule;
  readonly moments: readonly string[];
}

const betas = [0.8, 0.95] as const;
const cases: readonly Case[] = [
  {
    name: 'AdamW',
    make: (store) => new AdamW(store),
    rule: adam(0.01, true, 0.9, 0.999, 1e-8),
    moments: ['first_moment', 'second_moment'],
  },
  {
    name: 'AdamW with options',
    make: (store) => new AdamW(store, { betas, epsilon: 1e-3, weightDecay: 0.2 }),
    rule: adam(0.2, true, 0.8, 0.95, 1e-3),
    moments: ['first_moment', 'second_moment'],
  },
  {
    name: 'Adam',
    make: (store) => new Adam(store),
    rule: adam(0, false, 0.9, 0.999, 1e-8),
    moments: ['first_moment', 'second_moment'],
  },
  {
    name: 'Adam with options',
    make: (store) => new Adam(store, { betas, epsilon: 1e-3, weightDecay: 0.2 }),
    rule: adam(0.2, false, 0.8, 0.95, 1e-3),
    moments: ['first_moment', 'second_moment'],
  },
  { name: 'Sgd', make: (store) => new Sgd(store), rule: sgd(0.9, 0), moments: ['momentum'] },
  {
    name: 'Sgd with options',
    make: (store) => new Sgd(store, { momentum: 0.5, weightDecay: 0.1 }),
    rule: sgd(0.5, 0.1),
    moments: ['momentum'],
  },
];

describe.each(cases)('$name', ({ make, rule, moments }) => {
  it('equals plain loops over seven steps, with its own step count per parameter', () => {
    const { store, gradientOf, used, prepare } = setUp();
    const optimiser = make(store);
    const frozen = [...store.read('c')];
    const values = new Map(['a', 'b'].map((name) => [name, [...store.read(name)]]));
    const memory = new Map(['a', 'b'].map((name) => [name, values.get(name)!.map((): number[] => [])]));
    const steps = new Map([
      ['a', 0],
      ['b', 0],
    ]);
    for (let step = 1; step <= 7; step++) {
      const learningRate = 0.1 / step;
      prepare(step);
      optimiser.step({ learningRate });
      for (const name of used(step).filter((one) => one !== 'c')) {
        steps.set(name, steps.get(name)! + 1);
        const gradient = gradientOf(name, step);
        const next = values
          .get(name)!
          .map((value, i) => rule(value, gradient[i]!, memory.get(name)![i]!, steps.get(name)!, learningRate));
        values.set(name, next);
      }
      for (const [name, expected] of values) expectClose(store.read(name), expected, { absolute: 1e-11 });
    }
    expect([...store.read('c')]).toEqual(frozen);
  });

  it('goes on bit-equal from a saved state', () => {
    const [straight, resumed] = [setUp(), setUp()];
    const whole = make(straight.store);
    const first = make(resumed.store);
    for (let step = 1; step <= 6; step++) {
      straight.prepare(step);
      whole.step({ learningRate: 0.1 });
      if (step > 3) continue;
      resumed.prepare(step);
      first.step({ learningRate: 0.1 });
    }
    const state = first.state();
    expect(state.map(({ name, steps }) => [name, steps])).toEqual([
      ['a', 3],
      ['b', 1],
    ]);
    expect(Object.keys(state[0]!.moments)).toEqual(moments);
    const second = make(resumed.store);
    second.load(state);
    for (let step = 4; step <= 6; step++) {
      resumed.prepare(step);
      second.step({ learningRate: 0.1 });
    }
    for (const name of ['a', 'b', 'c']) expect(resumed.store.read(name)).toEqual(straight.store.read(name));
    expect(second.state()).toEqual(whole.state());
  });

  it('refuses a state that does not fit, and then changes nothing', () => {
    const { store, prepare } = setUp();
    const optimiser = make(store);
    prepare(2);
    optimiser.step({ learningRate: 0.1 });
    const state = optimiser.state();
    const [one] = state;
    const wrong = (change: object) => () => optimiser.load([{ ...one!, ...change }]);
    expect(wrong({ name: 'x' })).toThrow(failure('PARAMETER_NAME', '"x"'));
    expect(wrong({ moments: {} })).toThrow(failure('TENSOR_VALUE', '"a"', moments[0]!));
    const short = Object.fromEntries(moments.map((name) => [name, new Float64Array(2)]));
    expect(wrong({ moments: short })).toThrow(failure('TENSOR_SHAPE', '[5]'));
    expect(wrong({ steps: -1 })).toThrow(failure('TENSOR_VALUE', 'steps'));
    expect(optimiser.state()).toEqual(state);
  });

  it('refuses learning rates that are negative or not finite', () => {
    const { store } = setUp();
    for (const learningRate of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => make(store).step({ learningRate })).toThrow(failure('TENSOR_VALUE', 'learning rate'));
    }
  });
});

describe('groups', () => {
  it('learn at a multiple of the rate', () => {
    const { store, prepare } = setUp();
    const groups = [
      { parameters: ['a'], learningRateFactor: 10 },
      { parameters: (name: string) => name === 'b', learningRateFactor: 0 },
    ];
    const optimiser = new Sgd(store, { momentum: 0, groups });
    const before = [...store.read('a')];
    const still = [...store.read('b')];
    prepare(2);
    const gradient = store.gradient('a');
    optimiser.step({ learningRate: 0.01 });
    expectClose(
      store.read('a'),
      before.map((value, i) => value - 0.1 * gradient[i]!),
    );
    expect([...store.read('b')]).toEqual(still);
  });

  it('refuse unknown names, parameters in two groups and negative factors', () => {
    const { store } = setUp();
    const make =
      (...groups: { parameters: string[]; learningRateFactor: number }[]) =>
      () =>
        new AdamW(store, { groups });
    expect(make({ parameters: ['x'], learningRateFactor: 1 })).toThrow(failure('PARAMETER_NAME', '"x"'));
    const twice = { parameters: ['a'], learningRateFactor: 1 };
    expect(make(twice, twice)).toThrow(failure('TENSOR_VALUE', 'more than one group'));
    expect(make({ parameters: ['a'], learningRateFactor: -1 })).toThrow(failure('TENSOR_VALUE', '-1'));
  });
});

describe('options', () => {
  it('outside their range are refused', () => {
    const { store } = setUp();
    expect(() => new AdamW(store, { betas: [0.9, 1] })).toThrow(failure('TENSOR_VALUE', 'beta', '1'));
    expect(() => new Adam(store, { epsilon: -1 })).toThrow(failure('TENSOR_VALUE', 'epsilon', '-1'));
    expect(() => new AdamW(store, { weightDecay: Number.NaN })).toThrow(failure('TENSOR_VALUE', 'decay', 'NaN'));
    expect(() => new Sgd(store, { momentum: 1 })).toThrow(failure('TENSOR_VALUE', 'momentum', '1'));
  });
});

describe('clipGlobalNorm', () => {
  const prepared = () => {
    const { store, prepare } = setUp();
    prepare(2);
    const all = [...store.gradient('a'), ...store.gradient('b')];
    return { store, all, norm: Math.hypot(...all) };
  };

  it('scales all gradients to the norm and returns what it was', () => {
    const { store, all, norm } = prepared();
    expectClose([clipGlobalNorm(store, 0.5)], [norm]);
    const factor = 0.5 / (norm + 1e-6);
    expectClose(
      [...store.gradient('a'), ...store.gradient('b')],
      all.map((value) => value * factor),
    );
  });

  it('only measures below the largest norm', () => {
    const { store, all, norm } = prepared();
    for (const limit of [norm * 2, Number.POSITIVE_INFINITY]) {
      expectClose([clipGlobalNorm(store, limit)], [norm]);
      expect([...store.gradient('a'), ...store.gradient('b')]).toEqual(all);
    }
  });

  it('refuses norms that are not positive', () => {
    const { store } = setUp();
    for (const limit of [0, -1, Number.NaN]) {
      expect(() => clipGlobalNorm(store, limit)).toThrow(failure('TENSOR_VALUE', 'clipGlobalNorm: ', `${limit}`));
    }
  });
});
