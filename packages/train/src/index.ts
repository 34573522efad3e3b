/**
 * Training loop, losses, metrics, schedules and checkpoints.
 *
 * @packageDocumentation
 */

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
