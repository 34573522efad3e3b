/**
 * Tensors, operations with gradients, parameters and optimisers.
 *
 * @packageDocumentation
 */

export type { Device } from './device.js';
export { defaultDevice, devices } from './device.js';
export type { DType, FloatData, FloatDType, NumberArray, TensorData } from './dtype.js';
export type { TensorErrorCode } from './errors.js';
export type { MemoryUse } from './memory.js';
export { memory, resetPeakMemory } from './memory.js';
export { SeqError } from './native.js';
export { abs } from './ops/abs.js';
export { add } from './ops/add.js';
export { div } from './ops/div.js';
export { exp } from './ops/exp.js';
export { gelu } from './ops/gelu.js';
export type { HuberOptions } from './ops/huber.js';
export { huber } from './ops/huber.js';
export { ln } from './ops/ln.js';
export { ln1p } from './ops/ln1p.js';
export { maximum } from './ops/maximum.js';
export { minimum } from './ops/minimum.js';
export { mul } from './ops/mul.js';
export { neg } from './ops/neg.js';
export { relu } from './ops/relu.js';
export { scaleShift } from './ops/scale-shift.js';
export { sigmoid } from './ops/sigmoid.js';
export { softplus } from './ops/softplus.js';
export { sqrt } from './ops/sqrt.js';
export { square } from './ops/square.js';
export { sub } from './ops/sub.js';
export { tanh } from './ops/tanh.js';
export type { RandomKey, RandomUniformOptions } from './random-uniform.js';
export { randomUniform } from './random-uniform.js';
export { backward, Gradients, noGrad } from './tape.js';
export type { TensorOptions } from './tensor.js';
export { Tensor, tensor } from './tensor.js';
export { setThreads, threads } from './threads.js';
export { tidy } from './tidy.js';
