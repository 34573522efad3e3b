// Times an epoch of pre-training whose samples are read meanwhile, beside the same epoch from a table in memory.
import {
  createCommunityDataset,
  createStreamedDataset,
  openFeatureTable,
  readFasta,
  type SampleDataset,
  sampleBatches,
  sequencesOfFeatures,
  tableOfSource,
} from '@seq/data';
import { type EncoderConfigInput, SequenceEncoder } from '@seq/model';
import { ParameterStore, setThreads } from '@seq/tensor';
import { PretrainingObjective, Trainer, unifracTargets } from '@seq/train';
import { createUnifrac, openTree } from '@seq/unifrac';
import { demoFile } from './command-memory.js';

/** Seconds of each round. */
export interface EpochTimes {
  /** Samples of the epoch. */
  readonly samples: number;
  readonly streamed: readonly number[];
  readonly inMemory: readonly number[];
  /** Reading and making the batches of the streamed epoch, without training. */
  readonly batchesAlone: readonly number[];
}

/** What is timed. */
export interface EpochTimesOptions {
  readonly rounds: number;
  readonly batches: number;
  readonly isTiny: boolean;
}

const samplesPerBatch = 8;
const tiny: EncoderConfigInput = { embeddingWidth: 8, heads: 2, layers: { asv: 1, sample: 1, encoder: 1 } };

/** Both epochs in turns, of samples that are spread over the whole table, so that every block of it is read. */
export async function timeEpochs(shards: string, { rounds, batches, isTiny }: EpochTimesOptions): Promise<EpochTimes> {
  await using source = await openFeatureTable(shards);
  const all = await source.sampleIds();
  const reads = (await source.sampleReads())!;
  const usable = all.filter((_, row) => reads[row]! >= depth);
  const wanted = Math.min(batches * samplesPerBatch, usable.length);
  const sampleIds = Array.from({ length: wanted }, (_, i) => usable[Math.floor((i * usable.length) / wanted)]!);
  const sequences = sequencesOfFeatures(source.featureIds, { fasta: await readFasta(demoFile('rep-seqs.fasta')) });
  const options = { sequences, sampleIds, rarefactionDepth: depth, refreshRarefaction: true };
  const streamed = await createStreamedDataset(source, options);
  const inMemory = createCommunityDataset(await tableOfSource(source), options);
  // All blocks are shuffled together, so that both epochs have the same batches.
  const blocksPerBuffer = Math.ceil(source.sampleCount / source.samplesPerBlock);
  const { featureIds } = source;
  const unifrac = createUnifrac(await openTree(demoFile('tree.nwk')), featureIds, { missing: 'drop' });
  const distances = unifracTargets(unifrac, { featureIds });
  setThreads(0);
  const train = (training: SampleDataset): Promise<unknown> => {
    const store = new ParameterStore({ seed: 1 });
    const encoder = new SequenceEncoder(store.scope(), isTiny ? tiny : {});
    const objective = new PretrainingObjective({ store, encoder, distances });
    return new Trainer(objective, { training, samplesPerBatch, epochs: 1, seed: 1, blocksPerBuffer }).run();
  };
  const make = async (): Promise<void> => {
    const made = sampleBatches(streamed, { samplesPerBatch, shuffle: true, seed: 1, blocksPerBuffer });
    for await (const _ of made);
  };
  const times = { streamed: [] as number[], inMemory: [] as number[], batchesAlone: [] as number[] };
  await make();
  for (let round = 0; round < rounds; round++) {
    times.inMemory.push(await secondsOf(() => train(inMemory)));
    times.streamed.push(await secondsOf(() => train(streamed)));
    times.batchesAlone.push(await secondsOf(make));
  }
  return { samples: wanted, ...times };
}

const depth = 1000;

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
