// Which axes a reduction takes away.
import { requireAxis } from '../argument-checks.js';

/** Options of reductions over axes. */
export interface ReduceOptions {
  /** The axes to reduce, negative ones counted from the last. Default: all. */
  readonly axes?: number | readonly number[];
  /** Whether reduced axes stay with size 1 instead of disappearing. Default false. */
  readonly keepAxes?: boolean;
}

/** The axes counted from the first. */
export function reducedAxes(op: string, shape: readonly number[], { axes }: ReduceOptions): number[] {
  if (axes === undefined) return [...shape.keys()];
  return (typeof axes === 'number' ? [axes] : axes).map((axis) => requireAxis(op, axis, shape));
}
