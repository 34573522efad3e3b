/**
 * Sequence encoder and predictor for microbial communities, their layers, and weights in safetensors files.
 *
 * @packageDocumentation
 */

export { AsvEncoder, type AsvEncoderOptions, type AsvEncoderOutput } from './asv-encoder.js';
export type { AsvInput, CommunityInput } from './community-input.js';
export { CountEmbedding, type CountEmbeddingOptions } from './count-embedding.js';
export {
  type CountEmbeddingKind,
  defaultEncoderConfig,
  type EncoderConfig,
  type EncoderConfigInput,
  type EncoderLayers,
  type EncoderType,
  encoderConfig,
  type NucleotideMaskingConfig,
} from './encoder-config.js';
export type { ModelErrorCode } from './errors.js';
export type { ForwardOptions, PassOptions, RandomSource } from './forward-options.js';
export { AddFusion } from './fusion/add-fusion.js';
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
export { OutputTransform } from './heads/output-transform.js';
export { PredictionHead, type PredictionHeadOptions } from './heads/prediction-head.js';
export { AttentionPooling, type AttentionPoolingOptions } from './layers/attention-pooling.js';
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
export { parameterCount } from './parameter-count.js';
export {
  type CategoriesConfig,
  type CategoriesConfigInput,
  type CrossAttentionFusionConfig,
  defaultPredictorConfig,
  type FusionConfig,
  type HeadConfig,
  type LinearHeadConfig,
  type MlpHeadConfig,
  type OutputActivation,
  type PerceiverFusionConfig,
  type PredictorConfig,
  type PredictorConfigInput,
  type PredictorLayers,
  predictorConfig,
  type SimpleFusionConfig,
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
export { SampleEncoder, type SampleEncoderOptions, type SampleEncoderOutput } from './sample-encoder.js';
export { type EncoderOutput, SequenceEncoder } from './sequence-encoder.js';
export { type PredictorForwardOptions, type PredictorOutput, SequencePredictor } from './sequence-predictor.js';
export {
  type LoadReport,
  type LoadStateDictOptions,
  loadStateDict,
  type StateDictOptions,
  stateDict,
} from './state-dict.js';
