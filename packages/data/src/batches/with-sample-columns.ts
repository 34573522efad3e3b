// Gives a dataset other columns of its samples: what is to be learned may be known only once the samples are chosen.
import { changedDataset } from './changed-dataset.js';
import type { SampleDataset } from './sample-batches.js';
import { packSampleColumns, type SampleColumns } from './sample-columns.js';

/**
 * The dataset with these columns in place of its own; everything else is shared.
 *
 * @param columns - one entry per sample of the dataset, in its order.
 * @throws SeqError `OPTION_INVALID`, `TARGET_NOT_FINITE` as `createCommunityDataset`
 */
export function withSampleColumns<Dataset extends SampleDataset>(dataset: Dataset, columns: SampleColumns): Dataset {
  const packed = packSampleColumns('withSampleColumns', columns, dataset.sampleIds);
  return changedDataset<SampleDataset>(dataset, { columns: packed }) as Dataset;
}
