// Gives a dataset whose samples are as they were before augmentation: what is fitted to them must not see its draws.
import { changedDataset } from './changed-dataset.js';
import type { SampleDataset } from './sample-batches.js';

/** The dataset without its augmentation; everything else is shared. */
export function withoutAugmentation<Dataset extends SampleDataset>(dataset: Dataset): Dataset {
  return changedDataset<SampleDataset>(dataset, { augmentation: undefined }) as Dataset;
}
