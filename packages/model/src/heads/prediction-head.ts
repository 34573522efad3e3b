// From the pooled vector of a sample to the target's numbers. It knows only tensors.
import { add, dropout, type ParameterScope, relu, type Tensor } from '@seq/tensor';
import { dropoutSite, dropoutStream, type PassOptions, stackNumber } from '../forward-options.js';
import { Linear } from '../layers/linear.js';
import type { HeadConfig } from '../output-config.js';

/** Options of {@link PredictionHead}. */
export interface PredictionHeadOptions {
  /** Width of the pooled vector. */
  readonly inputs: number;
  /** Numbers per sample. */
  readonly outputs: number;
  /** Which form. */
  readonly head: HeadConfig;
  /** Number of this head among the stacks of the random streams. Default: that of the main target. */
  readonly stack?: number;
}

/**
 * `linear`: one linear layer. `mlp`: linear layers with ReLU and dropout between. `residual`: linear skip + mlp. All
 * start Xavier-uniform with zero bias.
 *
 * Parameters: `weight`, `bias`; `<i>.weight`, `<i>.bias`; or `skip.…` and `mlp.<i>.…`. The i-th linear layer of an mlp
 * is number 2i, and 3i if there is dropout: the reference counts the functions between, too.
 */
export class PredictionHead {
  readonly #skip: Linear | undefined;
  readonly #layers: readonly Linear[];
  readonly #dropout: number;
  readonly #stack: number;

  constructor(scope: ParameterScope, { inputs, outputs, head, stack = stackNumber.head }: PredictionHeadOptions) {
    this.#stack = stack;
    const hiddenWidths = head.kind === 'linear' ? [] : head.hiddenWidths;
    const widths = [inputs, ...hiddenWidths, outputs];
    this.#dropout = head.kind === 'linear' ? 0 : head.dropout;
    const initialValues = 'xavier';
    if (head.kind === 'residual') this.#skip = new Linear(scope.child('skip'), { inputs, outputs, initialValues });
    const between = this.#dropout > 0 ? 3 : 2;
    const scopeOf = (i: number): ParameterScope => {
      if (head.kind === 'linear') return scope;
      return (head.kind === 'residual' ? scope.child('mlp') : scope).child(String(between * i));
    };
    this.#layers = widths
      .slice(1)
      .map((width, i) => new Linear(scopeOf(i), { inputs: widths[i]!, outputs: width, initialValues }));
  }

  /**
   * From [B, inputs] to [B, outputs].
   *
   * @param sampleIds - one id per sample for dropout.
   */
  forward(x: Tensor, sampleIds: Uint32Array, options: PassOptions = {}): Tensor {
    const rows = Uint32Array.from({ length: sampleIds.length + 1 }, (_, i) => i);
    let y = x;
    for (const [i, layer] of this.#layers.entries()) {
      y = layer.forward(y);
      if (i + 1 === this.#layers.length) break;
      y = relu(y);
      const stream = dropoutStream(this.#dropout, dropoutSite(this.#stack, i), sampleIds, options);
      if (stream !== undefined) y = dropout(y, rows, stream);
    }
    return this.#skip === undefined ? y : add(this.#skip.forward(x), y);
  }
}
