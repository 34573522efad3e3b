// A module of one's own: a function of sets, written with nothing but @seq/tensor.
import { gelu, linear, type ParameterScope, scatterAddRows, type Tensor } from '@seq/tensor';

/** Linear layers with GELU between them. Parameters: `<layer>.weight` and `<layer>.bias`. */
class Perceptron {
  readonly #layers: readonly { readonly weight: Tensor; readonly bias: Tensor }[];

  constructor(scope: ParameterScope, widths: readonly number[]) {
    this.#layers = widths.slice(1).map((outputs, i) => {
      const [layer, inputs] = [scope.child(String(i)), widths[i]!];
      const bound = 1 / Math.sqrt(inputs);
      return {
        weight: layer.parameter('weight', [outputs, inputs], { kind: 'uniform', low: -bound, high: bound }),
        bias: layer.parameter('bias', [outputs], { kind: 'constant', value: 0 }),
      };
    });
  }

  forward(x: Tensor): Tensor {
    return this.#layers.reduce((y, { weight, bias }, i) => linear(i === 0 ? y : gelu(y), weight, bias), x);
  }
}

/** Sets of vectors, end to end: row t of `elements` belongs to set `setOfElement[t]`. */
export interface Sets {
  /** [T, inputs]. */
  readonly elements: Tensor;
  readonly setOfElement: Uint32Array;
  readonly setCount: number;
}

/** Widths of {@link DeepSets}. */
export interface DeepSetsOptions {
  readonly inputs: number;
  readonly hidden: number;
  readonly outputs: number;
}

/**
 * y = ρ(Σ φ(x) over the elements x of a set): the order of the elements does not matter, and a set may have any size.
 *
 * @see Zaheer et al. 2017, "Deep sets", arXiv:1703.06114
 */
export class DeepSets {
  readonly #element: Perceptron;
  readonly #set: Perceptron;

  constructor(scope: ParameterScope, { inputs, hidden, outputs }: DeepSetsOptions) {
    this.#element = new Perceptron(scope.child('element'), [inputs, hidden, hidden]);
    this.#set = new Perceptron(scope.child('set'), [hidden, hidden, outputs]);
  }

  /** One row per set, [sets, outputs]. */
  forward({ elements, setOfElement, setCount }: Sets): Tensor {
    return this.#set.forward(scatterAddRows(this.#element.forward(elements), setOfElement, { rowCount: setCount }));
  }
}
