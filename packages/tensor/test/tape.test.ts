import { add, backward, mul, neg, noGrad, ParameterStore, sum, tensor } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { failure } from './failure.js';

describe('backward', () => {
  it('adds up the gradients of all uses of a variable', () => {
    const x = tensor([2, 3]).variable();
    const y = sum(add(mul(x, x), neg(x)));
    expect([...backward(y).get(x)!.toTypedArray()]).toEqual([3, 5]);
  });

  it('gives nothing for what the loss does not depend on', () => {
    const [x, other, constant] = [tensor([2]).variable(), tensor([1]).variable(), tensor([1])];
    const gradients = backward(sum(mul(x, constant)));
    expect(gradients.get(other)).toBeUndefined();
    expect(gradients.get(constant)).toBeUndefined();
    expect(gradients.get(x.detach())).toBeUndefined();
  });

  it('stops at detached tensors', () => {
    const x = tensor([3]).variable();
    expect(
      backward(sum(mul(x, x.detach())))
        .get(x)!
        .item(),
    ).toBe(3);
    expect(mul(x, x).detach().needsGradient).toBe(false);
  });

  it('needs a recorded scalar', () => {
    const x = tensor([1, 2]).variable();
    expect(() => backward(mul(x, x))).toThrow(failure('LOSS_NOT_SCALAR', 'float32', '[2]'));
    expect(() => backward(tensor([1]))).toThrow(failure('LOSS_NOT_SCALAR'));
    expect(() => backward(x)).toThrow(failure('LOSS_NOT_SCALAR'));
  });

  it('goes through a record once', () => {
    const x = tensor([1]).variable();
    const loss = sum(mul(x, x));
    backward(loss);
    expect(() => backward(loss)).toThrow(failure('TAPE_CONSUMED'));
  });

  it('refuses if parameters were written since they were used', () => {
    const store = new ParameterStore({ seed: 1 });
    const w = store.scope().parameter('w', [1], { kind: 'constant', value: 2 });
    const loss = sum(mul(w, w));
    store.write('w', [3]);
    expect(() => backward(loss)).toThrow(failure('PARAMETERS_CHANGED'));
  });

  it('is refused for a disposed loss, and gradients for a disposed variable or after their own disposal', () => {
    const x = tensor([1]).variable();
    const loss = sum(mul(x, x));
    const gradients = backward(loss);
    loss.dispose();
    expect(() => backward(loss)).toThrow(failure('TENSOR_DISPOSED', 'backward: '));
    gradients.dispose();
    gradients.dispose();
    expect(() => gradients.get(x)).toThrow(failure('TENSOR_DISPOSED', 'gradients: '));
  });

  it('leaves a gradient usable after its gradients were disposed', () => {
    const x = tensor([1]).variable();
    const gradients = backward(sum(mul(x, x)));
    const gradient = gradients.get(x)!;
    gradients[Symbol.dispose]();
    expect(gradient.item()).toBe(2);
  });
});

describe('noGrad', () => {
  it('records nothing inside, and again after, also when the work throws', () => {
    const x = tensor([1]).variable();
    expect(noGrad(() => noGrad(() => mul(x, x)) && mul(x, x)).needsGradient).toBe(false);
    expect(() =>
      noGrad(() => {
        throw new RangeError('on purpose');
      }),
    ).toThrow(RangeError);
    expect(mul(x, x).needsGradient).toBe(true);
  });
});
