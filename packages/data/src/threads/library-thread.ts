// The worker thread of a library that reads files which may be damaged: starts it, keeps one idle for the next file, ends it
// after any failure. Knows no library; each has its script.
import { Worker } from 'node:worker_threads';

/** What comes back for a question. */
export type LibraryAnswer = { readonly value: unknown } | { readonly problem: string } | { readonly stalledMs: number };

interface Waiting {
  readonly answered: (answer: LibraryAnswer) => void;
  readonly failed: (reason: unknown) => void;
}

/** Limits of a thread while it serves one file. */
export interface ThreadLimits {
  readonly signal?: AbortSignal | undefined;
  readonly stallTimeoutMs: number;
}

const idleForMs = 2_000;
/** Heap of the library in MiB; what it wants beyond ends the thread instead of the process. */
const mostHeapMiB = 4096;
const idleThreads = new Map<string, LibraryThread>();

/** One thread; it serves one file at a time, and one question at a time. */
export class LibraryThread {
  readonly #script: string;
  readonly #worker: Worker;
  #limits: ThreadLimits;
  #waiting: Waiting | undefined;
  #isBroken = false;
  #idleTimer: NodeJS.Timeout | undefined;

  private constructor(script: URL, limits: ThreadLimits) {
    this.#script = script.href;
    this.#limits = limits;
    // The library writes its complaints to the streams of the thread; nobody reads them there.
    this.#worker = new Worker(script, {
      stdout: true,
      stderr: true,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: mostHeapMiB },
    });
    this.#worker.on('message', (answer: LibraryAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#settle({ problem: `its library ended: ${error.message}` }));
    this.#worker.on('exit', () => this.#settle({ problem: 'its library ended' }));
  }

  /** A thread of a script for a file: the idle one, or a new one. */
  static async take(script: URL, limits: ThreadLimits): Promise<LibraryThread> {
    limits.signal?.throwIfAborted();
    const thread = idleThreads.get(script.href) ?? new LibraryThread(script, limits);
    idleThreads.delete(script.href);
    clearTimeout(thread.#idleTimer);
    thread.#limits = limits;
    thread.#worker.ref();
    return thread;
  }

  /** Asks one question; the thread is unusable if the answer is a problem. */
  async ask(operation: string, request: Readonly<Record<string, unknown>>): Promise<LibraryAnswer> {
    if (this.#isBroken) return { problem: 'its library has failed before' };
    const { signal, stallTimeoutMs } = this.#limits;
    signal?.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    const stop = (): void => this.#waiting?.failed(signal?.reason);
    try {
      const answer = await new Promise<LibraryAnswer>((answered, failed) => {
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
    if (idleThreads.has(this.#script)) return this.#end();
    idleThreads.set(this.#script, this);
    this.#worker.unref();
    this.#idleTimer = setTimeout(() => {
      void this.#end();
    }, idleForMs).unref();
  }

  #settle(answer: LibraryAnswer): void {
    if (!('value' in answer)) this.#isBroken = true;
    this.#waiting?.answered(answer);
  }

  async #end(): Promise<void> {
    this.#isBroken = true;
    if (idleThreads.get(this.#script) === this) idleThreads.delete(this.#script);
    await this.#worker.terminate();
  }
}
