import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { trainOnUnifrac } from './train.js';

it('custom pipeline › an encoder put together from modules learns UniFrac distances', async () => {
  const folder = fileURLToPath(new URL('../ecam/data', import.meta.url));
  const losses = await trainOnUnifrac({ folder, sampleCount: 24, epochs: 6 });
  expect(losses.every(Number.isFinite)).toBe(true);
  expect(losses.at(-1)!).toBeLessThan(0.7 * losses[0]!);
});
