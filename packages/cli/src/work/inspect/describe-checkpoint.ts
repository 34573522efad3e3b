// What is in a checkpoint.
import { readCheckpoint } from '@seq/train';
import type { Description } from '../inspect-file.js';

const flat = (value: object): string =>
  Object.entries(value)
    .map(([name, part]) => `${name} ${part !== null && typeof part === 'object' ? `(${flat(part)})` : String(part)}`)
    .join(', ');

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
    ...(target === null ? [] : ([['target', flat({ column: target.column, transform: target.transform })]] as const)),
    ...(training === null
      ? []
      : ([['training', `epoch ${training.state.epoch}, update ${training.state.update}`]] as const)),
    ...(last?.validation
      ? ([['last validation', flat({ ...last.validation.losses, ...last.validation.metrics })]] as const)
      : []),
  ];
}
