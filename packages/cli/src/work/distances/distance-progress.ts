// Progress of computing and writing a matrix, with rate and time left.
import { grouped } from '@seq/data/files';
import type { DistanceProgress, RowProgress } from '@seq/unifrac';
import type { CommandContext } from '../../command.js';

function shower(
  { progress, terminal }: CommandContext,
  label: string,
  unit: string,
): (done: number, total: number) => void {
  const started = terminal.now();
  return (done, total) => {
    // Nothing is known yet.
    if (total === 0) return;
    const seconds = (terminal.now() - started) / 1000;
    progress.show({
      label,
      done,
      total,
      rate: `${grouped(Math.round(done / Math.max(seconds, 1e-3)))} ${unit}/s`,
      ...(done > 0 ? { secondsLeft: (seconds * (total - done)) / done } : {}),
    });
  };
}

/** Shows how many pairs are done. */
export function pairProgress(context: CommandContext, label: string): (progress: DistanceProgress) => void {
  const show = shower(context, label, 'pairs');
  return ({ pairsDone, pairsTotal }) => show(pairsDone, pairsTotal);
}

/** Shows how many rows are written. */
export function rowProgress(context: CommandContext, label: string): (progress: RowProgress) => void {
  const show = shower(context, label, 'rows');
  return ({ rowsDone, rowsTotal }) => show(rowsDone, rowsTotal);
}
