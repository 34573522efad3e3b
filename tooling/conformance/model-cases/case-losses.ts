// The losses of a model vector, each from the loss functions that training uses.
import type { Tensor } from '@seq/tensor';
import { totalLoss } from '@seq/train';
import type { CaseOutputs } from './case-model.js';
import { baseTerm, countTerm, nucleotideTerm, targetTerm } from './loss-terms.js';
import { isMasked, type VectorConfig } from './model-configuration.js';
import type { PaddedInputs, RaggedBatch } from './padded-batch.js';

/** Names of the terms as the vectors have them. */
export type LossName = 'target_loss' | 'count_loss' | 'unifrac_loss' | 'nuc_loss';

/** The terms that exist, unweighted, and their weighted sum. */
export interface CaseLosses {
  readonly terms: Readonly<Partial<Record<LossName, Tensor>>>;
  readonly total: Tensor | undefined;
}

/** Every loss of a forward pass. */
export function caseLosses(
  output: CaseOutputs,
  config: VectorConfig,
  inputs: PaddedInputs,
  batch: RaggedBatch,
): CaseLosses {
  const terms: Partial<Record<LossName, Tensor>> = {};
  const set = (name: LossName, term: Tensor | undefined): void => {
    if (term !== undefined) terms[name] = term;
  };
  set('target_loss', targetTerm(output, config.loss ?? {}, inputs));
  set('count_loss', countTerm(output, inputs, batch));
  set('unifrac_loss', baseTerm(output, config.encoder_type === 'unifrac', inputs));
  set('nuc_loss', nucleotideTerm(output, batch, isMasked(config)));
  if (Object.keys(terms).length === 0) return { terms, total: undefined };
  const { target_loss: target, count_loss: count, unifrac_loss: unifrac, nuc_loss: nucleotide } = terms;
  const given = Object.entries({ target, count, unifrac, nucleotide }).flatMap(([name, term]) =>
    term === undefined ? [] : [[name, term] as const],
  );
  return { terms, total: totalLoss(Object.fromEntries(given), config.loss?.penalties) };
}
