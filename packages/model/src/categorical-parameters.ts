// Which parameters of a predictor have to do with categories, by their names. It knows no values.

/** Parts of the predictor itself. */
const OWN_PARTS =
  /^(?:categorical_embedder|categorical_projection|gmu|cross_attn_fusion|perceiver_fusion|output_scales|output_biases)\./;
/** Parts of a further target. */
const PARTS_OF_TARGETS = /^more_targets\.[^.]+\.(?:output_scales|output_biases)\./;

/**
 * Whether a parameter of a `SequencePredictor` is there because of its categories: those of the embedder, of the fusion, and of
 * scales and biases of outputs.
 *
 * @param name - full name in the store of the predictor.
 * @remarks The reference leaves out `perceiver_fusion` and `output_biases` where it gives such parameters a rate of their own.
 */
export function isCategoricalParameter(name: string): boolean {
  return OWN_PARTS.test(name) || PARTS_OF_TARGETS.test(name);
}
