// A model in memory from a checkpoint: its configuration says the shape, its weights the numbers.
import { SequenceEncoder, SequencePredictor } from '@seq/model';
import { ParameterStore } from '@seq/tensor';
import type { Checkpoint, CheckpointArrays } from './checkpoint.js';
import { restoreWeights } from './restore-weights.js';

/** An encoder and its parameters. */
export interface EncoderFromCheckpoint {
  /** It is an encoder. */
  readonly kind: 'encoder';
  /** Its parameters. */
  readonly store: ParameterStore;
  /** The model. */
  readonly model: SequenceEncoder;
}

/** A predictor and its parameters. */
export interface PredictorFromCheckpoint {
  /** It is a predictor. */
  readonly kind: 'predictor';
  /** Its parameters. */
  readonly store: ParameterStore;
  /** The model. */
  readonly model: SequencePredictor;
}

/** A model and its parameters. */
export type ModelFromCheckpoint = EncoderFromCheckpoint | PredictorFromCheckpoint;

/**
 * Builds the model of a checkpoint.
 *
 * @throws SeqError `CHECKPOINT_MISMATCH` if weights and configuration contradict each other.
 */
export function modelFromCheckpoint(checkpoint: Checkpoint): ModelFromCheckpoint {
  const isDouble = [...checkpoint.weights.values()].some(({ dtype }) => dtype === 'F64');
  const store = new ParameterStore({ seed: 0, dtype: isDouble ? 'float64' : 'float32' });
  const built: ModelFromCheckpoint =
    checkpoint.kind === 'encoder'
      ? { kind: 'encoder', store, model: new SequenceEncoder(store.scope(), checkpoint.model) }
      : { kind: 'predictor', store, model: new SequencePredictor(store.scope(), checkpoint.model) };
  restoreWeights(store, withoutObjective(checkpoint.weights));
  return built;
}

/** Names of what an objective learned about itself, such as weights of losses, start so. */
const OBJECTIVE = 'objective.';

/** The weights of the model alone, without what its objective learned about itself. */
export function withoutObjective(weights: CheckpointArrays['weights']): CheckpointArrays['weights'] {
  return new Map([...weights].filter(([name]) => !name.startsWith(OBJECTIVE)));
}
