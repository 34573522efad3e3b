// The schedule of the learning rate from settings; what belongs to another schedule is a mistake.
import type { Schedule } from '@seq/train';
import { UsageError } from '../failure.js';
import { schedulesOfSetting } from '../settings-of/schedules.js';
import type { SettingsReader } from '../settings-reader.js';

/** The schedule that the settings name. */
export function scheduleOf(settings: SettingsReader): Schedule {
  const kind = settings.text('scheduler') as Schedule['kind'];
  for (const [name, kinds] of Object.entries(schedulesOfSetting)) {
    if (settings.numberOrUnset(name) === undefined || kinds.includes(kind)) continue;
    throw new UsageError(
      `--${name} has no effect with --scheduler ${kind}, only with ${kinds.join(' and ')}. Drop one of them.`,
    );
  }
  const of = (name: string): number | undefined => settings.numberOrUnset(name);
  const minimumRate = of('scheduler-eta-min');
  switch (kind) {
    case 'warmup_cosine':
      return { kind, warmupUpdates: of('warmup-steps') };
    case 'cosine':
      return { kind, minimumRate };
    case 'cosine_restarts':
      return { kind, firstCycleUpdates: of('scheduler-t0'), cycleFactor: of('scheduler-t-mult'), minimumRate };
    case 'plateau':
      return {
        kind,
        ...given({
          patience: of('scheduler-patience'),
          factor: of('scheduler-factor'),
          minimumRate: of('scheduler-min-lr'),
        }),
      };
    default:
      return { kind };
  }
}

/** The options that are set. */
function given<Options extends object>(
  options: { readonly [Name in keyof Options]: Options[Name] | undefined },
): Partial<Options> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<Options>;
}
