// Turns a folder of model vectors into cases, one per vector and way to run it.
import type { VectorCase } from '../vector-set.js';
import { jsonVectors } from '../vectors.js';
import { unsupportedOptimiser } from './case-optimiser.js';
import { type ModelVector, runModelCase } from './model-case.js';
import { unsupportedReason } from './model-configuration.js';
import { precisions } from './precision.js';

/** Every vector in float64 and float32, with reads as long as in the vectors and with reads cut at their last base. */
export async function* modelCases(directory: string): AsyncGenerator<VectorCase> {
  for (const vector of jsonVectors<ModelVector>(directory)) {
    const { config, optimiser } = vector.content;
    const unsupported = unsupportedReason(config) ?? unsupportedOptimiser(optimiser);
    for (const precision of precisions) {
      for (const trim of [false, true]) {
        const name = `${vector.name}/${precision.dtype}${trim ? '-trimmed' : ''}`;
        if (unsupported !== undefined) yield { name, unsupported };
        else yield { name, run: (check) => runModelCase(vector, check, { precision, trim }) };
      }
    }
  }
}
