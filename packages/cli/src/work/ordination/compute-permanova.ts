// The work of `aam permanova`: a distance matrix and metadata in, tests of groups out.
import { readSampleMetadata, textColumn } from '@seq/data';
import { writeWhole } from '@seq/data/files';
import {
  type DistanceMatrix,
  type PairwisePermanova,
  type PermanovaResult,
  pairwisePermanova,
  permanova,
} from '@seq/unifrac';
import type { CommandContext, CommandWork } from '../../command.js';
import { InputError } from '../../failure.js';
import { threadsOf } from '../../settings-of/inputs.js';
import { permutationProgress } from '../distances/distance-progress.js';
import { inOutputFolder } from '../output-folder.js';
import { openDistances } from './open-distances.js';

/** Tests whether the groups of a metadata column differ, and writes and prints what the test says. */
export const computePermanova: CommandWork = async (context) => {
  const { settings, progress, signal, terminal } = context;
  const column = settings.text('metadata-column');
  const missingGroups = settings.text('missing') === 'drop' ? 'drop' : 'error';
  const { matrix, groups } = await openGroups(context, column, missingGroups);
  const permutations = settings.number('permutations');
  const options = {
    groups,
    missingGroups,
    permutations,
    seed: settings.number('seed'),
    threads: threadsOf(settings),
    signal,
  } as const;
  const progressOf = (label: string) => ({ onProgress: permutationProgress(context, label, permutations) });
  const whole = await permanova(matrix, { ...options, ...progressOf('PERMANOVA') });
  const pairs = settings.switch('pairwise')
    ? await pairwisePermanova(matrix, { ...options, ...progressOf('PERMANOVA of two groups') })
    : [];
  progress.end();
  if (whole.droppedIds.length > 0) {
    const counts = `${whole.droppedIds.length} of ${groups.length} samples`;
    progress.note(`${counts} have no value in column "${column}" and are left out (first: ${whole.droppedIds[0]})`);
  }
  const text = resultsTable(column, whole, pairs);
  const output = settings.textOrUnset('output');
  if (output !== undefined) {
    await inOutputFolder(output, () => writeWhole(output, (file) => file.writeFile(text)));
  }
  terminal.stdout.write(text);
};

interface Groups {
  readonly matrix: DistanceMatrix;
  /** Group of each sample of the matrix. */
  readonly groups: readonly (string | null)[];
}

/** The matrix of those samples that the metadata have, with their groups. */
async function openGroups(context: CommandContext, column: string, missing: 'error' | 'drop'): Promise<Groups> {
  const [whole, metadata] = await Promise.all([
    openDistances(context),
    readSampleMetadata(context.settings.text('metadata')),
  ]);
  // A wrong column is told first: it is the likelier mistake.
  metadata.column(column);
  const known = whole.ids.filter((id) => metadata.sampleIndex(id) !== undefined);
  const unknown = whole.ids.filter((id) => metadata.sampleIndex(id) === undefined);
  const counts = `${unknown.length} of ${whole.size} samples of the distance matrix are not in the metadata`;
  if (unknown.length > 0 && (missing === 'error' || known.length === 0)) {
    const advice =
      known.length === 0 ? 'No id is in both; compare them.' : '--missing drop leaves them out, and says so.';
    throw new InputError(`${counts} (first: ${JSON.stringify(unknown[0])}). ${advice}`);
  }
  if (unknown.length > 0) context.progress.note(`${counts} and are left out (first: ${unknown[0]})`);
  const matrix = unknown.length === 0 ? whole : whole.select(known);
  return { matrix, groups: textColumn(metadata, { column, sampleIds: matrix.ids }) };
}

const header = ['column', 'groups', 'samples', 'pseudo-F', 'R2', 'p-value', 'q-value', 'permutations'];

function resultsTable(column: string, whole: PermanovaResult, pairs: readonly PairwisePermanova[]): string {
  const row = (groups: string, result: PermanovaResult, qValue: string): string =>
    [
      column,
      groups,
      result.sampleCount,
      Number(result.pseudoF.toPrecision(7)),
      Number(result.rSquared.toPrecision(7)),
      Number(result.pValue.toPrecision(7)),
      qValue,
      result.permutations,
    ].join('\t');
  const all = row(`all ${whole.groups.length}`, whole, '');
  const each = pairs.map(({ result, qValue }) =>
    row(result.groups.map(({ name }) => name).join(' vs '), result, String(Number(qValue.toPrecision(7)))),
  );
  return `${[header.join('\t'), all, ...each].join('\n')}\n`;
}
