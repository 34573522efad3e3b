// What attention takes while it computes, beyond what tensors hold: the memory of the process knows it.
import { attention, backward, encoder, type PackedSequences, sum, type Tensor, tensor, tidy } from '@seq/tensor';
import { describe, expect, it } from 'vitest';
import { measure } from '../../../tooling/bench/measure.js';

const MIB = 2 ** 20;
const [ROWS, WIDTH, HIDDEN] = [12_288, 4, 4];
const SCORES_MIB = (4 * ROWS * ROWS) / MIB;
const packed: PackedSequences = { offsets: Uint32Array.of(0, ROWS) };

/** Numbers of which no row is like another. */
function numbers(shape: readonly number[]): Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  return tensor(
    Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7)),
    shape,
  ).variable();
}

const projections = (): Tensor[] => [[3 * WIDTH, WIDTH], [3 * WIDTH], [WIDTH, WIDTH], [WIDTH]].map(numbers);

/** Forward and backward of one layer. */
function layer(x: Tensor): Tensor {
  const feedForward = [[HIDDEN, WIDTH], [HIDDEN], [WIDTH, HIDDEN], [WIDTH]].map(numbers);
  const norms = Array.from({ length: 6 }, () => numbers([WIDTH]));
  return encoder(x, packed, [...projections(), ...feedForward, ...norms], { heads: 1 });
}

const alone = (x: Tensor): Tensor =>
  attention(x, packed.offsets, x, packed, projections() as [Tensor, Tensor, Tensor, Tensor], { heads: 1 });

describe.runIf(process.platform === 'linux')('the matrix of scores', () => {
  it.each([
    ['encoder', layer],
    ['attention', alone],
  ] as const)('of a long sequence is never held by %s, forward and backward', async (_, run) => {
    const before = process.memoryUsage.rss() / MIB;
    const { peakRssMiB, peakRssScope } = await measure(
      () =>
        tidy(() => {
          backward(sum(run(numbers([ROWS, WIDTH]))));
        }),
      { warmups: 0, runs: 1 },
    );
    expect(peakRssScope).toBe('runs');
    expect(SCORES_MIB).toBe(576);
    expect(peakRssMiB - before).toBeLessThan(SCORES_MIB / 8);
  });
});
