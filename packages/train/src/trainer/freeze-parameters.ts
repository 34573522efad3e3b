// Which parameters of a predictor do not change.
import type { ParameterStore } from '@seq/tensor';
import type { Freeze } from './objective.js';

const BASE = 'base_model.';
const ASV_LEVEL = 'base_model.sample_encoder.asv_encoder.';

/** Freezes a part of a predictor's parameters. */
export function freezeParameters(store: ParameterStore, freeze: Freeze): void {
  if (freeze === 'none') return;
  const prefix = freeze === 'base' ? BASE : ASV_LEVEL;
  store.setTrainable((name) => name.startsWith(prefix), false);
}
