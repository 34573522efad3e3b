// A process that takes turns: it is told what to do in a line, and answers with a line of JSON. It knows no model.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What one turn took. */
export interface Turn {
  readonly seconds: number;
  /** Processor time of all threads: what a machine that does other work, too, changes least. */
  readonly cpuSeconds: number;
  /** Largest resident memory of the process so far. */
  readonly peakMiB: number;
  /** Further numbers, such as the loss of a step. */
  readonly [fact: string]: number;
}

/** One side of a comparison. */
export interface Contestant {
  readonly name: string;
  /**
   * A forward pass in evaluation or a whole training step on the batch of this number; only here also the evaluation, or
   * two epochs of fine-tuning with a frozen base, of so many samples.
   */
  take(what: 'forward' | 'step' | 'evaluate' | 'frozen', number: number): Promise<Turn>;
  stop(): void;
}

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** This project's packages. */
export function startSeq(file: string): Promise<Contestant> {
  const node = ['--conditions=@seq/source', '--import', 'tsx', beside('seq-contestant.ts'), file];
  return start('seq', process.execPath, node);
}

/** A PyTorch: `padded` as the reference pads, `packed` without padding and with distinct ASVs once. */
export function startTorch(python: string, kind: string, file: string): Promise<Contestant> {
  return start(`torch ${kind}`, python, [beside('torch_contestant.py'), kind, file]);
}

async function start(name: string, command: string, args: readonly string[]): Promise<Contestant> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const { value, done } = await Promise.race([answers.next(), failed(name, child)]);
    if (done === true) throw new Error(`training-step: ${name} ended early; what it said stands above.`);
    return JSON.parse(value);
  };
  await answer();
  return {
    name,
    take: async (what, number) => {
      child.stdin.write(`${what} ${number}\n`);
      return (await answer()) as Turn;
    },
    stop: () => {
      child.stdin.end();
      child.kill();
    },
  };
}

function failed(name: string, child: ChildProcess): Promise<never> {
  return new Promise((_, reject) => {
    child.once('error', (error) => reject(new Error(`training-step: ${name} cannot start: ${error.message}`)));
  });
}
