// The work of `aam data convert`: one table in, the same table out in another format; or sequences out as FASTA.
import {
  assignTaxonomy,
  type FeatureTable,
  type FeatureTableFormat,
  featureTableFormat,
  openFeatureTable,
  readFasta,
  readTaxonomy,
  resolveSequences,
  type TableContents,
  tableOfSource,
  writeFasta,
  writeFeatureTable,
} from '@seq/data';
import { grouped } from '@seq/data/files';
import type { CommandContext, CommandWork } from '../command.js';
import { UsageError } from '../failure.js';
import { inOutputFolders } from './output-folder.js';

/** The format that was asked for; a mistake in the call if none was. */
function formatOf({ settings }: CommandContext): FeatureTableFormat {
  const output = settings.text('output');
  const format = (settings.textOrUnset('to') as FeatureTableFormat | undefined) ?? featureTableFormat(output);
  if (format === undefined) {
    throw new UsageError(
      `output: a name that ends in .biom, .tsv, .tsv.gz, .qza, .arrow or .parquet is needed, got ${JSON.stringify(output)}. ` +
        'Or say the format with --to.',
    );
  }
  if (settings.textOrUnset('contents') !== undefined && format !== 'qza') {
    throw new UsageError(`--contents: only a .qza has a type, and the output is ${format}.`);
  }
  return format;
}

/** The table of a file or a shard folder. */
async function inputTable({ settings, signal }: CommandContext): Promise<FeatureTable> {
  await using source = await openFeatureTable(settings.text('input'), { signal });
  return await tableOfSource(source, { signal });
}

async function withTaxonomy(table: FeatureTable, { settings, progress, signal }: CommandContext) {
  const path = settings.textOrUnset('taxonomy');
  if (path === undefined) return table;
  const assigned = assignTaxonomy(table, await readTaxonomy(path, { signal }));
  const { count, first, reads } = assigned.without;
  if (count === table.featureCount) {
    throw new UsageError(
      `--taxonomy: ${JSON.stringify(path)} names none of the ${count} features (first: ${JSON.stringify(first[0])}). ` +
        'Use the one that belongs to the table.',
    );
  }
  if (count > 0) {
    progress.note(
      `${count} of ${table.featureCount} features have no taxonomy (first: ${first.join(', ')}; ${reads} reads)`,
    );
  }
  return assigned.table;
}

async function writeSequences(table: FeatureTable, { settings, progress, signal }: CommandContext): Promise<void> {
  const output = settings.textOrUnset('sequences-output');
  if (output === undefined) return;
  const path = settings.textOrUnset('sequences');
  const fasta = path === undefined ? undefined : await readFasta(path, { signal });
  const { sequences } = resolveSequences(table, { fasta });
  await writeFasta(new Map(table.featureIds.map((id, i) => [id, sequences[i]!])), output, { signal });
  progress.note(`${sequences.length} sequences in ${output}`);
}

/** Sequences of FASTA or an artifact as FASTA. */
async function convertSequences({ settings, progress, signal }: CommandContext): Promise<void> {
  const given = ['to', 'contents', 'taxonomy', 'sequences', 'sequences-output'].filter((name) =>
    settings.textOrUnset(name),
  );
  if (given.length > 0) throw new UsageError(`--${given[0]}: this is for tables, and the output is FASTA.`);
  const [input, output] = [settings.text('input'), settings.text('output')];
  await inOutputFolders([output], async () => {
    const sequences = await readFasta(input, { signal });
    await writeFasta(sequences, output, { signal });
    progress.note(`${sequences.size} sequences in ${output}`);
  });
}

/** Writes the table, and its sequences if they were asked for; or sequences, if the output is FASTA. */
export const convertTable: CommandWork = async (context) => {
  const { settings } = context;
  if (/\.(fasta|fa|fna)(\.gz)?$/i.test(settings.text('output'))) return convertSequences(context);
  const format = formatOf(context);
  if (settings.textOrUnset('sequences') !== undefined && settings.textOrUnset('sequences-output') === undefined) {
    throw new UsageError('--sequences: these are for --sequences-output, which is not given.');
  }
  const outputs = [settings.text('output'), settings.textOrUnset('sequences-output')];
  await inOutputFolders(outputs, () => readAndWrite(context, format));
};

async function readAndWrite(context: CommandContext, format: FeatureTableFormat): Promise<void> {
  const { settings, progress, signal } = context;
  const table = await withTaxonomy(await inputTable(context), context);
  const output = settings.text('output');
  const contents = settings.textOrUnset('contents') as TableContents | undefined;
  await writeFeatureTable(table, output, { format, contents, signal });
  progress.note(
    `${grouped(table.sampleCount)} samples, ${grouped(table.featureCount)} features, ${grouped(table.entryCount)} counts above zero in ${output}`,
  );
  const lost = [...(table.sampleMetadata?.keys() ?? [])];
  if (lost.length > 0 && format !== 'biom' && format !== 'qza') {
    progress.note(`${format} does not hold the metadata of samples that the table carried: ${lost.join(', ')}`);
  }
  await writeSequences(table, context);
}
