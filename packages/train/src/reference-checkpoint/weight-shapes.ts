// Questions to the names and shapes of a state dict. It knows no configuration.
import type { StoredTensor } from '@seq/model';
import { trainError } from '../errors.js';

/** Names and shapes of weights. */
export class WeightShapes {
  readonly #shapes: ReadonlyMap<string, readonly number[]>;

  /**
   * @param source - what errors call the weights.
   * @param weights - weights by name.
   */
  constructor(
    readonly source: string,
    weights: ReadonlyMap<string, Pick<StoredTensor, 'shape'>>,
  ) {
    this.#shapes = new Map([...weights].map(([name, { shape }]) => [name, shape]));
  }

  /** Whether there is a weight of this name. */
  has(name: string): boolean {
    return this.#shapes.has(name);
  }

  /** Whether a name starts so. */
  hasBelow(prefix: string): boolean {
    return this.below(prefix).length > 0;
  }

  /** What follows the prefix in every name that starts with it. */
  below(prefix: string): readonly string[] {
    return [...this.#shapes.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  }

  /**
   * Size of an axis of a weight.
   *
   * @throws SeqError `CHECKPOINT_MISMATCH` if there is no such weight or axis.
   */
  size(name: string, axis: number): number {
    const size = this.#shapes.get(name)?.[axis];
    if (size !== undefined) return size;
    const message = `importReferenceCheckpoint: ${this.source} has no weight "${name}" with ${axis + 1} axes; it is no state dict of Attention All Microbes.`;
    throw trainError('CHECKPOINT_MISMATCH', message, { details: { name } });
  }

  /** Layers of a stack: the different numbers that follow the prefix. */
  count(prefix: string): number {
    return this.numbers(prefix).length;
  }

  /** The different numbers that follow the prefix, ascending. */
  numbers(prefix: string): readonly number[] {
    const found = this.below(prefix).flatMap((rest) => /^\d+/.exec(rest)?.[0] ?? []);
    return [...new Set(found.map(Number))].sort((a, b) => a - b);
  }
}
