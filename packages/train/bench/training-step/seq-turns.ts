// What a turn of this project's packages does: a forward pass, a training step, an evaluation, a frozen epoch.
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CommunityBatch,
  type CommunityDataset,
  createCommunityDataset,
  fitTargetTransform,
  sampleBatches,
} from '@seq/data';
import { SequenceEncoder, SequencePredictor } from '@seq/model';
import { AdamW, backward, noGrad, ParameterStore, tidy } from '@seq/tensor';
import {
  AsvEmbeddings,
  batchToDevice,
  FineTuningObjective,
  PretrainingObjective,
  TargetValues,
  Trainer,
  totalLoss,
} from '../../src/index.js';
import type { Workload } from './workload.js';

const LEARNING_RATE = 1e-4;

type Facts = Readonly<Record<string, number>>;

/** Turns by their names; each takes a number and gives facts for its line. */
export function turnsOf(workload: Workload): Readonly<Record<string, (number: number) => Facts | Promise<Facts>>> {
  const { dataset, distances, model, samplesPerBatch, seed, precision } = workload;
  const store = new ParameterStore({ seed });
  const encoder = new SequenceEncoder(store.scope(), model);
  const objective = new PretrainingObjective({ store, encoder, distances });
  const optimiser = new AdamW(store, { weightDecay: 0.01 });
  let update = 0;
  // The batch is made inside the measured time, as in training.
  const batchAt = (index: number): CommunityBatch => {
    for (const batch of sampleBatches(dataset, { samplesPerBatch, shuffle: true, seed, startBatch: index }))
      return batch;
    throw new Error(`training-step: there is no batch ${index}`);
  };
  return {
    forward: (index) => {
      const input = batchToDevice(batchAt(index));
      tidy(() => noGrad(() => encoder.forward(input, { nucleotides: true }).embeddings.toTypedArray()));
      return {};
    },
    step: (index) => {
      update += 1;
      store.clearGradients();
      const batch = batchAt(index);
      const loss = tidy(() => {
        const terms = objective.losses(batch, { training: true, random: { seed, step: update }, precision });
        const total = totalLoss(terms, objective.penalties);
        backward(total);
        return total.item();
      });
      optimiser.step({ learningRate: LEARNING_RATE });
      return { loss };
    },
    evaluate: async (sampleCount) => {
      const embeddings = new AsvEmbeddings(encoder, { dtype: store.dtype });
      for (const batch of sampleBatches(samples(workload, sampleCount), { samplesPerBatch })) {
        const input = batchToDevice(batch);
        await embeddings.fill(input);
        const given = { asvEmbeddings: embeddings.of(input) };
        tidy(() => noGrad(() => encoder.forward(input, given).embeddings.toTypedArray()));
        given.asvEmbeddings.dispose();
      }
      return { distinctAsvs: embeddings.size };
    },
    frozen: (sampleCount) => frozenEpochs(workload, sampleCount),
  };
}

/** The first samples of the workload, at most as many as there are. */
function samples({ dataset, basesPerAsv, reads }: Workload, count: number): CommunityDataset {
  const sampleIds = dataset.sampleIds.slice(0, count);
  return createCommunityDataset(dataset.table, { sequences: reads, sampleIds, basesPerAsv });
}

/**
 * Two epochs of fine-tuning with a frozen base: the first one also encodes every ASV and writes the embeddings to a file,
 * all others are like the second. Then the first epoch of another run, which has the file.
 */
async function frozenEpochs(workload: Workload, sampleCount: number): Promise<Facts> {
  const training = samples(workload, sampleCount);
  const folder = await mkdtemp(join(tmpdir(), 'seq-frozen-'));
  try {
    const asvCache = join(folder, 'asvs.arrow');
    const [first, second] = await frozenRun(workload, training, { asvCache, epochs: 2 });
    const [withFile] = await frozenRun(workload, training, { asvCache, epochs: 1 });
    const fileBytes = (await stat(asvCache)).size;
    return {
      ...{ firstEpochSeconds: first!, epochSeconds: second!, firstEpochWithFileSeconds: withFile!, fileBytes },
      samples: training.sampleIds.length,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Seconds of each epoch of a fine-tuning with a frozen base. */
async function frozenRun(
  { model, samplesPerBatch, seed }: Workload,
  training: CommunityDataset,
  options: { readonly asvCache: string; readonly epochs: number },
): Promise<readonly number[]> {
  const store = new ParameterStore({ seed });
  const predictor = new SequencePredictor(store.scope(), { base: model });
  // Any number will do as a target, such as the number of features of a sample.
  const { sampleOffsets } = training.table;
  const values = Array.from(training.sampleIds, (_, i) => sampleOffsets[i + 1]! - sampleOffsets[i]!);
  const transform = fitTargetTransform('zscore', values);
  const targets = new TargetValues({
    column: 'features',
    values: new Map(training.sampleIds.map((id, i) => [id, values[i]!])),
    transform,
  });
  const objective = new FineTuningObjective({ store, predictor, targets, freeze: 'base' });
  const trainer = new Trainer(objective, { training, samplesPerBatch, seed, ...options });
  let last = performance.now();
  const seconds: number[] = [];
  await trainer.run({
    onProgress: ({ phase }) => {
      if (phase !== 'epoch') return;
      seconds.push((performance.now() - last) / 1e3);
      last = performance.now();
    },
  });
  return seconds;
}
