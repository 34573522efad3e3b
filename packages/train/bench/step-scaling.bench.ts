// How the time of a training step grows with ASVs per sample, read length, width and samples per batch, what a second
// thread gains, and which share of the processor's peak the nucleotide level reaches. `--threads n` (default 2),
// `--precision f32|bf16` (default f32), `--only <asvsPerSample|bases|width|samples|threads|peak>` for one part. Made-up
// communities, no files.

import type { CommunityInput, EncoderConfigInput } from '@seq/model';
import { SequenceEncoder } from '@seq/model';
import {
  AdamW,
  add,
  backward,
  crossEntropy,
  mean,
  noGrad,
  ParameterStore,
  type ProductPrecision,
  peakOperationsPerSecond,
  setThreads,
  square,
  tidy,
} from '@seq/tensor';
import type { Bench } from '../../../tooling/bench/bench.js';
import type { Measurement } from '../../../tooling/bench/measure.js';

/** Sizes of one step. */
interface Sizes {
  readonly samples: number;
  readonly asvsPerSample: number;
  readonly distinctAsvs: number;
  readonly bases: number;
  readonly width: number;
}

const usual: Sizes = { samples: 4, asvsPerSample: 64, distinctAsvs: 64, bases: 100, width: 128 };
const series: Readonly<Record<string, readonly Partial<Sizes>[]>> = {
  asvsPerSample: [16, 64, 256, 1024, 2048].map((asvsPerSample) => ({ asvsPerSample, distinctAsvs: 16, samples: 2 })),
  bases: [50, 100, 150, 250, 500].map((bases) => ({ bases })),
  width: [32, 64, 128, 256, 512].map((width) => ({ width, distinctAsvs: 32 })),
  samples: [1, 4, 16, 64].map((samples) => ({ samples })),
};
const smokeSeries: typeof series = { bases: [{ bases: 5, width: 8, samples: 1, asvsPerSample: 3, distinctAsvs: 2 }] };

/** Samples whose ASVs are taken in turn from the distinct ones. */
function community({ samples, asvsPerSample, distinctAsvs, bases }: Sizes): CommunityInput {
  const length = bases + 1;
  const slots = samples * asvsPerSample;
  return {
    asvTokens: Int32Array.from({ length: distinctAsvs * length }, (_, i) => (i % length === 0 ? 5 : 1 + ((i * 7) % 4))),
    asvOffsets: Uint32Array.from({ length: distinctAsvs + 1 }, (_, i) => i * length),
    asvIds: Uint32Array.from({ length: distinctAsvs }, (_, i) => i),
    slotOffsets: Uint32Array.from({ length: samples + 1 }, (_, i) => i * asvsPerSample),
    slotAsvs: Uint32Array.from({ length: slots }, (_, i) => i % distinctAsvs),
    slotCounts: new Float32Array(slots).fill(1),
    sampleIds: Uint32Array.from({ length: samples }, (_, i) => i),
  };
}

/** A step of the default model with these sizes; every call is one update. */
function stepOf(sizes: Sizes, config: EncoderConfigInput, precision: ProductPrecision): () => void {
  const store = new ParameterStore({ seed: 1 });
  const { width, bases, asvsPerSample } = sizes;
  const shape = { embeddingWidth: width, basesPerAsv: bases, maxAsvsPerSample: asvsPerSample };
  const encoder = new SequenceEncoder(store.scope(), { ...config, ...shape });
  const optimiser = new AdamW(store);
  const input = community(sizes);
  let step = 0;
  return () => {
    step += 1;
    store.clearGradients();
    tidy(() => {
      const options = { training: true, nucleotides: true, random: { seed: 1, step }, precision };
      const { embeddings, nucleotideLogits, maskedPositions } = encoder.forward(input, options);
      const weights = maskedPositions!;
      backward(add(mean(square(embeddings)), crossEntropy(nucleotideLogits!, input.asvTokens, { weights })));
    });
    optimiser.step({ learningRate: 1e-4 });
  };
}

/** Operations of the matrix products of the nucleotide level, forward. */
function operations({ distinctAsvs, bases, width }: Sizes, layers: number): number {
  const length = bases + 1;
  return distinctAsvs * length * layers * (24 * width * width + 4 * length * width);
}

const bench: Bench = {
  name: 'train/step-scaling/cpu',
  async run({ smoke, flags, contestant, record }) {
    const [threads, precision] = [Number(flags.threads ?? 2), (flags.precision ?? 'f32') as ProductPrecision];
    const isWanted = (part: string): boolean => flags.only === undefined || flags.only === part;
    const config: EncoderConfigInput = smoke ? { heads: 2, layers: { asv: 1, sample: 1, encoder: 1 } } : {};
    setThreads(threads);
    for (const [varied, steps] of Object.entries(smoke ? smokeSeries : series)) {
      let smallest: Measurement | undefined;
      for (const changed of isWanted(varied) ? steps : []) {
        const sizes = { ...usual, ...changed };
        const options = { warmups: 1, runs: 3, facts: { ...sizes, threads, precision } };
        const found = await contestant(`step, ${varied}`, stepOf(sizes, config, precision), options);
        smallest ??= found;
        const [time, memory] = [found.medianMs / smallest.medianMs, found.peakRssMiB / smallest.peakRssMiB];
        record(`growth, ${varied}`, { [varied]: sizes[varied as keyof Sizes], time, memory });
      }
    }
    if (!smoke && isWanted('threads')) await gainOfThreads(threads, { contestant, record, precision });
    setThreads(threads);
    if (!smoke && isWanted('peak')) await shareOfPeak(threads, contestant, record);
    setThreads(0);
  },
};

/** Times the usual step on one thread and on all, in turns. */
async function gainOfThreads(
  threads: number,
  {
    contestant,
    record,
    precision,
  }: Pick<Parameters<Bench['run']>[0], 'contestant' | 'record'> & { readonly precision: ProductPrecision },
): Promise<void> {
  const step = stepOf(usual, {}, precision);
  const fastest = new Map<number, number>();
  for (const count of [1, threads, 1, threads]) {
    setThreads(count);
    const facts = { ...usual, threads: count, precision };
    const { fastestMs } = await contestant('step, threads', step, { warmups: 1, runs: 3, facts });
    fastest.set(count, Math.min(fastestMs, fastest.get(count) ?? Number.POSITIVE_INFINITY));
  }
  const speedUp = fastest.get(1)! / fastest.get(threads)!;
  record('gain of threads', { threads, speedUp, efficiency: speedUp / threads });
}

/** Times the nucleotide level forward; all of its time counts, but only its matrix products as work. */
async function shareOfPeak(
  threads: number,
  contestant: Parameters<Bench['run']>[0]['contestant'],
  record: Parameters<Bench['run']>[0]['record'],
): Promise<void> {
  const sizes = { ...usual, bases: 150 };
  const store = new ParameterStore({ seed: 1 });
  const encoder = new SequenceEncoder(store.scope(), { basesPerAsv: sizes.bases });
  const input = community(sizes);
  const { fastestMs } = await contestant(
    'nucleotide level, forward',
    () => tidy(() => noGrad(() => encoder.encodeAsvs(input).embeddings.toTypedArray())),
    { warmups: 2, runs: 7, facts: { ...sizes } },
  );
  const rate = operations(sizes, 4) / (fastestMs / 1e3);
  const peak = peakOperationsPerSecond();
  record('share of peak', {
    threads,
    gigaOperationsPerSecond: rate / 1e9,
    peakPerThread: peak / 1e9,
    share: rate / (threads * peak),
  });
}

export default bench;
