/**
 * Feature tables, sequences, sample metadata, rarefaction, splits and batches.
 *
 * @packageDocumentation
 */

export { type Augmentation, type AugmentationKey, augment } from './augmentation/augment.js';
export type {
  AugmentationStep,
  CommunityPool,
  CommunityStep,
  SequenceStep,
  StepDescription,
} from './augmentation/augmentation-step.js';
export {
  type BaseRateOptions,
  maskBases,
  substituteBases,
  type TruncateBasesOptions,
  truncateBases,
} from './augmentation/change-bases.js';
export type { Community } from './augmentation/community.js';
export { type DropAsvsOptions, dropAsvs } from './augmentation/drop-asvs.js';
export { type JitterAbundancesOptions, jitterAbundances } from './augmentation/jitter-abundances.js';
export { cutCommunities, type MixCommunitiesOptions, mixCommunities } from './augmentation/mix-communities.js';
export {
  type AugmentationForm,
  augmentationForms,
  type NamedStep,
  type ParseAugmentationOptions,
  parseAugmentation,
  parseAugmentationStep,
} from './augmentation/parse-augmentation.js';
export { type SubsampleReadsOptions, subsampleReads } from './augmentation/subsample-reads.js';
export { type SwapRelativesOptions, swapRelatives } from './augmentation/swap-relatives.js';
export { type BatchCountOptions, batchCount, type EpochWorker } from './batches/batch-count.js';
export type { CommunityBatch } from './batches/community-batch.js';
export {
  type AsvChoice,
  type CommunityDataset,
  type CommunityDatasetOptions,
  type CommunityDatasetSettings,
  communityDatasetDefaults,
  createCommunityDataset,
  type PreparedSamples,
  type SlotOrder,
} from './batches/community-dataset.js';
export { type EpochOrderOptions, epochOrder } from './batches/epoch-order.js';
export { type MakeBatchOptions, makeBatch } from './batches/make-batch.js';
export { type CountNormalization, normalizeCounts } from './batches/normalize-counts.js';
export type { PackedTokens } from './batches/packed-tokens.js';
export { type SampleBatchesOptions, type SampleDataset, sampleBatches } from './batches/sample-batches.js';
export type { PackedSampleColumns, SampleColumns } from './batches/sample-columns.js';
export { withSampleColumns } from './batches/with-sample-columns.js';
export { withoutAugmentation } from './batches/without-augmentation.js';
export type { DataErrorCode } from './errors.js';
export {
  type FilteredTable,
  type FilterTableOptions,
  filterTable,
  type Removal,
  type RemovalReason,
} from './filtering/filter-table.js';
export { type SamplesWhereOptions, samplesWhere } from './filtering/samples-where.js';
export { describeMatch } from './matching/describe-match.js';
export type { IdCover } from './matching/id-cover.js';
export {
  type CoveringIds,
  type MatchableInputs,
  type MatchedInputs,
  type MatchInputsOptions,
  matchInputs,
} from './matching/match-inputs.js';
export type { Absence, MatchedFeatures, MatchedSamples, MatchReport, Retention } from './matching/match-report.js';
export {
  type MatchableSource,
  type MatchedSource,
  type MatchSourceOptions,
  matchSource,
} from './matching/match-source.js';
export { type GroupingColumnsOptions, groupingColumns } from './metadata/grouping-columns.js';
export {
  type ColumnOptions,
  groupColumn,
  numericColumn,
  samplesWithValues,
  textColumn,
} from './metadata/metadata-values.js';
export {
  defaultMissingWords,
  parseSampleMetadata,
  type ReadSampleMetadataOptions,
  readSampleMetadata,
} from './metadata/read-sample-metadata.js';
export { type MetadataColumn, SampleMetadata } from './metadata/sample-metadata.js';
export { writeSampleMetadata } from './metadata/write-sample-metadata.js';
export { type ErrorDetails, SeqError } from './native.js';
export { type DrawPurpose, Draws, type DrawsKey } from './random/draws.js';
export { type BelowDepth, type RarefiedTable, type RarefyOptions, rarefy } from './rarefaction/rarefy.js';
export {
  type RarefactionProgress,
  type RarefyGraduallyOptions,
  rarefyGradually,
} from './rarefaction/rarefy-gradually.js';
export type { SampleBelowDepth } from './rarefaction/samples-below.js';
export { MersenneTwister, permutation } from './reference/mersenne-twister.js';
export { chooseDistinct } from './reference/numpy-draws.js';
export { Pcg64 } from './reference/pcg64.js';
export { type ReferenceRarefyOptions, referenceRarefy } from './reference/reference-rarefy.js';
export { parseFasta, readFasta } from './sequences/read-fasta.js';
export {
  type ResolveSequencesOptions,
  resolveSequences,
  type SequencedTable,
  type SequenceReport,
  sequencesOfFeatures,
} from './sequences/resolve-sequences.js';
export {
  maskToken,
  startToken,
  type TokenizeOptions,
  tokenize,
  unknownToken,
  vocabularySize,
} from './sequences/tokenize.js';
export { writeFasta } from './sequences/write-fasta.js';
export { openShards } from './shards/open-shards.js';
export type { Shard, ShardBatch, ShardCountType, ShardFile, ShardManifest } from './shards/shard-manifest.js';
export { type ShardProgress, type WriteShardsOptions, writeShards } from './shards/write-shards.js';
export { type FindLeakageOptions, findLeakage, type LeakageWarning } from './splits/find-leakage.js';
export {
  type FindSharedCommunitiesOptions,
  findSharedCommunities,
  findSharedCommunitiesInSource,
  type SharedCommunitiesWarning,
  type SharedCommunity,
} from './splits/find-shared-communities.js';
export { type FoldSamplesOptions, foldSamples } from './splits/fold-samples.js';
export { type NestedFold, type NestedFoldsOptions, nestedFolds } from './splits/nested-folds.js';
export { type QuantileStrataOptions, quantileStrata } from './splits/quantile-strata.js';
export { type ReferenceSplitOptions, referenceSplit } from './splits/reference-split.js';
export { readSampleIds, writeSampleIds } from './splits/sample-id-file.js';
export type { GroupLabels, SampleSplit } from './splits/sample-split.js';
export {
  type CrossValidation,
  type NestedCrossValidation,
  readSplit,
  type SavedSplit,
  type SingleSplit,
  writeSplit,
} from './splits/split-file.js';
export { type SplitSamplesOptions, splitSamples } from './splits/split-samples.js';
export type { StratumLabels } from './splits/stratify.js';
export {
  type FeatureTableSource,
  type PackedSampleIdsOptions,
  type SampleIdsOptions,
  type SourceReadOptions,
  sourceOfTable,
  tableOfSource,
} from './streaming/feature-table-source.js';
export { openFeatureTable } from './streaming/open-feature-table.js';
export type { ReadThroughOptions, SourceProgress } from './streaming/read-through.js';
export { type BlockShuffle, blockShuffle, type StreamedBatchesOptions } from './streaming/streamed-batches.js';
export {
  createStreamedDataset,
  type StreamedDataset,
  type StreamedDatasetOptions,
} from './streaming/streamed-dataset.js';
export { type AssignedTaxonomy, assignTaxonomy, readTaxonomy } from './table/assign-taxonomy.js';
export { buildFeatureTable, type FeatureTableEntries } from './table/build-feature-table.js';
export { type CountLimits, countLimits } from './table/count-limits.js';
export { FeatureTable, type FeatureTableParts } from './table/feature-table.js';
export { type ReadFeatureTableOptions, readFeatureTable } from './table/read-feature-table.js';
export type { SampleRows } from './table/sample-rows.js';
export { featureTotals, sampleTotals } from './table/sample-totals.js';
export { selectFeatures } from './table/select-features.js';
export { selectSamples } from './table/select-samples.js';
export type { TableContents } from './table/table-artifact.js';
export {
  type FeatureTableFormat,
  featureTableFormat,
  featureTableFormats,
  type WriteFeatureTableOptions,
  writeFeatureTable,
} from './table/write-feature-table.js';
export {
  balancedCategoryWeights,
  type CategoryWeight,
  type CategoryWeights,
  weightsOfCategories,
} from './targets/category-weights.js';
export {
  type ClassLabels,
  type ClassLabelsOptions,
  decodeClasses,
  encodeClasses,
  fitClassLabels,
  oneHotClasses,
} from './targets/class-labels.js';
export {
  type FitCategoryTransformOptions,
  fitCategoryTransform,
  fitTargetTransform,
} from './targets/fit-target-transform.js';
export { joinCategories } from './targets/join-categories.js';
export { parseTargetTransform } from './targets/parse-target-transform.js';
export { applyTargetTransform, invertTargetTransform, type ScaleTargetsOptions } from './targets/scale-targets.js';
export {
  applyTargetTransforms,
  invertTargetTransforms,
  parseTargetColumns,
  type TargetColumn,
} from './targets/several-targets.js';
export {
  type CategoryLabels,
  type CategoryStatistics,
  type CategoryZscoreTransform,
  type MinmaxTransform,
  type NoTransform,
  type RankGaussTransform,
  type TargetTransform,
  type TargetTransformKind,
  targetTransformKinds,
  type ZscoreTransform,
} from './targets/target-transform.js';
export { PackedTexts } from './text/packed-texts.js';
export type { ReadTextOptions } from './text/read-file.js';
export { writeWhole } from './text/write-whole.js';
