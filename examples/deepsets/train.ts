// Trains DeepSets to compute the sum of the products of each element's two numbers, from examples alone.
import {
  AdamW,
  backward,
  mean,
  noGrad,
  ParameterStore,
  randomUniform,
  square,
  sub,
  type Tensor,
  tensor,
  tidy,
} from '@seq/tensor';
import { DeepSets, type Sets } from './deep-sets.js';

const SETS_PER_BATCH = 32;
const LARGEST_SET = 8;

/** Batch number `step` of random sets with 1 to 8 elements in [-1, 1)², and the number each shall give. */
export function drawSets(seed: number, step: number): Sets & { readonly targets: Tensor } {
  const sequenceIds = Uint32Array.from({ length: SETS_PER_BATCH }, (_, i) => i);
  const rows = Uint32Array.from({ length: SETS_PER_BATCH + 1 }, (_, i) => i);
  const sizes = randomUniform({ seed, step, site: 0, offsets: rows, sequenceIds });
  const setOfElement = Uint32Array.from(
    [...sizes].flatMap((u, set) => Array(1 + Math.floor(u * LARGEST_SET)).fill(set)),
  );
  const offsets = rows.map((set) => 2 * setOfElement.filter((owner) => owner < set).length);
  const numbers = randomUniform({ seed, step, site: 1, offsets, sequenceIds }).map((u) => 2 * u - 1);
  const targets = new Float32Array(SETS_PER_BATCH);
  for (const [i, set] of setOfElement.entries()) targets[set]! += numbers[2 * i]! * numbers[2 * i + 1]!;
  return {
    elements: tensor(Float32Array.from(numbers), [setOfElement.length, 2]),
    setOfElement,
    setCount: SETS_PER_BATCH,
    targets: tensor(targets, [SETS_PER_BATCH, 1]),
  };
}

/** A trained model, and its mean squared error on sets it has never seen beside that of always guessing their mean. */
export interface TrainedDeepSets {
  readonly model: DeepSets;
  readonly error: number;
  readonly errorOfGuessing: number;
}

/** Trains for `steps` updates. */
export function trainDeepSets({ seed, steps }: { readonly seed: number; readonly steps: number }): TrainedDeepSets {
  const store = new ParameterStore({ seed });
  const model = new DeepSets(store.scope(), { inputs: 2, hidden: 32, outputs: 1 });
  const optimiser = new AdamW(store, { weightDecay: 0 });
  const errorAt = (step: number): Tensor =>
    tidy(() => {
      const { targets, ...sets } = drawSets(seed, step);
      return mean(square(sub(model.forward(sets), targets)));
    });
  for (let step = 1; step <= steps; step++) {
    tidy(() => {
      store.clearGradients();
      backward(errorAt(step));
      optimiser.step({ learningRate: step < 0.7 * steps ? 0.005 : 0.0005 });
    });
  }
  const unseen = steps + 1;
  return tidy(() => {
    const { targets } = drawSets(seed, unseen);
    const errorOfGuessing = mean(square(sub(targets, mean(targets)))).item();
    return { model, error: noGrad(() => errorAt(unseen).item()), errorOfGuessing };
  });
}
