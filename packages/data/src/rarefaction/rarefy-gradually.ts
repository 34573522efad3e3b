// Rarefies a large table sample by sample, giving way to other work in between. Draws what `rarefy` draws.
import { setImmediate } from 'node:timers/promises';
import type { FeatureTable } from '../table/feature-table.js';
import { sampleTotals } from '../table/sample-totals.js';
import { rarefyingSamples, withSamples } from './rarefied-rows.js';
import { prepareRarefaction, type RarefiedTable, type RarefyOptions, reportRarefaction } from './rarefy.js';

/** How far a rarefaction has come. */
export interface RarefactionProgress {
  /** Samples that are done. */
  readonly samplesDone: number;
  /** Samples in all. */
  readonly sampleCount: number;
}

/** Options of {@link rarefyGradually}. */
export interface RarefyGraduallyOptions extends RarefyOptions {
  /** Ends the work soon; the promise is rejected with the reason of the signal. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called now and then, and once when all samples are done. What it throws ends the work and rejects the promise. Default:
   * none.
   */
  readonly onProgress?: ((progress: RarefactionProgress) => void) | undefined;
}

/** Reads and entries after which other work gets its turn; about a hundredth of a second. */
const workPerTurn = 2 ** 18;

/**
 * The table that `rarefy` gives, drawn without holding up everything else.
 *
 * @throws SeqError as `rarefy`
 */
export async function rarefyGradually(table: FeatureTable, options: RarefyGraduallyOptions): Promise<RarefiedTable> {
  const { signal, onProgress, ...rarefyOptions } = options;
  signal?.throwIfAborted();
  const { chosen, belowDepth, draws } = prepareRarefaction('rarefyGradually', table, rarefyOptions);
  const reads = sampleTotals(chosen);
  const steps = rarefyingSamples(chosen, draws);
  let sinceTurn = 0;
  for (let samplesDone = 0; ; samplesDone++) {
    const step = steps.next();
    if (step.done) {
      onProgress?.({ samplesDone, sampleCount: chosen.sampleCount });
      return reportRarefaction(table, withSamples(chosen, step.value), belowDepth);
    }
    sinceTurn += reads[samplesDone]! + chosen.sampleOffsets[samplesDone + 1]! - chosen.sampleOffsets[samplesDone]!;
    if (sinceTurn < workPerTurn) continue;
    sinceTurn = 0;
    onProgress?.({ samplesDone: samplesDone + 1, sampleCount: chosen.sampleCount });
    await setImmediate();
    signal?.throwIfAborted();
  }
}
