// Progress of computing and writing a matrix, with rate and time left.
import { grouped } from '@seq/data/files';
import type { DistanceProgress, RowProgress } from '@seq/unifrac';
import type { CommandContext } from '../../command.js';

const wholeRate = (rate: number): string => grouped(Math.round(rate));

/** Shows how many pairs are done. */
export function pairProgress({ progress }: CommandContext, label: string): (progress: DistanceProgress) => void {
  const show = progress.counter(label, 'pairs', wholeRate);
  return ({ pairsDone, pairsTotal }) => show(pairsDone, pairsTotal);
}

/** Shows how many rows are written. */
export function rowProgress({ progress }: CommandContext, label: string): (progress: RowProgress) => void {
  const show = progress.counter(label, 'rows', wholeRate);
  return ({ rowsDone, rowsTotal }) => show(rowsDone, rowsTotal);
}
