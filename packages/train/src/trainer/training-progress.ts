// What a run tells about itself while it goes on.
import { type LossValues, meanLosses } from './loss-sums.js';
import type { Scores, TrainingState } from './training-state.js';

/** A moment of a run. */
export interface TrainingProgress {
  /**
   * `training` after a step, `validation` after a batch of validation samples, `epoch` once its scores are known and its
   * checkpoints written, `finished` once at the end.
   */
  readonly phase: 'training' | 'validation' | 'epoch' | 'finished';
  /** Epoch the moment belongs to, the first one being 1. */
  readonly epoch: number;
  /** Epochs at most. */
  readonly epochs: number;
  /** Finished steps of the epoch; in validation finished batches. */
  readonly step: number;
  /** Steps of the epoch; in validation batches. */
  readonly stepsPerEpoch: number;
  /** Updates of the whole run so far. */
  readonly update: number;
  /** Mean training losses of the epoch so far. */
  readonly losses: LossValues;
  /** Learning rate of the last update. */
  readonly learningRate: number;
  /** Training samples per second since this process started the run, validation included; 0 before the first step. */
  readonly samplesPerSecond: number;
  /** Estimated seconds until the last epoch is done; `undefined` before the first step. */
  readonly secondsLeft: number | undefined;
  /** Scores of the last validation; `undefined` before it. */
  readonly validation: Scores | undefined;
}

/** What the numbers of a {@link TrainingProgress} are measured against. */
export interface RunSize {
  /** Epochs at most. */
  readonly epochs: number;
  /** Steps of an epoch. */
  readonly stepsPerEpoch: number;
  /** Training samples. */
  readonly sampleCount: number;
}

/** Measures how fast samples pass. */
export class Throughput {
  readonly #now: () => number;
  readonly #startedMs: number;
  #samples = 0;

  /** @param now - milliseconds of a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
    this.#startedMs = now();
  }

  /** Notes that samples have passed. */
  add(samples: number): void {
    this.#samples += samples;
  }

  /** Samples per second so far; 0 before the first. */
  get samplesPerSecond(): number {
    const seconds = (this.#now() - this.#startedMs) / 1000;
    return this.#samples === 0 || seconds <= 0 ? 0 : this.#samples / seconds;
  }

  /** Seconds that further samples will take at this speed; `undefined` while there is none. */
  secondsFor(samples: number): number | undefined {
    const speed = this.samplesPerSecond;
    return speed === 0 ? undefined : samples / speed;
  }
}

/** The snapshot of a state after a step or an epoch. */
export function progressOf(
  phase: TrainingProgress['phase'],
  state: TrainingState,
  { epochs, stepsPerEpoch, sampleCount }: RunSize,
  speed: Throughput,
): TrainingProgress {
  const last = state.history.at(-1);
  const ended = phase === 'epoch' || phase === 'finished' ? last : undefined;
  const samplesLeft = (epochs - state.epoch) * sampleCount - state.sums.sampleCount;
  return {
    phase,
    epoch: ended?.epoch ?? state.epoch + 1,
    epochs,
    step: ended === undefined ? state.step : stepsPerEpoch,
    stepsPerEpoch,
    update: state.update,
    losses: ended?.training ?? meanLosses(state.sums),
    learningRate: state.learningRate,
    samplesPerSecond: speed.samplesPerSecond,
    secondsLeft: state.isFinished ? 0 : speed.secondsFor(samplesLeft),
    validation: last?.validation ?? undefined,
  };
}
