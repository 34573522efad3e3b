/**
 * Tensors, operations with gradients, parameters and optimisers.
 *
 * @packageDocumentation
 */

export { type Checkpointed, type CheckpointResult, checkpoint } from './checkpoint.js';
export type { Device } from './device.js';
export { defaultDevice, devices } from './device.js';
export type { DType, FloatData, FloatDType, NumberArray, TensorData, TensorSource } from './dtype.js';
export type { TensorErrorCode } from './errors.js';
export type { MemoryUse } from './memory.js';
export { memory, resetPeakMemory } from './memory.js';
export { SeqError } from './native.js';
export { abs } from './ops/abs.js';
export { add } from './ops/add.js';
export type { ArgmaxOptions } from './ops/argmax.js';
export { argmax } from './ops/argmax.js';
export type { AttentionOptions } from './ops/attention.js';
export { attention } from './ops/attention.js';
export { attentionPooling } from './ops/attention-pooling.js';
export { type AttentionWeightsOptions, attentionWeights } from './ops/attention-weights.js';
export { cast } from './ops/cast.js';
export type { ClassLossOptions } from './ops/class-loss-options.js';
export { concat } from './ops/concat.js';
export { crossEntropy } from './ops/cross-entropy.js';
export { div } from './ops/div.js';
export { dropout } from './ops/dropout.js';
export type { DropoutStream } from './ops/dropout-stream.js';
export { embedSequences } from './ops/embed-sequences.js';
export type { EncoderOptions, ProductPrecision, RecomputePolicy } from './ops/encoder.js';
export { encoder } from './ops/encoder.js';
export { equal } from './ops/equal.js';
export { exp } from './ops/exp.js';
export { expand } from './ops/expand.js';
export { gatherRows } from './ops/gather-rows.js';
export { gelu } from './ops/gelu.js';
export { greater } from './ops/greater.js';
export type { HuberOptions } from './ops/huber.js';
export { huber } from './ops/huber.js';
export type { LayerNormOptions } from './ops/layer-norm.js';
export { layerNorm } from './ops/layer-norm.js';
export { linear } from './ops/linear.js';
export { ln } from './ops/ln.js';
export { ln1p } from './ops/ln1p.js';
export { logSoftmax } from './ops/log-softmax.js';
export { matmul } from './ops/matmul.js';
export { max } from './ops/max.js';
export { maximum } from './ops/maximum.js';
export { mean } from './ops/mean.js';
export { minimum } from './ops/minimum.js';
export { mul } from './ops/mul.js';
export { neg } from './ops/neg.js';
export { nll } from './ops/nll.js';
export { type OneHotOptions, oneHot } from './ops/one-hot.js';
export type { PackedSequences } from './ops/packed-sequences.js';
export { type PadOptions, pad } from './ops/pad.js';
export { pairwiseDistance } from './ops/pairwise-distance.js';
export { permute } from './ops/permute.js';
export type { ReduceOptions } from './ops/reduce-options.js';
export { relu } from './ops/relu.js';
export { reshape } from './ops/reshape.js';
export { scaleShift } from './ops/scale-shift.js';
export type { ScatterAddRowsOptions } from './ops/scatter-add-rows.js';
export { scatterAddRows } from './ops/scatter-add-rows.js';
export { sigmoid } from './ops/sigmoid.js';
export { slice } from './ops/slice.js';
export { softmax } from './ops/softmax.js';
export { softplus } from './ops/softplus.js';
export { sqrt } from './ops/sqrt.js';
export { square } from './ops/square.js';
export { sub } from './ops/sub.js';
export { sum } from './ops/sum.js';
export { tanh } from './ops/tanh.js';
export { whereMask } from './ops/where-mask.js';
export type { AdamOptions } from './optimisers/adam.js';
export { Adam } from './optimisers/adam.js';
export { AdamW } from './optimisers/adam-w.js';
export { clipGlobalNorm } from './optimisers/clip-global-norm.js';
export type {
  LearningRateGroup,
  Optimiser,
  OptimiserState,
  ParameterMemory,
  StepOptions,
} from './optimisers/optimiser.js';
export type { SgdOptions } from './optimisers/sgd.js';
export { Sgd } from './optimisers/sgd.js';
export type { ConstantInit, NormalInit, ParameterInit, UniformInit } from './parameters/parameter-init.js';
export { ParameterScope } from './parameters/parameter-scope.js';
export type { ParameterStoreOptions } from './parameters/parameter-store.js';
export { ParameterStore } from './parameters/parameter-store.js';
export {
  multipliesBf16,
  type ProductSizes,
  peakOperationsPerSecond,
  productOperationsPerSecond,
} from './peak-rate.js';
export type { RandomKey, RandomUniformOptions } from './random-uniform.js';
export { randomUniform } from './random-uniform.js';
export { noGrad } from './recording.js';
export { backward, Gradients } from './tape.js';
export type { TensorOptions } from './tensor.js';
export { Tensor, tensor } from './tensor.js';
export { setThreads, threads } from './threads.js';
export { tidy } from './tidy.js';
