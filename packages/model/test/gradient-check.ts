// Compares the gradients of every parameter with central differences, in float64.
import { backward, type ParameterStore, type Tensor, tidy } from '@seq/tensor';
import { expect } from 'vitest';

const STEP = 1e-5;
const ALLOWED = 2e-8;

/** Checks up to `perParameter` elements of each parameter that has a gradient; returns how many were checked. */
export function checkGradients(store: ParameterStore, loss: () => Tensor, perParameter = 3): number {
  store.clearGradients();
  tidy(() => void backward(loss()));
  const gradients = new Map(store.names().map((name) => [name, store.gradient(name)] as const));
  const value = (): number => tidy(() => loss().item());
  let checked = 0;
  for (const [name, gradient] of gradients) {
    const values = store.read(name);
    const stride = Math.max(1, Math.floor(values.length / perParameter));
    for (let i = 0; i < values.length; i += stride) {
      const at = (step: number): number => {
        const moved = values.slice();
        moved[i] = values[i]! + step;
        store.write(name, moved);
        return value();
      };
      const slope = (at(STEP) - at(-STEP)) / (2 * STEP);
      const difference = Math.abs(slope - gradient[i]!);
      expect(
        difference <= ALLOWED * Math.max(1, Math.abs(slope)),
        `${name}[${i}]: ${gradient[i]}, slope ${slope}`,
      ).toBe(true);
      checked += 1;
    }
    store.write(name, values);
  }
  return checked;
}
