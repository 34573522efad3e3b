// Random orders.
import type { Draws } from './draws.js';

/** The numbers 0 to count - 1 in random order, every order equally likely. */
export function shuffledIndices(count: number, draws: Draws): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = draws.below(last + 1);
    const moved = order[last]!;
    order[last] = order[other]!;
    order[other] = moved;
  }
  return order;
}
