import {
  add,
  backward,
  cast,
  checkpoint,
  dropout,
  encoder,
  gelu,
  greater,
  linear,
  matmul,
  mean,
  mul,
  noGrad,
  ParameterStore,
  scatterAddRows,
  softmax,
  square,
  sum,
  type Tensor,
  tanh,
  tensor,
  tidy,
} from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients, input } from './check-gradients.js';
import { failure } from './failure.js';
import { numbers } from './numbers.js';
import { HEADS, x as rows, sequences, stackParameters, stream, toTensor } from './plain-attention.js';

/** How a piece of work is called: under a checkpoint, or plainly. */
type Call = (work: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[]) => Tensor;

const plainly: Call = (work, inputs) => work(...inputs);
const kept: Call = (work, inputs) => checkpoint(work, inputs);

const ROWS = 24;

/** Gradients of everything that a model trains, and of its input, as they come out of one backward pass. */
function gradientsOf(forward: (call: Call, x: Tensor, store: ParameterStore) => Tensor, call: Call) {
  return tidy(() => {
    const store = new ParameterStore({ seed: 5 });
    const x = tensor(numbers(ROWS * 4, 8), [ROWS, 4]).variable();
    const loss = forward(call, x, store);
    const value = loss.item();
    const gradient = [...backward(loss).get(x)!.toTypedArray()];
    return { value, gradient, parameters: store.names().map((name) => [...store.gradient(name)]) };
  });
}

/** Two layers of an element's function, a sum over sets, two of a set's; weights of the first are used a second time. */
function deepSets(call: Call, x: Tensor, store: ParameterStore): Tensor {
  const parameter = (name: string, ...shape: number[]) =>
    store.scope().parameter(name, shape, { kind: 'uniform', low: -0.6, high: 0.6 });
  const [first, second, third] = [parameter('first', 6, 4), parameter('second', 4, 6), parameter('third', 2, 4)];
  const element = (x: Tensor) => gelu(linear(gelu(linear(x, first)), second));
  const setOf = Uint32Array.from({ length: ROWS }, (_, i) => i % 5);
  const y = call(element, [call(element, [x])]);
  const sets = scatterAddRows(add(y, x), setOf, { rowCount: 5 });
  return mean(square(call((s) => linear(s, third), [mul(sets, sets)])));
}

describe('checkpoint', () => {
  it('has the gradient of its difference quotients', () => {
    const work = (x: Tensor, w: Tensor) => softmax(matmul(tanh(x), gelu(w)));
    checkGradients(
      (x, w) => mul(checkpoint(work, [x, w]), square(checkpoint(work, [square(x), w]))),
      [input([3, 4]), input([4, 2], 2)],
    );
  });

  it('has it through attention and a whole stack', () => {
    const parameters = stackParameters(2);
    const stacked = (x: Tensor, ...weights: Tensor[]) =>
      encoder(x, sequences, weights, { heads: HEADS, activation: 'gelu' });
    checkGradients((x, ...weights) => checkpoint(stacked, [x, ...weights]), [rows, ...parameters]);
  });

  it('gives the loss and all gradients of a plain call, bit for bit', () => {
    const plain = gradientsOf(deepSets, plainly);
    const under = gradientsOf(deepSets, kept);
    expect(under).toEqual(plain);
    expect(plain.parameters.flat().filter((g) => g !== 0)).toHaveLength(24 + 24 + 8);
  });

  it('does so with dropout, whose masks are drawn again, and with checkpoints within checkpoints', () => {
    const offsets = Uint32Array.of(0, 10, ROWS);
    const drop = { probability: 0.4, seed: 3, site: 1, step: 2, sequenceIds: Uint32Array.of(7, 8) };
    const forward = (call: Call, x: Tensor, store: ParameterStore): Tensor => {
      const w = store.scope().parameter('w', [4, 4], { kind: 'uniform', low: -1, high: 1 });
      const inner = (x: Tensor) => dropout(gelu(linear(x, w)), offsets, drop);
      const outer = (x: Tensor) => add(call(inner, [tanh(call(inner, [x]))]), x);
      return mean(square(call((x) => call(outer, [call(outer, [x])]), [x])));
    };
    expect(gradientsOf(forward, kept)).toEqual(gradientsOf(forward, plainly));
  });

  it('does so for a stack of attention layers with dropout, of which it keeps the input', () => {
    const forward = (call: Call): number[][] => {
      const x = toTensor(rows).variable();
      const weights = stackParameters(2).map((one) => toTensor(one).variable());
      const work = (x: Tensor, ...weights: Tensor[]) =>
        encoder(x, sequences, weights, { heads: HEADS, activation: 'gelu', dropout: stream });
      const gradients = backward(mean(square(call(work, [x, ...weights]))));
      return [x, ...weights].map((one) => [...gradients.get(one)!.toTypedArray()]);
    };
    expect(forward(kept)).toEqual(forward(plainly));
  });

  it('sends gradients through each of several results, and gives an array for an array', () => {
    const run = (call: (work: (x: Tensor) => readonly [Tensor, Tensor, Tensor], x: Tensor) => readonly Tensor[]) => {
      const x = tensor([1, -2, 3]).variable();
      const [a, b, unused] = call((x) => [mul(x, x), tanh(x), tanh(x)], x);
      expect(unused!.needsGradient).toBe(true);
      return [
        ...backward(sum(mul(mul(a!, b!), a!)))
          .get(x)!
          .toTypedArray(),
      ];
    };
    expect(run((work, x) => checkpoint(work, [x]))).toEqual(run((work, x) => work(x)));
    expect(checkpoint(() => [], [])).toEqual([]);
    expect(checkpoint((x) => [mul(x, x)], [tensor([3])])[0].item()).toBe(9);
  });

  it('trains parameters though no input needs a gradient', () => {
    const store = new ParameterStore({ seed: 1 });
    const w = store.scope().parameter('w', [2], { kind: 'constant', value: 3 });
    const frozen = store.scope().parameter('frozen', [2], { kind: 'constant', value: 5 });
    store.setTrainable(['frozen'], false);
    const x = tensor([1, 2]);
    const loss = sum(checkpoint((x) => mul(mul(square(w), x), frozen), [x]));
    expect(backward(loss).get(x)).toBeUndefined();
    expect([...store.gradient('w')]).toEqual([30, 60]);
    expect(store.hasGradient('frozen')).toBe(false);
  });

  it('gives a gradient to tensors that the function uses without having them as inputs', () => {
    const run = (call: Call) => {
      const [x, other] = [tensor([2, 3]).variable(), tensor([5, 7]).variable()];
      const made = square(other);
      const gradients = backward(
        sum(
          mul(
            call((x) => mul(mul(x, made), other), [x]),
            made,
          ),
        ),
      );
      return [x, other].map((one) => [...gradients.get(one)!.toTypedArray()]);
    };
    expect(run(kept)).toEqual(run(plainly));
    expect(run(kept)[1]).toEqual([5 * 2 * 5 ** 4, 5 * 3 * 7 ** 4]);
  });

  it('passes gradients to what is returned as it came', () => {
    const store = new ParameterStore({ seed: 1 });
    const w = store.scope().parameter('w', [1], { kind: 'constant', value: 3 });
    const [x, other] = [tensor([2]).variable(), tensor([5]).variable()];
    const results = checkpoint((x) => [x, other, w], [x]);
    const gradients = backward(sum(mul(mul(results[0], results[1]), results[2])));
    expect([gradients.get(x)!.item(), gradients.get(other)!.item(), store.gradient('w')[0]]).toEqual([15, 6, 10]);
  });

  it('is a plain call where nothing is recorded or nothing needs a gradient', () => {
    let runs = 0;
    const work = (x: Tensor) => {
      runs++;
      return mul(x, x);
    };
    const x = tensor([3]).variable();
    expect(noGrad(() => checkpoint(work, [x])).needsGradient).toBe(false);
    expect(checkpoint(work, [x.detach()]).needsGradient).toBe(false);
    expect(checkpoint((x) => mul(x.detach(), x.detach()), [x]).needsGradient).toBe(false);
    expect(checkpoint((x) => noGrad(() => mul(x, x)), [x]).needsGradient).toBe(false);
    expect(runs).toBe(2);
    expect(mul(x, x).needsGradient).toBe(true);
  });

  it('runs its function once more, in backward only, and also where backward is called under noGrad', () => {
    let runs = 0;
    const x = tensor([3]).variable();
    const y = checkpoint(
      (x) => {
        runs++;
        return mul(x, x);
      },
      [x],
    );
    const loss = sum(mul(y, y));
    expect(runs).toBe(1);
    expect(
      noGrad(() => backward(loss))
        .get(x)!
        .item(),
    ).toBe(108);
    expect(runs).toBe(2);
    expect(() => backward(loss)).toThrow(failure('TAPE_CONSUMED'));
    expect(runs).toBe(2);
  });

  it('keeps the refusal of operations without gradient', () => {
    const x = tensor([3, 4]).variable();
    const above = checkpoint((x) => greater(x, tensor([3.5])), [x]);
    expect([...above.toTypedArray()]).toEqual([0, 1]);
    const steps = checkpoint((x) => cast(greater(x, tensor([3.5])), 'float32'), [x]);
    expect(() => backward(sum(steps))).toThrow(failure('NOT_DIFFERENTIABLE', 'cast'));
  });

  describe('refuses', () => {
    const x = tensor([3, 4]).variable();

    it('a function that returns something else the second time', () => {
      const results = [
        [() => [mul(x, x)], () => [mul(x, x), x], 'float32 [2], float32 [2] when it ran again'],
        [() => [mul(x, x)], () => [], 'no tensor when it ran again'],
        [() => [mul(x, x)], () => [sum(x)], 'float32 [] when it ran again', 'float32 [2] at first'],
        [() => [mul(x, x)], () => [mul(x, tensor([3, 4 + 2 ** -21]))], 'other numbers when it ran again'],
        [() => [mul(x, x), tanh(x)], () => [tanh(x), mul(x, x)], 'other numbers when it ran again'],
      ] as const;
      for (const [first, second, ...parts] of results) {
        let runs = 0;
        const y = checkpoint((): readonly Tensor[] => (runs++ === 0 ? first() : second()), []);
        expect(() => backward(sum(y[0]!))).toThrow(failure('CHECKPOINT_CHANGED', ...parts));
      }
    });

    it('a random operation that counts its own steps', () => {
      let step = 0;
      const offsets = Uint32Array.of(0, 64);
      const wide = tensor(numbers(64), [64, 1]).variable();
      const y = checkpoint(
        (x) =>
          dropout(x, offsets, { probability: 0.5, seed: 1, site: 1, step: step++, sequenceIds: Uint32Array.of(0) }),
        [wide],
      );
      expect(() => backward(sum(y))).toThrow(failure('CHECKPOINT_CHANGED'));
    });

    it('parameters that were written in between, frozen ones as well', () => {
      for (const name of ['trains', 'frozen']) {
        const store = new ParameterStore({ seed: 1 });
        const w = store.scope().parameter(name, [1], { kind: 'constant', value: 2 });
        store.setTrainable(
          ['frozen'].filter((known) => known === name),
          false,
        );
        const loss = sum(checkpoint((x) => mul(w, x), [x]));
        store.write(name, [3]);
        expect(() => backward(loss)).toThrow(failure('PARAMETERS_CHANGED'));
      }
    });

    it('promises, the first time and the second', () => {
      expect(() => checkpoint((async () => x) as unknown as () => Tensor, [])).toThrow(
        failure('WORK_IS_ASYNC', 'checkpoint: '),
      );
      let runs = 0;
      const y = checkpoint((() => (runs++ === 0 ? mul(x, x) : Promise.resolve(x))) as unknown as () => Tensor, []);
      expect(() => backward(sum(y))).toThrow(failure('WORK_IS_ASYNC', 'checkpoint: '));
      expect(mul(x, x).needsGradient).toBe(true);
    });

    it('a backward pass within the function, because nothing is recorded the first time', () => {
      expect(() => checkpoint((x) => backward(sum(mul(x, x))).get(x)!, [x])).toThrow(failure('LOSS_NOT_SCALAR'));
    });

    it('what is no tensor, and disposed inputs', () => {
      const returning = (result: unknown) => () => checkpoint(() => result as Tensor, []);
      expect(returning(3)).toThrow(failure('TENSOR_VALUE', 'checkpoint: ', 'got number'));
      expect(returning(null)).toThrow(failure('TENSOR_VALUE', 'got null'));
      expect(returning([x, undefined])).toThrow(failure('TENSOR_VALUE', 'got undefined at position 1'));
      expect(() => noGrad(returning({}))).toThrow(failure('TENSOR_VALUE', 'got object'));
      const gone = tensor([1]);
      gone.dispose();
      expect(() => checkpoint((x) => x, [gone])).toThrow(failure('TENSOR_DISPOSED', 'checkpoint: '));
    });
  });
});
