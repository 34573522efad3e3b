// Drives one target in child processes: notices errors, crashes, hangs and memory, and goes on behind each finding.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { repositoryRoot } from '../discover/discover.js';
import type { ChildResult, ChildTask } from './child.js';

/** How long and how hard a target is tried. */
export interface CampaignOptions {
  /** Start of the random numbers. Default 1. */
  readonly seed?: number;
  /** Number of the first input. Default 0. */
  readonly first?: number;
  /** Inputs at most. Default: no limit. */
  readonly inputs?: number;
  /** Seconds at most. Default 10. */
  readonly seconds?: number;
  /** Milliseconds one input may take before it counts as a hang. Default 10 000. */
  readonly hangLimitMs?: number;
  /** MiB of memory above the start of the process that one input may take or leave behind. Default 1024. */
  readonly memoryLimitMiB?: number;
  /** Findings after which the campaign ends. Default 5. */
  readonly findings?: number;
}

/** An input that did what no input may do. */
export interface Finding {
  /** Number of the input. */
  readonly number: number;
  readonly problem: string;
}

/** What a campaign did. */
export interface CampaignResult {
  readonly inputs: number;
  readonly findings: readonly Finding[];
}

interface ChildEnd {
  readonly output: string;
  readonly errors: string;
  readonly ended: string;
  /** Set if we ended it. */
  readonly killedFor?: string;
}

const childScript: string = fileURLToPath(new URL('./child.ts', import.meta.url));

/** Feeds inputs to the target of a file until time, inputs or findings are used up. */
export async function runCampaign(file: string, options: CampaignOptions = {}): Promise<CampaignResult> {
  const { seed = 1, first = 0, inputs = Number.MAX_SAFE_INTEGER, seconds = 10, memoryLimitMiB = 1024 } = options;
  const folder = mkdtempSync(join(tmpdir(), 'seq-fuzz-'));
  const progressFile = join(folder, 'progress');
  const end = Math.min(first + inputs, Number.MAX_SAFE_INTEGER);
  const deadline = performance.now() + seconds * 1000;
  const found: Finding[] = [];
  let next = first;
  try {
    while (next < end && found.length < (options.findings ?? 5)) {
      const forMs = deadline - performance.now();
      if (forMs <= 0) break;
      const task: ChildTask = { file, seed, first: next, end, forMs, progressFile, memoryLimitMiB };
      const result = outcomeOf(await watchChild(task, options), progressFile);
      if (result.problem !== undefined) found.push({ number: result.next - 1, problem: result.problem });
      next = result.next;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { inputs: next - first, findings: found };
}

/** What a child that has ended means: its own result, or a finding at the input it was working on. */
function outcomeOf({ output, errors, ended, killedFor }: ChildEnd, progressFile: string): ChildResult {
  const last = output.trim().split('\n').at(-1) ?? '';
  if (killedFor === undefined && ended === 'exit code 0' && last.startsWith('{'))
    return JSON.parse(last) as ChildResult;
  const number = numberInWork(progressFile);
  if (number === undefined) throw new Error(`fuzz: the target could not be started (${ended}).\n${errors}`);
  return { next: number + 1, problem: killedFor ?? `the process ended with ${ended}\n${errors.slice(-2000)}`.trim() };
}

function numberInWork(progressFile: string): number | undefined {
  try {
    const text = readFileSync(progressFile, 'utf8').trim();
    return text === '' ? undefined : Number(text);
  } catch {
    return undefined;
  }
}

/** Resident memory of a process in MiB, where the system tells (Linux). */
function residentMiB(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function watchChild(
  task: ChildTask,
  { hangLimitMs = 10_000, memoryLimitMiB = 1024 }: CampaignOptions,
): Promise<ChildEnd> {
  const args = ['--conditions=@seq/source', '--import', 'tsx', childScript, JSON.stringify(task)];
  const child = spawn(process.execPath, args, { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  const watch = { number: undefined as number | undefined, since: performance.now(), startMiB: 0, killedFor: '' };
  const kill = (reason: string): void => {
    watch.killedFor ||= reason;
    child.kill('SIGKILL');
  };
  const timer = setInterval(() => {
    const number = numberInWork(task.progressFile);
    const memory = residentMiB(child.pid ?? 0);
    if (number !== watch.number)
      Object.assign(watch, { number, since: performance.now(), startMiB: watch.startMiB || memory });
    if (number === undefined) return;
    if (performance.now() - watch.since > hangLimitMs) kill(`hung for more than ${hangLimitMs} ms`);
    if (memory - watch.startMiB > memoryLimitMiB) kill(`took more than ${memoryLimitMiB} MiB of memory`);
  }, 50);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(timer);
      const ended = signal === null ? `exit code ${code}` : `signal ${signal}`;
      resolve({ output, errors, ended, ...(watch.killedFor === '' ? {} : { killedFor: watch.killedFor }) });
    });
  });
}
