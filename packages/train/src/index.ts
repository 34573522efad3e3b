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
export { type RelativeAbundancesOptions, relativeAbundances } from './baselines/relative-abundances.js';
export type { SparseRows } from './baselines/sparse-rows.js';
export { type BatchWithIds, batchToDevice, type ReadByModel } from './batch-to-device.js';
export type {
  Checkpoint,
  CheckpointArrays,
  CheckpointDescription,
  CheckpointKind,
  DataSettings,
  EncoderDescription,
  FurtherTargetSettings,
  PredictorDescription,
  SharedDescription,
  Software,
  TargetSettings,
} from './checkpoint/checkpoint.js';
export {
  CHECKPOINT_FORMAT,
  CHECKPOINT_VERSION,
  decodeCheckpoint,
  encodeCheckpoint,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint/checkpoint-file.js';
export {
  type EncoderFromCheckpoint,
  type ModelFromCheckpoint,
  modelFromCheckpoint,
  type PredictorFromCheckpoint,
} from './checkpoint/model-from-checkpoint.js';
export {
  loadPretrainedEncoder,
  type PretrainedEncoder,
  readPretrainedEncoder,
} from './checkpoint/pretrained-encoder.js';
export { type RestoreWeightsOptions, restoreWeights } from './checkpoint/restore-weights.js';
export type { TrainErrorCode } from './errors.js';
export { type AsymmetricLossOptions, asymmetricLoss } from './losses/asymmetric-loss.js';
export { baseLoss } from './losses/base-loss.js';
export { type ClassificationLossOptions, classificationLoss } from './losses/classification-loss.js';
export { type CountLossOptions, countLoss } from './losses/count-loss.js';
export {
  type Comparison,
  type DistanceTarget,
  DistanceTargets,
  type DistanceTargetsOptions,
} from './losses/distance-targets.js';
export { type HuberLossOptions, huberLoss } from './losses/huber-loss.js';
export { LearnedWeights } from './losses/learned-weights.js';
export { maeLoss } from './losses/mae-loss.js';
export { mixedClassLoss } from './losses/mixed-class-loss.js';
export { mseLoss } from './losses/mse-loss.js';
export { type MaskedPositions, type NucleotideHits, nucleotideHits, nucleotideLoss } from './losses/nucleotide-loss.js';
export { type QuantileLossOptions, quantileLoss } from './losses/quantile-loss.js';
export type { SampleWeights } from './losses/sample-mean.js';
export {
  type AsymmetricTargetLoss,
  type HuberTargetLoss,
  type PlainTargetLoss,
  type QuantileTargetLoss,
  type TargetLoss,
  type TargetLossOptions,
  targetLoss,
} from './losses/target-loss.js';
export { type LossTerm, type LossTerms, type Penalties, totalLoss } from './losses/total-loss.js';
export { type EmbeddingDistancesOptions, embeddingDistances, unifracLoss } from './losses/unifrac-loss.js';
export { argmaxRows } from './metrics/argmax-rows.js';
export {
  ClassificationMetrics,
  type ClassificationScores,
  type ClassScores,
  type PrecisionRecall,
} from './metrics/classification-metrics.js';
export { CountMetrics, type CountScores } from './metrics/count-metrics.js';
export { RankingMetrics } from './metrics/ranking-metrics.js';
export { RegressionMetrics, type RegressionScores, type RegressionSums } from './metrics/regression-metrics.js';
export {
  type PredictInput,
  type Predictions,
  type PredictOptions,
  type PredictProgress,
  predict,
} from './predict.js';
export {
  type ImportedCheckpoint,
  type ImportReferenceOptions,
  importReferenceCheckpoint,
} from './reference-checkpoint/import-reference-checkpoint.js';
export { type PickledStorage, PickledTensor, type PickledValue } from './reference-checkpoint/pickled-value.js';
export type { ReferenceHints } from './reference-checkpoint/reference-notes.js';
export { type ReferenceStateDict, readReferenceStateDict } from './reference-checkpoint/reference-state-dict.js';
export {
  type ClassPredictionRow,
  type ClassReport,
  classReport,
  formatClassMetrics,
  type ModelClasses,
  type ModelClassScores,
  type NamedClassScores,
} from './report/class-report.js';
export { confusionFigure } from './report/confusion-figure.js';
export { formatPredictions, type PredictionRow } from './report/format-predictions.js';
export {
  formatMetrics,
  type MetricsReport,
  type MetricsReportOptions,
  type ModelPredictions,
  type ModelScores,
  metricsReport,
} from './report/metrics-report.js';
export { type FigurePanel, type PredictionFigureOptions, predictionFigure } from './report/prediction-figure.js';
export { type ActualValues, type PredictedSamples, predictionsTable } from './report/predictions-table.js';
export {
  type ReferenceEpochOptions,
  referenceCosineRate,
  referenceCosineRestartsRate,
  referenceOneCycleRate,
  referenceOneCycleUpdate,
  referenceWarmupCosineRate,
} from './schedules/compat/reference-schedules.js';
export { constantRate } from './schedules/constant-rate.js';
export { type CosineRateOptions, cosineRate } from './schedules/cosine-rate.js';
export { type CosineRestartsRateOptions, cosineRestartsRate } from './schedules/cosine-restarts-rate.js';
export {
  type OneCycleMomentumOptions,
  type OneCycleOptions,
  type OneCycleRateOptions,
  oneCycleMomentum,
  oneCycleRate,
} from './schedules/one-cycle-rate.js';
export {
  type ConstantSchedule,
  type CosineRestartsSchedule,
  type CosineSchedule,
  type OneCycleSchedule,
  type PlateauSchedule,
  type RateOfUpdateOptions,
  rateOfUpdate,
  type Schedule,
  type WarmupCosineSchedule,
} from './schedules/schedule.js';
export { type PlateauState, type StepPlateauOptions, startPlateau, stepPlateau } from './schedules/step-plateau.js';
export { type WarmupCosineRateOptions, warmupCosineRate } from './schedules/warmup-cosine-rate.js';
export { boundedTargets, medianDistance, medianOf } from './targets/bounded-targets.js';
export { ClassTarget, type ClassTargetOptions } from './targets/class-target.js';
export { type CommunityTargetsOptions, communityTargets } from './targets/community-targets.js';
export { type MatrixTargetsOptions, matrixTargets } from './targets/matrix-targets.js';
export { meanPredictions } from './targets/mean-predictions.js';
export { poolTargets } from './targets/pool-targets.js';
export { SampleCategories, type SampleCategoriesOptions } from './targets/sample-categories.js';
export type { SampleTarget, TargetEvaluation } from './targets/sample-target.js';
export type { ClassProbability, QuantilePrediction, TargetPredictions } from './targets/target-predictions.js';
export { type TargetCategories, TargetValues, type TargetValuesOptions } from './targets/target-values.js';
export { type TaxonTargets, type TaxonTargetsOptions, taxonTargets } from './targets/taxon-targets.js';
export { type UnifracTargetsOptions, unifracTargets } from './targets/unifrac-targets.js';
export { AsvCacheFile, type AsvCacheModel, type OpenAsvCacheOptions } from './trainer/asv-cache-file.js';
export { AsvEmbeddings, type AsvEmbeddingsOptions } from './trainer/asv-embeddings.js';
export type { BestMetric, EarlyStoppingState } from './trainer/early-stopping.js';
export { type EvaluateOptions, evaluate } from './trainer/evaluate.js';
export { FineTuningObjective } from './trainer/fine-tuning-objective.js';
export type { FineTuningObjectiveOptions, FurtherTarget } from './trainer/fine-tuning-options.js';
export type { LossSums, LossValues } from './trainer/loss-sums.js';
export type { AdamSettings, OptimiserSettings, SgdSettings } from './trainer/make-optimiser.js';
export type { Evaluation, Freeze, ObjectiveDescription, TrainingObjective } from './trainer/objective.js';
export { type BatchDistances, PretrainingObjective } from './trainer/pretraining-objective.js';
export type {
  BaseTargets,
  BatchValues,
  PretrainingObjectiveOptions,
  SampleReads,
} from './trainer/pretraining-options.js';
export type { ReadingOptions } from './trainer/read-batches.js';
export { type RunOptions, Trainer, type TrainerOptions } from './trainer/trainer.js';
export type { TrainingOptions } from './trainer/training-options.js';
export type { TrainingProgress } from './trainer/training-progress.js';
export type { BestEpoch, CheckpointPaths, TrainingResult } from './trainer/training-result.js';
export type { EpochRecord, Scores, TrainingRecord, TrainingState } from './trainer/training-state.js';
export { type UnsharedBatch, unsharedAsvs } from './unshared-asvs.js';
export { softwareVersion } from './version.js';
export { writeFileWhole } from './write-file-whole.js';
