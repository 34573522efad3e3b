// Progress of computing and writing distances and diversities, with rate and time left.
import { grouped } from '@seq/data/files';
import type { DistanceProgress, RowProgress, SampleProgress } from '@seq/unifrac';
import type { CommandContext } from '../../command.js';

const wholeRate = (rate: number): string => grouped(Math.round(rate));

/** Shows how many pairs are done. */
export function pairProgress({ progress }: CommandContext, label: string): (progress: DistanceProgress) => void {
  const show = progress.counter(label, 'pairs', wholeRate);
  return ({ pairsDone, pairsTotal }) => show(pairsDone, pairsTotal);
}

/** Shows how many of some random assignments are compared, each of which looks at all pairs. */
export function permutationProgress(
  { progress }: CommandContext,
  label: string,
  permutations: number,
): (progress: DistanceProgress) => void {
  const show = progress.counter(label, 'permutations', wholeRate);
  return ({ pairsDone, pairsTotal }) => {
    if (pairsTotal > 0) show(Math.floor((permutations * pairsDone) / pairsTotal), permutations);
  };
}

/** Shows how many samples are done. */
export function sampleProgress({ progress }: CommandContext, label: string): (progress: SampleProgress) => void {
  const show = progress.counter(label, 'samples', wholeRate);
  return ({ samplesDone, samplesTotal }) => show(samplesDone, samplesTotal);
}

/** Shows how many rows are written. */
export function rowProgress({ progress }: CommandContext, label: string): (progress: RowProgress) => void {
  const show = progress.counter(label, 'rows', wholeRate);
  return ({ rowsDone, rowsTotal }) => show(rowsDone, rowsTotal);
}
