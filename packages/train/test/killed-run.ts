// A program that a test kills: trains in the folder it is given, writes a checkpoint after every step, and says so.
import { newFineTuning } from './training-runs.js';

const [directory] = process.argv.slice(2);
await newFineTuning({ directory, stepsPerCheckpoint: 1, epochs: 200, schedule: { kind: 'constant' } }).trainer.run({
  onProgress: ({ update }) => process.stdout.write(`${update}\n`),
});
