// The bridge between an optimiser and the addon. It knows no update rule.
import { requireInteger } from '../argument-checks.js';
import { type FloatData, type FloatDType, toTensorData } from '../dtype.js';
import { tensorError } from '../errors.js';
import { callNative } from '../native.js';
import type { ParameterStore } from '../parameters/parameter-store.js';
import type { LearningRateGroup, Optimiser } from './optimiser.js';

/** An optimiser as the addon has it. */
interface OptimiserHandle {
  step(learningRate: number): void;
  state(): { name: string; steps: number; moments: { name: string; values: unknown }[] }[];
  load(entries: { name: string; steps: number; moments: { name: string; values: FloatData }[] }[]): void;
}

/** The optimiser around a native one. */
export function nativeOptimiser(handle: OptimiserHandle, dtype: FloatDType): Optimiser {
  return {
    step: ({ learningRate }) => callNative(() => handle.step(learningRate)),
    state: () =>
      callNative(() => handle.state()).map(({ name, steps, moments }) => ({
        name,
        steps,
        moments: Object.fromEntries(moments.map((moment) => [moment.name, moment.values as FloatData])),
      })),
    load: (state) => {
      const entries = state.map(({ name, steps, moments }) => ({
        name,
        steps: requireInteger('optimiser', 'steps', steps, 0, Number.MAX_SAFE_INTEGER),
        moments: Object.entries(moments).map(([moment, values]) => ({
          name: moment,
          values: toTensorData(values, dtype) as FloatData,
        })),
      }));
      callNative(() => handle.load(entries));
    },
  };
}

/** Groups with positions in the store instead of names. */
export function groupsByIndex(
  store: ParameterStore,
  groups: readonly LearningRateGroup[],
): { parameters: number[]; learningRateFactor: number }[] {
  const names = store.names();
  const indices = new Map(names.map((name, index) => [name, index]));
  return groups.map(({ parameters, learningRateFactor }) => {
    const members = typeof parameters === 'function' ? names.filter(parameters) : parameters;
    return { parameters: members.map((name) => indexOf(indices, name)), learningRateFactor };
  });
}

function indexOf(indices: ReadonlyMap<string, number>, name: string): number {
  const index = indices.get(name);
  if (index !== undefined) return index;
  const message = `optimiser: "${name}" of a group is none of the ${indices.size} parameters.`;
  throw tensorError('PARAMETER_NAME', `${message} Declare all parameters before the optimiser is made.`, { name });
}
