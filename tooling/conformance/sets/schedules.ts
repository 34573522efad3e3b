// Learning rates of every update: the reference's own (through the compat functions) and the recommended ones.
import {
  cosineRate,
  oneCycleMomentum,
  referenceCosineRate,
  referenceCosineRestartsRate,
  referenceOneCycleRate,
  referenceOneCycleUpdate,
  referenceWarmupCosineRate,
  startPlateau,
  stepPlateau,
  warmupCosineRate,
} from '@seq/train';
import type { Check } from '../check.js';
import { tolerance } from '../tolerances.js';
import type { VectorCase, VectorSet } from '../vector-set.js';
import { jsonVectors } from '../vectors.js';

interface ScheduleCase {
  readonly name: string;
  readonly scheduler: string;
  readonly base_lr: number;
  readonly T: number;
  readonly W: number;
  readonly T_0: number;
  readonly T_mult: number;
  readonly eta_min: number;
  readonly updates_per_epoch?: number;
  readonly extra_step_at_epoch_end?: boolean;
  readonly lr_in_force_at_update?: readonly number[];
  readonly lr_in_force_group1?: readonly number[];
  readonly recommended_lr_in_force_at_update?: readonly number[];
  readonly momentum_or_beta1_at_update?: readonly number[];
  readonly error?: { readonly after_update?: number };
  readonly factor: number;
  readonly patience: number;
  readonly threshold: number;
  readonly min_lr: number;
  readonly eps: number;
  readonly mode: string;
  readonly cooldown: number;
  readonly threshold_mode: string;
  readonly validation_loss_after_epoch: readonly number[];
  readonly lr_in_force_during_epoch: readonly number[];
  readonly max_lr: number;
  readonly div_factor: number;
  readonly final_div_factor: number;
  readonly pct_start: number;
  readonly momentum_cycle: readonly [number, number];
}

/** Rate of an update for a peak rate. */
type Rate = (update: number, learningRate: number) => number;

interface Rates {
  readonly reference: Rate;
  /** Ours, where it differs from the reference. */
  readonly recommended?: Rate;
  /** Whether the second parameter group, of four times the peak rate, follows its own peak. */
  readonly ownPeakPerGroup?: boolean;
}

const GROUP_FACTOR = 4;

const schedulers: Readonly<Record<string, (given: ScheduleCase) => Rates>> = {
  warmup_cosine: ({ W, T }) => {
    const options = (learningRate: number) => ({ learningRate, warmupUpdates: W, totalUpdates: T });
    return {
      reference: (update, peak) => referenceWarmupCosineRate(update, options(peak)),
      recommended: (update, peak) => warmupCosineRate(update, options(peak)),
    };
  },
  cosine: ({ T, eta_min, ...given }) => {
    const options = (learningRate: number) => ({ learningRate, totalUpdates: T, minimumRate: eta_min });
    return {
      reference: (update, peak) => referenceCosineRate(update, { ...options(peak), ...extraSteps(given) }),
      recommended: (update, peak) => cosineRate(update, options(peak)),
    };
  },
  cosine_restarts: ({ T, T_0, T_mult, eta_min, ...given }) => ({
    reference: (update, learningRate) =>
      referenceCosineRestartsRate(update, {
        learningRate,
        firstCycleUpdates: T_0 ?? Math.floor(T / 4),
        cycleFactor: T_mult,
        minimumRate: eta_min,
        ...extraSteps(given),
      }),
  }),
  onecycle: (given) => ({
    reference: (update) =>
      referenceOneCycleRate(update, {
        learningRate: given.max_lr,
        totalUpdates: given.T,
        riseFraction: given.pct_start,
        initialDivisor: given.div_factor,
        finalDivisor: given.final_div_factor,
      }),
    ownPeakPerGroup: false,
  }),
};

function extraSteps(given: Pick<ScheduleCase, 'updates_per_epoch' | 'extra_step_at_epoch_end'>): {
  updatesPerEpoch?: number;
} {
  const { updates_per_epoch, extra_step_at_epoch_end } = given;
  return extra_step_at_epoch_end === true && updates_per_epoch !== undefined
    ? { updatesPerEpoch: updates_per_epoch }
    : {};
}

const upTo = (count: number, rate: (update: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => rate(i + 1));

function checkRates(
  given: ScheduleCase,
  { reference, recommended, ownPeakPerGroup = true }: Rates,
  check: Check,
): void {
  const within = tolerance('float64/schedule');
  const { base_lr, lr_in_force_at_update, lr_in_force_group1, recommended_lr_in_force_at_update, error } = given;
  const compare = (what: string, want: readonly number[] | undefined, rate: Rate, peak: number): void => {
    if (want === undefined) return;
    check.close(
      what,
      upTo(want.length, (update) => rate(update, peak)),
      want,
      within,
    );
  };
  compare('rate', lr_in_force_at_update, reference, base_lr);
  compare('rate of group 1', lr_in_force_group1, reference, ownPeakPerGroup ? base_lr * GROUP_FACTOR : base_lr);
  if (recommended_lr_in_force_at_update !== undefined) {
    check.holds('recommended rate', recommended !== undefined, `there is none for ${given.scheduler}`);
    if (recommended !== undefined) compare('recommended rate', recommended_lr_in_force_at_update, recommended, base_lr);
  }
  if (error !== undefined)
    checkRefusal((error.after_update ?? 0) + 1, (update) => reference(update, base_lr ?? 1), check);
}

function checkRefusal(update: number, rate: (update: number) => number, check: Check): void {
  let found: string;
  try {
    found = `the rate ${rate(update)}`;
  } catch (error) {
    found = (error as { code?: string }).code ?? String(error);
  }
  check.equal(`what update ${update} gives`, found, 'SCHEDULE_UNDEFINED');
}

function checkMomentum(given: ScheduleCase, check: Check): void {
  const { momentum_or_beta1_at_update: want, T, pct_start, momentum_cycle } = given;
  if (want === undefined) return;
  const [lowMomentum, highMomentum] = momentum_cycle;
  const options = { totalUpdates: T, riseFraction: pct_start, lowMomentum, highMomentum };
  const momentum = (update: number): number => oneCycleMomentum(referenceOneCycleUpdate(update, T), options);
  check.close('momentum', upTo(want.length, momentum), want, tolerance('float64/schedule'));
}

function checkPlateau(given: ScheduleCase, check: Check): void {
  const { factor, patience, threshold, min_lr: minimumRate, eps: leastChange, validation_loss_after_epoch } = given;
  const during = (learningRate: number): number[] => {
    let state = startPlateau(learningRate);
    return validation_loss_after_epoch.map((loss) => {
      const inForce = state.learningRate;
      state = stepPlateau(state, loss, { factor, patience, threshold, minimumRate, leastChange });
      return inForce;
    });
  };
  const within = tolerance('float64/schedule');
  check.close('rate', during(given.base_lr), given.lr_in_force_during_epoch, within);
  const { lr_in_force_group1 } = given;
  if (lr_in_force_group1)
    check.close('rate of group 1', during(given.base_lr * GROUP_FACTOR), lr_in_force_group1, within);
}

function toCase(file: string, given: ScheduleCase): VectorCase {
  const name = `${file}/${given.name}`;
  if (given.scheduler === 'plateau') {
    const { mode, cooldown, threshold_mode } = given;
    if (mode !== 'min' || cooldown !== 0 || threshold_mode !== 'rel') {
      return { name, unsupported: `plateau knows mode min, cooldown 0 and a relative threshold only` };
    }
    return { name, run: (check) => checkPlateau(given, check) };
  }
  const rates = schedulers[given.scheduler];
  if (rates === undefined) return { name, unsupported: `there is no schedule "${given.scheduler}"` };
  return {
    name,
    run: (check) => {
      checkRates(given, rates(given), check);
      checkMomentum(given, check);
    },
  };
}

/** `06_schedules`. */
export const vectorSet: VectorSet = {
  folder: '06_schedules',
  async *cases(directory) {
    for (const { name, content } of jsonVectors<{ cases: ScheduleCase[] }>(directory)) {
      for (const given of content.cases) yield toCase(name, given);
    }
  },
};
