/**
 * Phylogenies, UniFrac and other community distances, distance matrices.
 *
 * @packageDocumentation
 */

export type { ArrayFormat } from './arrays/stored-array.js';
export { type CommunityDistancesOptions, communityDistances } from './community/community-distances.js';
export {
  type CommunityMatrixOptions,
  type CommunityMetric,
  type CommunityMetricOptions,
  communityMatrix,
} from './community/community-matrix.js';
export { type CommunityOfPairsOptions, communityOfPairs } from './community/community-of-pairs.js';
export { type CommunityToReferencesOptions, communityToReferences } from './community/community-to-references.js';
export { type ReadAlphaDiversityOptions, readAlphaDiversity } from './diversity/read-alpha-diversity.js';
export type { SampleValues } from './diversity/sample-values.js';
export { type WriteAlphaDiversityOptions, writeAlphaDiversity } from './diversity/write-alpha-diversity.js';
export type { UnifracErrorCode } from './errors.js';
export {
  type AlignDistanceMatrixOptions,
  type AlignedDistanceMatrix,
  alignDistanceMatrix,
  type SampleMatch,
} from './matrix/align-distance-matrix.js';
export { DistanceMatrix, type FromSquareOptions } from './matrix/distance-matrix.js';
export type { DistanceRows, Numbers, Precision } from './matrix/distance-rows.js';
export type { MatrixFormat } from './matrix/matrix-format.js';
export { type ReadDistanceMatrixOptions, readDistanceMatrix } from './matrix/read-distance-matrix.js';
export {
  type ReadReferenceDistancesOptions,
  type ReferenceDistances,
  readReferenceDistances,
} from './matrix/read-reference-distances.js';
export { matrixOfStripes, stripeCount, stripesOf } from './matrix/stripes.js';
export type { BlockFormat, WriteBlockOptions } from './matrix/write-block.js';
export {
  type RowProgress,
  type WriteDistanceMatrixOptions,
  writeDistanceMatrix,
} from './matrix/write-distance-matrix.js';
export { type WriteReferenceDistancesOptions, writeReferenceDistances } from './matrix/write-reference-distances.js';
export {
  type ConsolidateMatricesOptions,
  type Consolidation,
  consolidateMatrices,
} from './meta/consolidate-matrices.js';
export { type MetaUnifracInput, type MetaUnifracOptions, metaUnifrac } from './meta/meta-unifrac.js';
export { type ErrorDetails, SeqError } from './native.js';
export type { Ordination } from './ordination/ordination.js';
export {
  type OrdinationFormat,
  type ReadOrdinationOptions,
  readOrdination,
  type WriteOrdinationOptions,
  writeOrdination,
} from './ordination/ordination-file.js';
export { type PcoaMethod, type PcoaOptions, type PcoaOrdination, pcoa } from './ordination/pcoa.js';
export { type ReadSamplePairsOptions, readSamplePairs } from './pairs/read-sample-pairs.js';
export {
  type PairDistances,
  type WritePairDistancesOptions,
  writePairDistances,
} from './pairs/write-pair-distances.js';
export { type DistancePart, type PartRows, pairsInRows, rowsOfPart } from './parts/distance-part.js';
export { joinDistanceParts, mergeDistanceParts } from './parts/merge-distance-parts.js';
export { type PartFileOptions, readDistancePart, writeDistancePart } from './parts/part-file.js';
export { type UnifracPartOptions, unifracPart } from './parts/unifrac-part.js';
export { type PairwisePermanova, pairwisePermanova } from './permanova/pairwise-permanova.js';
export { type PermanovaOptions, type PermanovaResult, permanova, type SampleGroup } from './permanova/permanova.js';
export { type NearRelativesOptions, nearRelatives } from './phylogeny/near-relatives.js';
export { type OpenTreeOptions, openTree } from './phylogeny/open-tree.js';
export { type ParseNewickOptions, parseNewick } from './phylogeny/parse-newick.js';
export { Phylogeny, type ShearOptions } from './phylogeny/phylogeny.js';
export { tipCover } from './phylogeny/tip-cover.js';
export type { OutgroupRooting, TreeNotice, TreeRooting } from './phylogeny/tree-rooting.js';
export { type CreateUnifracOptions, createUnifrac, type TreeOptions } from './unifrac/create-unifrac.js';
export type { DroppedFeatures } from './unifrac/dropped-reads.js';
export type { EmptySamples } from './unifrac/empty-samples.js';
export { type FaithPdOptions, faithPd, type SampleProgress } from './unifrac/faith-pd.js';
export type { MissingFeatures } from './unifrac/features-in-tree.js';
export { type UnifracToReferencesOptions, unifracToReferences } from './unifrac/reference-distances.js';
export type { DistanceJobOptions, DistanceProgress } from './unifrac/run-job.js';
export { type SampleFeatures, Unifrac } from './unifrac/unifrac.js';
export {
  type BlockShape,
  type DistanceBlock,
  type UnifracBlocksOptions,
  type UnifracRowsOptions,
  unifracBlocks,
  unifracRows,
} from './unifrac/unifrac-blocks.js';
export { type GainMatrix, type UnifracGainOptions, unifracGain } from './unifrac/unifrac-gain.js';
export { type UnifracMatrixOptions, unifracMatrix } from './unifrac/unifrac-matrix.js';
export type { UnifracMetric, UnifracMetricOptions, UnifracPrecision } from './unifrac/unifrac-metric.js';
export { type UnifracOfPairsOptions, unifracOfPairs } from './unifrac/unifrac-of-pairs.js';
export { type WriteGainMatrixOptions, writeGainMatrix } from './unifrac/write-gain-matrix.js';
