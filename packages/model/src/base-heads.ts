// From the pooled embedding of a sample to what the encoder is trained on besides distances. It knows only tensors.
import { type ParameterScope, sigmoid, type Tensor } from '@seq/tensor';
import type { EncoderConfig } from './encoder-config.js';
import { Linear } from './layers/linear.js';

/** The outputs of the base heads by name; a type of encoder has those that it is trained on. */
export interface BaseOutputs {
  /** `combined`: [B, 2], each in (0, 1). */
  readonly unifrac?: Tensor;
  /** `combined`: [B, 1]; `faith_pd`: [B, base width]. */
  readonly faith_pd?: Tensor;
  /** `combined`, `taxonomy`: [B, base width]. */
  readonly taxonomy?: Tensor;
}

/** Initial bias of the bounded head of `combined`. */
const UNIFRAC_BIAS = 0.85;
const UNIFRAC_WIDTH = 2;

/**
 * Linear heads on the sample embedding. `faith_pd` and `taxonomy`: one, `output_head.…`. `combined`: `uni_ff.…` behind a
 * logistic function, `faith_ff.…`, `tax_ff.…`. `unifrac` and `weighted` have none: distances come from the embeddings.
 */
export class BaseHeads {
  readonly #heads: Readonly<Partial<Record<keyof BaseOutputs, Linear>>>;
  readonly #isCombined: boolean;

  /** @param scope - the scope of the encoder itself. */
  constructor(scope: ParameterScope, { embeddingWidth: inputs, encoderType, baseOutputWidth }: EncoderConfig) {
    const linear = (name: string, outputs: number): Linear => new Linear(scope.child(name), { inputs, outputs });
    this.#isCombined = encoderType === 'combined';
    if (encoderType === 'faith_pd' || encoderType === 'taxonomy') {
      this.#heads = { [encoderType]: linear('output_head', baseOutputWidth) };
    } else if (this.#isCombined) {
      const bounded = { inputs, outputs: UNIFRAC_WIDTH, initialValues: 'xavier', initialBias: UNIFRAC_BIAS } as const;
      this.#heads = {
        unifrac: new Linear(scope.child('uni_ff'), bounded),
        faith_pd: linear('faith_ff', 1),
        taxonomy: linear('tax_ff', baseOutputWidth),
      };
    } else this.#heads = {};
  }

  /** Names of the outputs. */
  get names(): readonly (keyof BaseOutputs)[] {
    return Object.keys(this.#heads) as (keyof BaseOutputs)[];
  }

  /** From embeddings [B, D] to every output. */
  forward(embeddings: Tensor): BaseOutputs {
    const outputs = this.names.map((name) => {
      const output = this.#heads[name]!.forward(embeddings);
      return [name, this.#isCombined && name === 'unifrac' ? sigmoid(output) : output] as const;
    });
    return Object.fromEntries(outputs);
  }
}
