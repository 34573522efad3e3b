// A process of its own that trains with this project's packages, one turn per line of its input.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setThreads } from '@seq/tensor';
import { peakMiB } from '../../../../tooling/bench/peak-memory.js';
import { turnsOf } from './seq-turns.js';
import { type WorkloadSource, workloadOf } from './workload.js';

const source = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as WorkloadSource;
const workload = await workloadOf(source);
setThreads(workload.threads);
const turns = turnsOf(workload);
console.log('{}');
for await (const line of createInterface({ input: process.stdin })) {
  const [what, number] = line.split(' ') as [string, string];
  const before = process.cpuUsage();
  const started = performance.now();
  const facts = await turns[what]!(Number(number));
  const seconds = (performance.now() - started) / 1e3;
  const { user, system } = process.cpuUsage(before);
  const cpuSeconds = (user + system) / 1e6;
  console.log(JSON.stringify({ seconds, cpuSeconds, peakMiB: peakMiB(), ...facts }));
}
