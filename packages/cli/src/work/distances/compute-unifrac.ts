// The work of `aam unifrac`: table and tree in, distances out: all, one part of them, or those to references.
import { mkdir } from 'node:fs/promises';
import { freemem } from 'node:os';
import { dirname } from 'node:path';
import { readSampleIds } from '@seq/data';
import {
  unifracMatrix,
  unifracPart,
  unifracRows,
  unifracToReferences,
  writeDistancePart,
  writeReferenceDistances,
} from '@seq/unifrac';
import type { CommandContext, CommandWork } from '../../command.js';
import { UsageError } from '../../failure.js';
import { pairProgress } from './distance-progress.js';
import { bytesInMemory, tellPlan } from './matrix-plan.js';
import { metricLabel, unifracOptions } from './metric-options.js';
import { openPhylogeneticCommunity, type PhylogeneticCommunity } from './open-community.js';
import { blockEndings, matrixEndings, outputWithEnding, partEndings } from './output-format.js';
import { precisionOf, writeMatrix } from './write-matrix.js';

/** Computes the distances and writes them. */
export const computeUnifrac: CommandWork = async (context) => {
  const { settings } = context;
  const part = parsePart(settings.textOrUnset('part'));
  const references = settings.textOrUnset('references');
  if (part !== undefined && references !== undefined) {
    throw new UsageError('--part and --references exclude each other. Give one of them.');
  }
  unifracOptions(context);
  const endings = part !== undefined ? partEndings : references !== undefined ? blockEndings : matrixEndings;
  outputWithEnding(settings, endings);
  const paths = { table: settings.text('table'), tree: settings.text('tree') };
  const community = await openPhylogeneticCommunity(context, paths);
  using _tree = community.tree;
  if (part !== undefined) await computePart(context, community, part);
  else if (references !== undefined) await computeBlock(context, community, references);
  else await computeWhole(context, community);
};

interface PartOf {
  readonly part: number;
  readonly partCount: number;
}

function parsePart(text: string | undefined): PartOf | undefined {
  if (text === undefined) return undefined;
  const [, part = 0, partCount = 0] = (/^(\d+)\/(\d+)$/.exec(text.trim()) ?? []).map(Number);
  if (part >= 1 && part <= partCount) return { part, partCount };
  throw new UsageError(`--part: k/n with k from 1 to n is needed, as 3/8, got ${JSON.stringify(text)}.`);
}

async function computeWhole(context: CommandContext, { table, tree }: PhylogeneticCommunity): Promise<void> {
  const options = unifracOptions(context);
  // Rows of a square are computed twice over, but need no memory.
  const byRows = bytesInMemory(table.sampleCount) > freemem() / 2;
  const plan = { precision: precisionOf(context), output: context.settings.text('output'), byRows };
  await tellPlan(context, table, plan, (some) => unifracMatrix(some, tree, { ...options, emptySamples: 'zero' }));
  const onProgress = pairProgress(context, metricLabel(context.settings));
  const rows = byRows ? unifracRows(table, tree, { ...options, onProgress }) : undefined;
  await writeMatrix(context, rows ?? (await unifracMatrix(table, tree, { ...options, onProgress })));
}

async function computePart(
  context: CommandContext,
  { table, tree }: PhylogeneticCommunity,
  { part, partCount }: PartOf,
): Promise<void> {
  const { settings, progress, signal } = context;
  const onProgress = pairProgress(context, `${metricLabel(settings)}, part ${part} of ${partCount}`);
  const computed = await unifracPart(table, tree, { ...unifracOptions(context), part, partCount, onProgress });
  const output = settings.text('output');
  await mkdir(dirname(output), { recursive: true });
  await writeDistancePart(computed, output, { signal });
  const { firstRow, endRow, ids } = computed;
  progress.note(`part ${part} of ${partCount}, rows ${firstRow + 1} to ${endRow} of ${ids.length}, in ${output}`);
}

async function computeBlock(
  context: CommandContext,
  { table, tree }: PhylogeneticCommunity,
  references: string,
): Promise<void> {
  const { settings, progress, signal } = context;
  const referenceIds = await readSampleIds(references);
  const onProgress = pairProgress(context, `${metricLabel(settings)} to ${referenceIds.length} references`);
  const block = await unifracToReferences(table, tree, { ...unifracOptions(context), referenceIds, onProgress });
  const output = settings.text('output');
  await mkdir(dirname(output), { recursive: true });
  await writeReferenceDistances(block, output, { precision: precisionOf(context), signal });
  progress.note(`${table.sampleCount} samples, distances to ${referenceIds.length} references in ${output}`);
}
