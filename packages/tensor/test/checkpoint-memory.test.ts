import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  backward,
  checkpoint,
  memory,
  mul,
  ParameterStore,
  resetPeakMemory,
  sum,
  type Tensor,
  tanh,
  tensor,
  tidy,
} from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { failure } from './failure.js';

describe('checkpoint', () => {
  describe('keeps less', () => {
    const SIZE = 100_000;
    const LAYERS = 20;
    const chain = (x: Tensor) => {
      let y = x;
      for (let i = 0; i < LAYERS; i++) y = tanh(y);
      return y;
    };

    it('than a plain call, and at its peak no more than one stretch at a time', () => {
      const measure = (call: (work: typeof chain, x: Tensor) => Tensor) => {
        const x = tensor(new Float32Array(SIZE).fill(0.5)).variable();
        const before = memory();
        resetPeakMemory();
        let y = x;
        for (let stretch = 0; stretch < 5; stretch++) {
          const from = y;
          y = tidy(() => call(chain, from));
          if (stretch > 0) from.dispose();
        }
        const loss = tidy(() => sum(y));
        y.dispose();
        const held = memory().bytes - before.bytes;
        const gradient = tidy(() => [...backward(loss).get(x)!.toTypedArray()].slice(0, 3));
        const peak = memory().peakBytes - before.bytes;
        loss.dispose();
        expect(memory()).toMatchObject({ liveTensors: before.liveTensors, bytes: before.bytes });
        x.dispose();
        return { held, peak, gradient };
      };
      const [plain, under] = [measure((work, x) => work(x)), measure((work, x) => checkpoint(work, [x]))];
      expect(under.gradient).toEqual(plain.gradient);
      expect(plain.held).toBeGreaterThanOrEqual(5 * LAYERS * SIZE * 4);
      expect(under.held).toBeLessThanOrEqual(6 * SIZE * 4);
      expect(under.peak).toBeLessThanOrEqual((LAYERS + 10) * SIZE * 4);
    });
  });

  describe('leaves nothing behind', () => {
    const store = new ParameterStore({ seed: 1 });
    const w = store.scope().parameter('w', [4, 4], { kind: 'uniform', low: -1, high: 1 });
    const counted = () => ({ liveTensors: memory().liveTensors, bytes: memory().bytes });
    const step = (work: (x: Tensor) => Tensor, after: (loss: Tensor) => void) =>
      tidy(() => {
        const x = tensor(new Float32Array(16).fill(1), [4, 4]).variable();
        after(sum(checkpoint((x) => checkpoint(work, [work(x)]), [x])));
      });

    it('after a thousand steps, and where backward never runs', () => {
      const work = (x: Tensor) => mul(tanh(mul(x, w)), w);
      step(work, backward);
      const before = counted();
      for (let i = 0; i < 1000; i++) step(work, i % 3 === 0 ? () => {} : backward);
      expect(counted()).toEqual(before);
    });

    it('if the function throws, the first time or the second', () => {
      const before = counted();
      for (let last = 1; last <= 5; last++) {
        let runs = 0;
        const work = (x: Tensor) => {
          const y = mul(x, w);
          if (++runs === last) throw new RangeError(`run ${last}`);
          return tanh(y);
        };
        expect(() => step(work, backward)).toThrow(new RangeError(`run ${last}`));
        expect(counted()).toEqual(before);
        expect(tidy(() => mul(tensor([1]).variable(), tensor([1])).needsGradient)).toBe(true);
      }
      tidy(() => backward(sum(checkpoint(tanh, [w]))));
    });

    it('when it is forgotten and the garbage collector finds it', async () => {
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc') as () => void;
      const before = memory().liveTensors;
      const x = tensor([1]).variable();
      for (let i = 0; i < 50; i++) checkpoint((x) => mul(x, x), [mul(x, x)]);
      expect(memory().liveTensors).toBeGreaterThan(before + 50);
      for (let turn = 0; turn < 20 && memory().liveTensors > before + 1; turn++) {
        collect();
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(memory().liveTensors).toBeLessThanOrEqual(before + 1);
    });
  });

  it('keeps its inputs, also after they were disposed, and asks for other tensors to live', () => {
    const x = tensor([3]).variable();
    const loss = tidy(() => sum(checkpoint((y) => mul(y, y), [mul(x, x)])));
    expect(backward(loss).get(x)!.item()).toBe(4 * 27);
    const lost = tidy(() => {
      const other = mul(x, x);
      return sum(checkpoint((y) => mul(y, other), [x]));
    });
    expect(() => backward(lost)).toThrow(failure('TENSOR_DISPOSED', 'mul: ', 'make it an input'));
  });
});
