// One output of a predictor by its name.
import type { PredictorOutput } from '@seq/model';
import type { Tensor } from '@seq/tensor';

/** What a predictor says about a target; the main one has an empty name. */
export function predictionOf(output: PredictorOutput, name: string): Tensor {
  const prediction = name === '' ? output.targetPrediction : output.morePredictions?.[name];
  if (prediction === undefined) throw new Error(`assert: the predictor has no output "${name}"`);
  return prediction;
}
