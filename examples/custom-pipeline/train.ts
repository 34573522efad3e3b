// A pipeline without the command line: open, batch, measure distances, train an own encoder on them.
import { createCommunityDataset, readFasta, readFeatureTable, resolveSequences, sampleBatches } from '@seq/data';
import {
  AdamW,
  backward,
  mean,
  ParameterStore,
  pairwiseDistance,
  scaleShift,
  square,
  sub,
  tanh,
  tensor,
  tidy,
} from '@seq/tensor';
import { createUnifrac, openTree } from '@seq/unifrac';
import { BagOfAsvs } from './bag-of-asvs.js';

/** Options of {@link trainOnUnifrac}. */
export interface TrainOnUnifracOptions {
  /** Folder with `table.biom`, `rep-seqs.fasta` and `tree.nwk`. */
  readonly folder: string;
  /** Samples to use, the first of the table. */
  readonly sampleCount: number;
  readonly epochs: number;
}

/** Mean loss of every epoch: squared difference between distances of embeddings and unweighted UniFrac. */
export async function trainOnUnifrac({ folder, sampleCount, epochs }: TrainOnUnifracOptions): Promise<number[]> {
  const opened = await readFeatureTable(`${folder}/table.biom`);
  const { table, sequences } = resolveSequences(opened, { fasta: await readFasta(`${folder}/rep-seqs.fasta`) });
  const sampleIds = table.sampleIds.slice(0, sampleCount);
  const dataset = createCommunityDataset(table, { sequences, sampleIds, rarefactionDepth: 1000, basesPerAsv: 60 });
  using tree = await openTree(`${folder}/tree.nwk`);
  using unifrac = createUnifrac(tree, table.featureIds);

  const store = new ParameterStore({ seed: 1 });
  const encoder = new BagOfAsvs(store.scope(), { width: 16, basesPerAsv: 60 });
  const optimiser = new AdamW(store);
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    let sum = 0;
    let batches = 0;
    for (const batch of sampleBatches(dataset, { samplesPerBatch: 8, shuffle: true, seed: 1, epoch })) {
      const wanted = unifrac.distances({ offsets: batch.presentOffsets, features: batch.presentFeatures });
      sum += tidy(() => {
        const embeddings = encoder.forward({ ...batch, asvIds: batch.asvFeatures, sampleIds: batch.sampleIndices });
        const distances = tanh(scaleShift(pairwiseDistance(embeddings), 0.2, 0));
        const loss = mean(square(sub(distances, tensor(Float32Array.from(wanted)))));
        backward(loss);
        return loss.item();
      });
      optimiser.step({ learningRate: 3e-3 });
      store.clearGradients();
      batches += 1;
    }
    losses.push(sum / batches);
  }
  return losses;
}
