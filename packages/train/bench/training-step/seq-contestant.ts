// A process of its own that trains with this project's packages, one turn per line of its input.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { sampleBatches } from '@seq/data';
import { SequenceEncoder } from '@seq/model';
import { AdamW, backward, noGrad, ParameterStore, setThreads, tidy } from '@seq/tensor';
import { batchToDevice, PretrainingObjective, totalLoss } from '../../src/index.js';
import { type Workload, type WorkloadSource, workloadOf } from './workload.js';

const LEARNING_RATE = 1e-4;

/** Largest resident memory of this process, in MiB. */
function peakMiB(): number {
  try {
    const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return Number(found) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

/** Forward passes and steps of one model. */
function turnsOf({ dataset, distances, model, samplesPerBatch, seed }: Workload) {
  const store = new ParameterStore({ seed });
  const encoder = new SequenceEncoder(store.scope(), model);
  const objective = new PretrainingObjective({ store, encoder, distances });
  const optimiser = new AdamW(store, { weightDecay: 0.01 });
  let update = 0;
  // The batch is made inside the measured time, as in training.
  const batchAt = (index: number) => {
    for (const batch of sampleBatches(dataset, { samplesPerBatch, shuffle: true, seed, startBatch: index }))
      return batch;
    throw new Error(`training-step: there is no batch ${index}`);
  };
  return {
    forward: (index: number): Record<string, number> => {
      const input = batchToDevice(batchAt(index));
      tidy(() => noGrad(() => encoder.forward(input, { nucleotides: true }).embeddings.toTypedArray()));
      return {};
    },
    step: (index: number): Record<string, number> => {
      update += 1;
      store.clearGradients();
      const batch = batchAt(index);
      const loss = tidy(() => {
        const terms = objective.losses(batch, { training: true, random: { seed, step: update } });
        const total = totalLoss(terms, objective.penalties);
        backward(total);
        return total.item();
      });
      optimiser.step({ learningRate: LEARNING_RATE });
      return { loss };
    },
  };
}

const source = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as WorkloadSource;
const workload = await workloadOf(source);
setThreads(workload.threads);
const turns = turnsOf(workload);
console.log('{}');
for await (const line of createInterface({ input: process.stdin })) {
  const [what, batch] = line.split(' ') as ['forward' | 'step', string];
  const started = performance.now();
  const facts = turns[what](Number(batch));
  const seconds = (performance.now() - started) / 1e3;
  console.log(JSON.stringify({ seconds, peakMiB: peakMiB(), ...facts }));
}
