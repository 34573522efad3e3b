// What is in a checkpoint.
import type { TargetTransform } from '@seq/data';
import { type FurtherTargetSettings, readCheckpoint, type TargetSettings, type TrainingRecord } from '@seq/train';
import type { Description } from '../inspect-file.js';

/** Lists longer than this are told by their length: a model may know thousands of ASVs. */
const SHOWN = 8;

const flat = (value: object): string =>
  Object.entries(value)
    .map(([name, part]) => {
      if (Array.isArray(part) && part.length > SHOWN) return `${part.length} ${name}`;
      return `${name} ${part !== null && typeof part === 'object' ? `(${flat(part)})` : String(part)}`;
    })
    .join(', ');

/** Each target with its scale or its classes. */
function targetsOf(target: TargetSettings): Description {
  return [target, ...Object.values(target.more ?? {})].map((of) => ['target', describeTarget(of)] as const);
}

function describeTarget({ column, transform, normalizeBy, quantiles, classes }: FurtherTargetSettings): string {
  if (classes !== undefined) return `${column}, classes ${classes.join(', ')}`;
  const ofQuantiles = quantiles === null ? '' : `, quantiles ${quantiles.join(', ')}`;
  return `${column}, ${describeTransform(transform)}${normalizeBy === undefined ? '' : ` by ${normalizeBy.join(', ')}`}${ofQuantiles}`;
}

/** Kind and statistics, without those of every point or category. */
function describeTransform(transform: TargetTransform): string {
  const { kind, ...statistics } = transform;
  if (kind === 'none') return 'as it is';
  const facts = Object.entries(statistics).map(([name, value]) =>
    Array.isArray(value) ? `${value.length} ${name}` : `${name} ${value}`,
  );
  return `${kind} (${facts.join(', ')})`;
}

/** How training samples were changed, where they were. */
function augmentationOf(training: TrainingRecord | null): Description {
  const steps = training?.options.augmentation;
  return Array.isArray(steps) ? [['augmentation', steps.map((step) => flat(step as object)).join('; ')]] : [];
}

/** Architecture, data preparation, target and scores. */
export async function describeCheckpoint(path: string): Promise<Description> {
  const { kind, model, data, target, training, weights, software } = await readCheckpoint(path);
  const parameters = [...weights.values()].reduce(
    (sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1),
    0,
  );
  const last = training?.state.history.at(-1);
  return [
    ['kind', `checkpoint of ${kind === 'encoder' ? 'an encoder' : 'a predictor'}`],
    ['written by', `${software.name} ${software.version}`],
    ['parameters', `${parameters} in ${weights.size} tensors`],
    ['model', flat(model)],
    ['data', flat(data)],
    ...(target === null ? [] : targetsOf(target)),
    ...augmentationOf(training),
    ...(training === null
      ? []
      : ([['training', `epoch ${training.state.epoch}, update ${training.state.update}`]] as const)),
    ...(last?.validation
      ? ([['last validation', flat({ ...last.validation.losses, ...last.validation.metrics })]] as const)
      : []),
  ];
}
