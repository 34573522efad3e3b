import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  add,
  backward,
  memory,
  mul,
  neg,
  noGrad,
  ParameterStore,
  resetPeakMemory,
  sum,
  type Tensor,
  tensor,
  tidy,
} from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { failure } from './failure.js';

const live = () => memory().liveTensors;

describe('tidy', () => {
  it('frees everything made inside but the result', () => {
    const before = live();
    const y = tidy(() => {
      const x = tensor([1, 2]);
      return add(add(x, x), x);
    });
    expect(live()).toBe(before + 1);
    expect([...y.toTypedArray()]).toEqual([3, 6]);
    y.dispose();
    expect(live()).toBe(before);
  });

  it('keeps tensors in arrays and plain objects, nested, and in cycles', () => {
    const kept = tidy(() => {
      const cycle: { self?: unknown; x: Tensor } = { x: tensor([4]) };
      cycle.self = cycle;
      tensor([0]);
      return { one: tensor([1]), many: [tensor([2]), { deep: tensor([3]) }], cycle, text: 'kept', nothing: null };
    });
    const tensors = [kept.one, kept.many[0] as Tensor, (kept.many[1] as { deep: Tensor }).deep, kept.cycle.x];
    expect(tensors.map((x) => x.item())).toEqual([1, 2, 3, 4]);
  });

  it('hands what it keeps to the surrounding tidy', () => {
    const before = live();
    const escaped: Tensor[] = [];
    tidy(() => {
      const inner = tidy(() => add(tensor([1]), tensor([2])));
      escaped.push(inner);
      expect(inner.item()).toBe(3);
      expect(live()).toBe(before + 1);
    });
    expect(escaped[0]!.isDisposed).toBe(true);
    expect(live()).toBe(before);
  });

  it('does not free what was made outside, even if it is returned', () => {
    const x = tensor([1]);
    expect(tidy(() => x)).toBe(x);
    tidy(() => add(x, x));
    expect(x.item()).toBe(1);
  });

  it('frees everything if the work throws', () => {
    const before = live();
    const work = () =>
      tidy(() => {
        add(tensor([1]), tensor([2]));
        throw new RangeError('on purpose');
      });
    expect(work).toThrow(RangeError);
    expect(live()).toBe(before);
    tidy(() => tensor([1]));
  });

  it('lets a tensor be disposed by hand inside', () => {
    tidy(() => tensor([1]).dispose());
  });

  it('keeps what the result needs for its gradient', () => {
    const x = tensor([3]).variable();
    const loss = tidy(() => sum(mul(mul(x, x), x)));
    expect(backward(loss).get(x)!.item()).toBe(27);
  });

  it('frees gradients that are not returned', () => {
    const x = tensor(new Float32Array(100)).variable();
    const before = memory();
    tidy(() => {
      backward(sum(mul(x, x))).get(x);
    });
    expect(memory()).toMatchObject({ liveTensors: before.liveTensors, bytes: before.bytes });
  });

  it('does not free tensors of a parameter store', () => {
    const store = new ParameterStore({ seed: 1 });
    const w = tidy(() => ({ layer: store.scope().parameter('w', [2], { kind: 'constant', value: 2 }) }).layer.shape);
    expect(w).toEqual([2]);
    const again = store.parameter('w');
    tidy(() => add(again, again));
    expect([...again.toTypedArray()]).toEqual([2, 2]);
  });

  it('refuses promises, in noGrad too', () => {
    expect(() => tidy(async () => tensor([1]))).toThrow(failure('WORK_IS_ASYNC', 'tidy: '));
    expect(() => noGrad(async () => 1)).toThrow(failure('WORK_IS_ASYNC', 'noGrad: '));
    expect(add(tensor([1]).variable(), tensor([1])).needsGradient).toBe(true);
  });

  it('leaves nothing behind after a thousand training steps', () => {
    const store = new ParameterStore({ seed: 1 });
    const w = store.scope().parameter('w', [4, 4], { kind: 'uniform', low: -1, high: 1 });
    const step = () =>
      tidy(() => {
        const x = tensor(new Float32Array(16).fill(1), [4, 4]);
        backward(sum(mul(mul(x, w), w)));
        store.clearGradients();
      });
    step();
    const before = memory();
    for (let i = 0; i < 1000; i++) step();
    expect(memory()).toMatchObject({ liveTensors: before.liveTensors, bytes: before.bytes });
  });
});

describe('backward', () => {
  it('frees what a record kept while it goes', () => {
    const x = tensor(new Float32Array(1000)).variable();
    const loss = tidy(() => sum(mul(mul(x, x), mul(x, x))));
    const held = memory().bytes;
    backward(loss).dispose();
    expect(memory().bytes).toBeLessThan(held);
  });
});

describe('memory', () => {
  it('remembers the peak until it is reset', () => {
    resetPeakMemory();
    const start = memory().bytes;
    tensor(new Float32Array(10_000)).dispose();
    expect(memory().peakBytes).toBe(start + 40_000);
    resetPeakMemory();
    expect(memory().peakBytes).toBe(memory().bytes);
  });
});

describe('forgotten tensors', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const rest = () => new Promise((resolve) => setImmediate(resolve));

  it('are freed when the garbage collector finds them', async () => {
    const before = live();
    for (let i = 0; i < 100; i++) tensor([i]);
    expect(live()).toBe(before + 100);
    for (let turn = 0; turn < 20 && live() > before; turn++) {
      collect();
      await rest();
    }
    expect(live()).toBeLessThanOrEqual(before);
  });

  it('weigh what they hold for V8, so that it collects by itself before they pile up', async () => {
    const x = tensor(new Float32Array(250_000));
    const before = memory().bytes;
    for (let i = 0; i < 2000; i++) {
      neg(x);
      if (i % 20 === 0) await rest();
    }
    expect(memory().bytes - before).toBeLessThan(500_000_000);
  });
});
