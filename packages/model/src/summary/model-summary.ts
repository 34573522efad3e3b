// What a summary of a model says. It computes nothing.
import type { ModuleCost } from './module-cost.js';

/** The sample that costs are given for. */
export interface TypicalSample {
  /** ASVs of the sample, S. */
  readonly asvsPerSample: number;
  /** Bases of each, without the start token. */
  readonly basesPerAsv: number;
  /**
   * ASVs of the sample that no other sample of the batch holds, whose bases are therefore read for this sample alone;
   * between 0 and `asvsPerSample`.
   */
  readonly encodedAsvs: number;
}

/** Options of {@link summarize}. */
export interface SummarizeOptions extends Partial<TypicalSample> {
  /** Bytes of one number. Default 4, float32. */
  readonly bytesPerNumber?: number;
}

/** One part of a model. */
export interface ModuleSummary extends ModuleCost {
  /** What it is. */
  readonly name: string;
  /** Beginnings of the names of its parameters. */
  readonly prefixes: readonly string[];
  /** Bytes of its parameters; training adds gradients (the same again) and what the optimiser remembers. */
  readonly parameterBytes: number;
  /** Bytes of `activations`. */
  readonly activationBytes: number;
  /** Whether it runs only if its output is read. */
  readonly isLazy: boolean;
}

/** What a model costs. */
export interface ModelSummary {
  /** Which model. */
  readonly kind: 'encoder' | 'predictor';
  /** The sample that costs are for. */
  readonly sample: TypicalSample;
  /** Bytes of one number. */
  readonly bytesPerNumber: number;
  /** The parts in the order of a forward pass. */
  readonly modules: readonly ModuleSummary[];
  /** The sum of all parts. */
  readonly total: Omit<ModuleSummary, 'prefixes' | 'isLazy' | 'name'>;
}

/** A part before bytes are known. */
export interface NamedCost {
  /** What it is. */
  readonly name: string;
  /** Beginnings of the names of its parameters. */
  readonly prefixes: readonly string[];
  /** What it costs. */
  readonly cost: ModuleCost;
  /** Whether it runs only if its output is read. Default false. */
  readonly isLazy?: boolean;
}
