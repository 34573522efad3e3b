// Settings of single schedules of the learning rate; each belongs to one or two of them.
import type { Setting } from '../settings.js';

const group = 'Optimisation';

/** What the schedules can be told; unset ones have the default of the schedule. */
export const scheduleSettings: readonly Setting[] = [
  {
    name: 'warmup-steps',
    kind: { type: 'integer', minimum: 0 },
    help: 'updates until warmup_cosine reaches --lr; a tenth of all updates if unset',
    group,
  },
  {
    name: 'scheduler-t0',
    kind: { type: 'integer', minimum: 1 },
    help: 'updates of the first cycle of cosine_restarts; a quarter of all updates if unset',
    group,
  },
  {
    name: 'scheduler-t-mult',
    kind: { type: 'integer', minimum: 1 },
    help: 'length of a cycle of cosine_restarts over the one before it; 2 if unset',
    group,
  },
  {
    name: 'scheduler-eta-min',
    kind: { type: 'number', minimum: 0 },
    help: 'rate at the end of cosine, or of a cycle of cosine_restarts; 0 if unset',
    group,
  },
  {
    name: 'scheduler-patience',
    kind: { type: 'integer', minimum: 0 },
    help: 'epochs without improvement that plateau bears; 5 if unset',
    group,
  },
  {
    name: 'scheduler-factor',
    kind: { type: 'number', above: 0, below: 1 },
    help: 'what plateau multiplies the rate by; 0.3 if unset',
    group,
  },
  {
    name: 'scheduler-min-lr',
    kind: { type: 'number', minimum: 0 },
    help: 'rate below which plateau does not go; 0 if unset',
    group,
  },
];

/** Schedules that each of these settings belongs to. */
export const schedulesOfSetting: Readonly<Record<string, readonly string[]>> = {
  'warmup-steps': ['warmup_cosine'],
  'scheduler-t0': ['cosine_restarts'],
  'scheduler-t-mult': ['cosine_restarts'],
  'scheduler-eta-min': ['cosine', 'cosine_restarts'],
  'scheduler-patience': ['plateau'],
  'scheduler-factor': ['plateau'],
  'scheduler-min-lr': ['plateau'],
};
