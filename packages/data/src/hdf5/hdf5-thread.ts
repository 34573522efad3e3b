// The worker thread of the HDF5 library: starts it, keeps one idle for the next file, ends it after any failure.
import { Worker } from 'node:worker_threads';

/** What comes back for a question. */
export type Hdf5Answer = { readonly value: unknown } | { readonly problem: string } | { readonly stalledMs: number };

interface Waiting {
  readonly answered: (answer: Hdf5Answer) => void;
  readonly failed: (reason: unknown) => void;
}

/** Limits of a thread while it serves one file. */
export interface ThreadLimits {
  readonly signal?: AbortSignal | undefined;
  readonly stallTimeoutMs: number;
}

const idleForMs = 2_000;
let idle: Hdf5Thread | undefined;

/** One thread; it serves one file at a time, and one question at a time. */
export class Hdf5Thread {
  readonly #worker: Worker;
  #limits: ThreadLimits;
  #waiting: Waiting | undefined;
  #isBroken = false;
  #idleTimer: NodeJS.Timeout | undefined;

  private constructor(limits: ThreadLimits) {
    this.#limits = limits;
    // The library writes its complaints to the streams of the thread; nobody reads them there.
    this.#worker = new Worker(new URL('./hdf5-worker.js', import.meta.url), {
      stdout: true,
      stderr: true,
      execArgv: [],
    });
    this.#worker.on('message', (answer: Hdf5Answer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#settle({ problem: `the HDF5 library ended: ${error.message}` }));
    this.#worker.on('exit', () => this.#settle({ problem: 'the HDF5 library ended' }));
  }

  /** A thread for a file: the idle one, or a new one. */
  static async take(limits: ThreadLimits): Promise<Hdf5Thread> {
    limits.signal?.throwIfAborted();
    const thread = idle ?? new Hdf5Thread(limits);
    idle = undefined;
    clearTimeout(thread.#idleTimer);
    thread.#limits = limits;
    thread.#worker.ref();
    return thread;
  }

  /** Asks one question; the thread is unusable if the answer is a problem. */
  async ask(operation: string, request: Readonly<Record<string, unknown>>): Promise<Hdf5Answer> {
    if (this.#isBroken) return { problem: 'the HDF5 library has failed before' };
    const { signal, stallTimeoutMs } = this.#limits;
    signal?.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    const stop = (): void => this.#waiting?.failed(signal?.reason);
    try {
      const answer = await new Promise<Hdf5Answer>((answered, failed) => {
        this.#waiting = { answered, failed };
        timer = setTimeout(() => answered({ stalledMs: stallTimeoutMs }), stallTimeoutMs);
        signal?.addEventListener('abort', stop, { once: true });
        this.#worker.postMessage({ operation, ...request });
      });
      if (!('value' in answer)) await this.#end();
      return answer;
    } catch (reason) {
      await this.#end();
      throw reason;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      this.#waiting = undefined;
    }
  }

  /** Closes the file and keeps the thread for the next one, for a while; the process need not wait for it. */
  async giveBack(): Promise<void> {
    if (this.#isBroken) return;
    this.#limits = { stallTimeoutMs: this.#limits.stallTimeoutMs };
    const answer = await this.ask('close', {});
    if (!('value' in answer)) return;
    if (idle !== undefined) return this.#end();
    idle = this;
    this.#worker.unref();
    this.#idleTimer = setTimeout(() => {
      if (idle === this) idle = undefined;
      void this.#end();
    }, idleForMs).unref();
  }

  #settle(answer: Hdf5Answer): void {
    if (!('value' in answer)) this.#isBroken = true;
    this.#waiting?.answered(answer);
  }

  async #end(): Promise<void> {
    this.#isBroken = true;
    if (idle === this) idle = undefined;
    await this.#worker.terminate();
  }
}
