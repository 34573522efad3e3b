// The same predictions under every formula of the target's loss, with and without sample weights.
import type { Check } from '../check.js';
import type { CaseOutputs } from './case-model.js';
import { targetTerm } from './loss-terms.js';
import type { VectorConfig, VectorLoss } from './model-configuration.js';
import type { PaddedInputs } from './padded-batch.js';
import { type Precision, scalarTolerance } from './precision.js';

/** Loss by formula, without and with sample weights. */
export type OtherLosses = Readonly<Record<string, OtherLoss>>;

interface OtherLoss {
  readonly plain: number;
  readonly weighted: number;
  /** Factors of the asymmetric loss. */
  readonly over?: number;
  readonly under?: number;
}

/** Compares every listed formula. */
export function checkOtherLosses(
  check: Check,
  losses: OtherLosses,
  outputs: CaseOutputs,
  inputs: PaddedInputs,
  { config, precision }: { readonly config: VectorConfig; readonly precision: Precision },
): void {
  for (const [name, values] of Object.entries(losses)) {
    const formula = formulaOf(name, values, config.loss ?? {});
    for (const [kind, use_sample_weights] of [
      ['plain', false],
      ['weighted', true],
    ] as const) {
      const got = targetTerm(outputs, { ...formula, use_sample_weights }, inputs);
      const want = values[kind];
      check.close(`${name} ${kind}`, got?.item() ?? Number.NaN, want, scalarTolerance(precision, want));
    }
  }
}

function formulaOf(name: string, { over, under }: OtherLoss, { quantiles, class_weights }: VectorLoss): VectorLoss {
  switch (name) {
    case 'nll':
      return {};
    case 'nll_class_weights':
      return class_weights === undefined ? {} : { class_weights };
    case 'asymmetric':
      return { target: name, ...(over === undefined ? {} : { over }), ...(under === undefined ? {} : { under }) };
    case 'quantile':
      return { target: name, quantiles: quantiles ?? [] };
    case 'mse':
    case 'mae':
    case 'huber':
      return { target: name };
    default:
      throw new Error(`the loss formula "${name}" is not known`);
  }
}
