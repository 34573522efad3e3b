import {
  add,
  backward,
  cast,
  div,
  equal,
  greater,
  maximum,
  mean,
  minimum,
  mul,
  sub,
  sum,
  type Tensor,
  tensor,
  whereMask,
} from '@seq/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkGradients, input } from './check-gradients.js';
import { expectClose } from './expect-close.js';
import { failure } from './failure.js';
import { indicesOf, numbers, placeOf, sizeOf } from './numbers.js';

interface Case {
  readonly name: string;
  readonly run: (a: Tensor, b: Tensor) => Tensor;
  readonly formula: (a: number, b: number) => number;
}

const smooth: readonly Case[] = [
  { name: 'add', run: add, formula: (a, b) => a + b },
  { name: 'sub', run: sub, formula: (a, b) => a - b },
  { name: 'mul', run: mul, formula: (a, b) => a * b },
  { name: 'div', run: div, formula: (a, b) => a / b },
  { name: 'maximum', run: maximum, formula: Math.max },
  { name: 'minimum', run: minimum, formula: Math.min },
];
const comparisons: readonly Case[] = [
  { name: 'greater', run: greater, formula: (a, b) => Number(a > b) },
  { name: 'equal', run: equal, formula: (a, b) => Number(a === b) },
];

/** Two shapes that stretch to a common one. */
const shapePairs = fc
  .array(fc.record({ size: fc.nat(4), left: fc.constantFrom('full', 'one'), right: fc.constantFrom('full', 'one') }), {
    maxLength: 4,
  })
  .chain((axes) => {
    const side = (which: 'left' | 'right') => axes.map((axis) => (axis[which] === 'full' ? axis.size : 1));
    const cut = fc.nat(axes.length);
    return fc.tuple(cut, fc.boolean()).map(([leading, shortenLeft]) => {
      const left = side('left');
      const right = side('right');
      return shortenLeft ? [left.slice(leading), right] : [left, right.slice(leading)];
    });
  });

function commonShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const padded = [a, b].map((shape) => [...Array.from({ length: rank - shape.length }, () => 1), ...shape]);
  return padded[0]!.map((size, axis) => (size === 1 ? padded[1]![axis]! : size));
}

describe.each([...smooth, ...comparisons])('$name', ({ run, formula }) => {
  it('for any shapes that stretch to a common one, equals its formula element by element', () => {
    fc.assert(
      fc.property(shapePairs, ([left, right]) => {
        const common = commonShape(left!, right!);
        const a = numbers(sizeOf(left!), 1);
        const b = numbers(sizeOf(right!), 2).map((x) => x || 1);
        using x = tensor(a, left!, { dtype: 'float64' });
        using y = tensor(b, right!, { dtype: 'float64' });
        using z = run(x, y);
        expect(z.shape).toEqual(common);
        const expected = indicesOf(common).map((index) =>
          formula(a[placeOf(index, left!)]!, b[placeOf(index, right!)]!),
        );
        expectClose(z.toTypedArray(), expected);
      }),
      { numRuns: 60 },
    );
  });

  it('repeats operation and shapes where they do not fit', () => {
    const mistake = () => run(tensor([1, 2, 3, 4, 5, 6], [2, 3]), tensor([1, 2]));
    expect(mistake).toThrow(failure('TENSOR_SHAPE', `${run.name}: `, '[2, 3], [2]'));
  });

  it('refuses two dtypes', () => {
    const mistake = () => run(tensor([1]), tensor([1], [1], { dtype: 'float64' }));
    expect(mistake).toThrow(failure('TENSOR_DTYPE', `${run.name}: `, 'float32', 'float64'));
  });
});

describe.each(smooth)('gradient of $name', ({ run }) => {
  it.each([
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3], [3]],
    [
      [2, 1, 3],
      [4, 1],
    ],
    [[], [2, 2]],
    [[1], [5]],
    [[0, 2], [2]],
  ])('equals its difference quotients for shapes %j and %j', (left, right) => {
    checkGradients(run, [input(left, 11, 0.5, 2), input(right, 12, -2, -0.6)]);
    checkGradients(run, [input(left, 13), input(right, 14, 2.1, 3)]);
  });
});

describe('ties', () => {
  it.each([maximum, minimum])('share the gradient of %o evenly', (run) => {
    const a = tensor([1, 2], [2]).variable();
    const b = tensor([1, 2], [2]).variable();
    const gradients = backward(sum(run(a, b)));
    expect([...gradients.get(a)!.toTypedArray()]).toEqual([0.5, 0.5]);
    expect([...gradients.get(b)!.toTypedArray()]).toEqual([0.5, 0.5]);
  });
});

describe('comparisons', () => {
  it('work on tokens and give bytes', () => {
    const tokens = tensor(Int32Array.of(1, 5, 2));
    const five = tensor(Int32Array.of(5));
    expect(equal(tokens, five).dtype).toBe('uint8');
    expect([...equal(tokens, five).toTypedArray()]).toEqual([0, 1, 0]);
    expect([...greater(five, tokens).toTypedArray()]).toEqual([1, 0, 1]);
  });

  it('send nothing back where a choice depends on them', () => {
    const x = tensor([1, 2]).variable();
    const picked = mean(whereMask(greater(x, tensor([1.5])), x, tensor([0])));
    expect([...backward(picked).get(x)!.toTypedArray()]).toEqual([0, 0.5]);
  });

  it('have no gradient, and backward through them says so', () => {
    const x = tensor([1, 2]).variable();
    const loss = sum(cast(equal(x, tensor([2])), 'float32'));
    expect(() => backward(loss)).toThrow(failure('NOT_DIFFERENTIABLE'));
  });
});

describe('whereMask', () => {
  const mask = tensor(Uint8Array.of(1, 0, 7), [3, 1]);

  it('takes a where the mask is not 0, else b, and stretches all three', () => {
    const chosen = whereMask(mask, tensor([1, 2], [2]), tensor([-1, -2, -3], [3, 1]));
    expect(chosen.shape).toEqual([3, 2]);
    expect([...chosen.toTypedArray()]).toEqual([1, 2, -2, -2, 1, 2]);
  });

  it('has the gradient of its difference quotients', () => {
    checkGradients((a, b) => whereMask(mask, a, b), [input([2], 3), input([3, 1], 4)]);
  });

  it('refuses masks that are no bytes', () => {
    const mistake = () => whereMask(tensor([1]), tensor([1]), tensor([1]));
    expect(mistake).toThrow(failure('TENSOR_DTYPE', 'whereMask: ', 'float32'));
  });
});
