/**
 * Sequence encoder and predictor for microbial communities, their layers, and weights in safetensors files.
 *
 * @packageDocumentation
 */

export { AsvEncoder, type AsvEncoderOptions, type AsvEncoderOutput } from './asv-encoder.js';
export { BaseHeads, type BaseOutputs } from './base-heads.js';
export { isCategoricalParameter } from './categorical-parameters.js';
export type { AsvInput, CommunityInput } from './community-input.js';
export { CountEmbedding, type CountEmbeddingOptions } from './count-embedding.js';
export {
  type CountEmbeddingKind,
  type CountScale,
  defaultEncoderConfig,
  type EncoderConfig,
  type EncoderConfigInput,
  type EncoderLayers,
  type EncoderType,
  encoderConfig,
  type NucleotideMaskingConfig,
  type SlotPositions,
} from './encoder-config.js';
export type { ModelErrorCode } from './errors.js';
export type { ForwardOptions, ModelForwardOptions, PassOptions, RandomSource } from './forward-options.js';
export { AddFusion } from './fusion/add-fusion.js';
export { ColumnAttentionFusion } from './fusion/column-attention-fusion.js';
export { ConcatFusion } from './fusion/concat-fusion.js';
export { CrossAttentionFusion } from './fusion/cross-attention-fusion.js';
export type { Fusion, FusionOf } from './fusion/fusion.js';
export type { FusionSizes } from './fusion/fusion-sizes.js';
export { GatedFusion } from './fusion/gated-fusion.js';
export {
  type PerceiverForwardOptions,
  PerceiverFusion,
  type PerceiverFusionOptions,
} from './fusion/perceiver-fusion.js';
export type { Slots } from './fusion/slots.js';
export type {
  CategoriesConfig,
  CategoriesConfigInput,
  CrossAttentionFusionConfig,
  FusionConfig,
  PerceiverFusionConfig,
  SimpleFusionConfig,
} from './fusion-config.js';
export { AsvWeights, type AsvWeightsOptions } from './heads/asv-weights.js';
export { KnownAsvs, type KnownSlots } from './heads/known-asvs.js';
export { OutputTransform, type OutputTransformOptions } from './heads/output-transform.js';
export { PredictionHead, type PredictionHeadOptions } from './heads/prediction-head.js';
export { risingQuantiles } from './heads/quantile-spacing.js';
export { TargetOutput, type TargetOutputOptions, type TargetSamples } from './heads/target-output.js';
export {
  type AttentionPlace,
  type Intermediates,
  IntermediatesRecorder,
  type WantedIntermediates,
} from './intermediates.js';
export { AttentionPooling, type AttentionPoolingOptions } from './layers/attention-pooling.js';
export type { AttentionWeights } from './layers/attention-weights-by-sequence.js';
export type { NormPlacement } from './layers/layer-forward.js';
export { LayerNorm, type LayerNormOptions } from './layers/layer-norm.js';
export { Linear, type LinearOptions } from './layers/linear.js';
export {
  type AttendOptions,
  MultiHeadAttention,
  type MultiHeadAttentionOptions,
} from './layers/multi-head-attention.js';
export { PositionEmbedding, type PositionEmbeddingOptions } from './layers/position-embedding.js';
export { TransformerLayer, type TransformerLayerOptions } from './layers/transformer-layer.js';
export { TransformerStack, type TransformerStackOptions } from './layers/transformer-stack.js';
export {
  type DrawMaskedPositionsOptions,
  drawMaskedPositions,
  MASK_TOKEN,
} from './nucleotide-masking.js';
export {
  defaultOutputConfig,
  type HeadConfig,
  type LinearHeadConfig,
  type MlpHeadConfig,
  type NamedOutputConfig,
  type NamedOutputConfigInput,
  type OutputActivation,
  type OutputConfig,
} from './output-config.js';
export {
  defaultPredictorConfig,
  type PredictorConfig,
  type PredictorConfigInput,
  type PredictorLayers,
  predictorConfig,
} from './predictor-config.js';
export {
  readSafetensors,
  type Safetensors,
  type StoredDtype,
  type StoredTensor,
  type StoredTensorOf,
  type WriteSafetensorsOptions,
  writeSafetensors,
} from './safetensors.js';
export {
  SampleEncoder,
  type SampleEncoderOptions,
  type SampleEncoderOutput,
  type SlotPassOptions,
} from './sample-encoder.js';
export { type EncoderOutput, type LazyEncoderOutput, SequenceEncoder } from './sequence-encoder.js';
export {
  type LazyPredictorOutput,
  type PredictorForwardOptions,
  type PredictorOutput,
  SequencePredictor,
  type TargetPredictions,
} from './sequence-predictor.js';
export {
  type LoadReport,
  type LoadStateDictOptions,
  loadStateDict,
  type StateDictOptions,
  stateDict,
} from './state-dict.js';
export type {
  ModelSummary,
  ModuleSummary,
  SummarizeOptions,
  TypicalSample,
} from './summary/model-summary.js';
export type { ModuleCost } from './summary/module-cost.js';
export { type ConfiguredModel, parameterCount, type Summarizable, summarize } from './summary/summarize.js';
