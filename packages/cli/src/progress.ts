// Progress of long work: one line that is redrawn on a terminal, plain lines now and then in a log.
import type { Terminal } from './terminal.js';

/** A moment of a piece of work. */
export interface ProgressMoment {
  /** What is being done, as `epoch 3/20`. */
  readonly label: string;
  /** Units done so far. */
  readonly done: number;
  /** Units in all. */
  readonly total: number;
  /** Units per second, with its unit, as `41 samples/s`. */
  readonly rate?: string;
  /** Seconds until all is done; absent while unknown. */
  readonly secondsLeft?: number;
  /** Further numbers, as `loss 0.412`. */
  readonly facts?: readonly string[];
}

const LOG_INTERVAL_MS = 10_000;
const REDRAW_INTERVAL_MS = 100;

/** A duration in the two largest units that matter: `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** The moment in one line of at most `width` characters: where it is too long, facts are left out, the last ones first. */
function sentence(moment: ProgressMoment, width = Number.POSITIVE_INFINITY): string {
  const { facts = [] } = moment;
  const line = joined(moment, facts);
  if (line.length <= width) return line;
  return facts.length === 0 ? line.slice(0, width) : sentence({ ...moment, facts: facts.slice(0, -1) }, width);
}

function joined(moment: ProgressMoment, facts: readonly string[]): string {
  const percent = moment.total > 0 ? Math.floor((100 * moment.done) / moment.total) : 100;
  const parts = [`${moment.label}  ${percent} %`, ...facts];
  if (moment.rate !== undefined) parts.push(moment.rate);
  if (moment.secondsLeft !== undefined) parts.push(`${formatSeconds(moment.secondsLeft)} left`);
  return parts.join('  ');
}

/** Writes moments of progress to the error stream; standard output stays data. */
export class ProgressLine {
  readonly #terminal: Terminal;
  readonly #redraws: boolean;
  #lastWritten = Number.NEGATIVE_INFINITY;
  #isOpen = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#redraws = terminal.stderr.isTTY === true && terminal.env.TERM !== 'dumb' && !terminal.env.CI;
  }

  /** Shows a moment, unless the last one was shown just now. */
  show(moment: ProgressMoment): void {
    const now = this.#terminal.now();
    const isLast = moment.done >= moment.total;
    if (now - this.#lastWritten < (this.#redraws ? REDRAW_INTERVAL_MS : LOG_INTERVAL_MS) && !(isLast && this.#redraws))
      return;
    this.#lastWritten = now;
    if (!this.#redraws) {
      this.#terminal.stderr.write(`${sentence(moment)}\n`);
      return;
    }
    // Some terminals say that they are 0 wide.
    const width = this.#terminal.stderr.columns || 80;
    this.#terminal.stderr.write(`\r\u001b[2K${sentence(moment, width - 1)}`);
    this.#isOpen = true;
  }

  /**
   * Shows work that is counted, with its rate and the time left at that rate, both since this call. What comes back is
   * told how much is done.
   *
   * @param unit - what is counted, as `samples`.
   * @param format - a rate in units per second as text. Default: a whole number.
   */
  counter(
    label: string,
    unit: string,
    format: (rate: number) => string = (rate) => String(Math.round(rate)),
  ): (done: number, total: number) => void {
    const started = this.#terminal.now();
    return (done, total) => {
      // Nothing is known yet.
      if (total === 0) return;
      const seconds = (this.#terminal.now() - started) / 1000;
      this.show({
        label,
        done,
        total,
        rate: `${format(done / Math.max(seconds, 1e-3))} ${unit}/s`,
        ...(done > 0 ? { secondsLeft: (seconds * (total - done)) / done } : {}),
      });
    };
  }

  /** Writes a line that stays, above the progress. */
  note(line: string): void {
    this.#clear();
    this.#terminal.stderr.write(`${line}\n`);
  }

  /** Removes the progress from the screen. */
  end(): void {
    this.#clear();
    this.#lastWritten = Number.NEGATIVE_INFINITY;
  }

  #clear(): void {
    if (this.#isOpen) this.#terminal.stderr.write('\r\u001b[2K');
    this.#isOpen = false;
  }
}
