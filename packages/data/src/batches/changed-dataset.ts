// A dataset with other parts in place of some of its own. Knows not what the parts are for.
import type { SampleDataset } from './sample-batches.js';

/** The dataset with these parts in place of its own; everything else is shared, ids that are made when they are asked for, too. */
export function changedDataset<Dataset extends SampleDataset>(dataset: Dataset, parts: Partial<Dataset>): Dataset {
  // A spread would ask for such ids and keep the list.
  const kept = Object.getOwnPropertyDescriptors(dataset);
  return Object.defineProperties({}, { ...kept, ...Object.getOwnPropertyDescriptors(parts) }) as Dataset;
}
