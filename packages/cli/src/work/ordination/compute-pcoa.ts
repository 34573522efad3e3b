// The work of `aam pcoa`: a distance matrix in, places of samples out.
import { type PcoaMethod, type PcoaOrdination, pcoa, writeOrdination } from '@seq/unifrac';
import type { CommandWork } from '../../command.js';
import { UsageError } from '../../failure.js';
import { threadsOf } from '../../settings-of/inputs.js';
import { pairProgress } from '../distances/distance-progress.js';
import { outputWithEnding } from '../distances/output-format.js';
import { inOutputFolder } from '../output-folder.js';
import { openDistances } from './open-distances.js';

const endings: readonly string[] = ['.txt', '.tsv', '.qza'];

/** Computes principal coordinates, writes them, and prints what the axes explain. */
export const computePcoa: CommandWork = async (context) => {
  const { settings, progress, signal, terminal } = context;
  const output = outputWithEnding(settings, endings);
  const dimensions = settings.numberOrUnset('number-of-dimensions');
  if (dimensions !== undefined && dimensions >= 1 && !Number.isInteger(dimensions)) {
    throw new UsageError(`--number-of-dimensions: a whole number or a part below 1 is needed, got ${dimensions}.`);
  }
  const method = settings.text('method');
  const matrix = await openDistances(context);
  if (dimensions !== undefined && dimensions > matrix.size) {
    throw new UsageError(
      `--number-of-dimensions: ${matrix.size} samples have at most ${matrix.size}, got ${dimensions}.`,
    );
  }
  const showPairs = pairProgress(context, 'principal coordinates');
  const ordination = await pcoa(matrix, {
    ...(dimensions === undefined ? {} : { dimensions }),
    ...(method === 'auto' ? {} : { method: method as PcoaMethod }),
    threads: threadsOf(settings),
    seed: settings.number('seed'),
    signal,
    // The exact decomposition is one step, without parts to count.
    onProgress: (moment) => (moment.pairsTotal > 0 ? showPairs(moment) : undefined),
  });
  progress.end();
  await inOutputFolder(output, () => writeOrdination(ordination, output));
  terminal.stdout.write(axesTable(ordination));
  const { count, smallest, isLarge } = ordination.negativeEigenvalues;
  if (isLarge) {
    progress.note(
      `warning: ${count} eigenvalue${count === 1 ? ' is' : 's are'} below 0 (smallest ${smallest.toPrecision(4)}, largest ` +
        `${ordination.eigenvalues[0]!.toPrecision(4)}): these distances fit into no space of straight lines, so the ` +
        'picture may mislead.',
    );
  }
  progress.note(`${matrix.size} samples on ${ordination.dimensions} axes (${ordination.method}) in ${output}`);
};

function axesTable({ eigenvalues, proportionExplained }: PcoaOrdination): string {
  const lines = [...eigenvalues].map((eigenvalue, axis) =>
    [`PC${axis + 1}`, eigenvalue.toPrecision(6), `${(100 * proportionExplained[axis]!).toFixed(2)} %`].join('\t'),
  );
  return `${['axis\teigenvalue\texplained', ...lines].join('\n')}\n`;
}
