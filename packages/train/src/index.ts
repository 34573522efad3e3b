/**
 * Training loop, losses, metrics, schedules and checkpoints.
 *
 * @packageDocumentation
 */

export {
  type FitRandomForestOptions,
  type ForestProgress,
  fitRandomForest,
  RandomForest,
} from './baselines/random-forest.js';
export type { RegressionTree } from './baselines/regression-tree.js';
export type { SparseRows } from './baselines/sparse-rows.js';
export type { TrainErrorCode } from './errors.js';
export { type AsymmetricLossOptions, asymmetricLoss } from './losses/asymmetric-loss.js';
export { baseLoss } from './losses/base-loss.js';
export { type ClassificationLossOptions, classificationLoss } from './losses/classification-loss.js';
export { type CountLossOptions, countLoss } from './losses/count-loss.js';
export { type HuberLossOptions, huberLoss } from './losses/huber-loss.js';
export { maeLoss } from './losses/mae-loss.js';
export { mseLoss } from './losses/mse-loss.js';
export { type MaskedPositions, type NucleotideHits, nucleotideHits, nucleotideLoss } from './losses/nucleotide-loss.js';
export { type QuantileLossOptions, quantileLoss } from './losses/quantile-loss.js';
export type { SampleWeights } from './losses/sample-mean.js';
export { type TargetLoss, type TargetLossOptions, targetLoss } from './losses/target-loss.js';
export { type LossTerm, type Penalties, totalLoss } from './losses/total-loss.js';
export { type EmbeddingDistancesOptions, embeddingDistances, unifracLoss } from './losses/unifrac-loss.js';
export { argmaxRows } from './metrics/argmax.js';
export {
  ClassificationMetrics,
  type ClassificationScores,
  type ClassScores,
  type PrecisionRecall,
} from './metrics/classification-metrics.js';
export { CountMetrics, type CountScores } from './metrics/count-metrics.js';
export { RegressionMetrics, type RegressionScores, type RegressionSums } from './metrics/regression-metrics.js';
export {
  formatMetrics,
  type MetricsReport,
  type MetricsReportOptions,
  type ModelPredictions,
  metricsReport,
} from './report/metrics-report.js';
export { type FigurePanel, type PredictionFigureOptions, predictionFigure } from './report/prediction-figure.js';
export { formatPredictions, type PredictionRow } from './report/predictions-tsv.js';
export { writeFileWhole } from './report/write-file.js';
export {
  type ReferenceEpochOptions,
  referenceCosineRate,
  referenceCosineRestartsRate,
  referenceOneCycleRate,
  referenceOneCycleUpdate,
  referenceWarmupCosineRate,
} from './schedules/compat/reference-schedules.js';
export { constantRate } from './schedules/constant.js';
export { type CosineRateOptions, cosineRate } from './schedules/cosine.js';
export { type CosineRestartsRateOptions, cosineRestartsRate } from './schedules/cosine-restarts.js';
export {
  type OneCycleMomentumOptions,
  type OneCycleOptions,
  type OneCycleRateOptions,
  oneCycleMomentum,
  oneCycleRate,
} from './schedules/one-cycle.js';
export { type PlateauState, type StepPlateauOptions, startPlateau, stepPlateau } from './schedules/plateau.js';
export { type RateOfUpdateOptions, rateOfUpdate, type Schedule } from './schedules/schedule.js';
export { type WarmupCosineRateOptions, warmupCosineRate } from './schedules/warmup-cosine.js';
