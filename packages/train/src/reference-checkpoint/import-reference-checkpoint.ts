// A checkpoint of ours from a `.pt` file of the reference. It writes nothing.
import { type CountNormalization, communityDatasetDefaults, type TargetTransform } from '@seq/data';
import { quotedPath } from '@seq/data/files';
import type { Checkpoint, DataSettings, Software } from '../checkpoint/checkpoint.js';
import { modelFromCheckpoint } from '../checkpoint/model-from-checkpoint.js';
import { trainError } from '../errors.js';
import { inferConfiguration } from './infer-configuration.js';
import { hintsOf, mergedHints, notedCategories, type ReferenceHints } from './reference-notes.js';
import { readReferenceStateDict } from './reference-state-dict.js';
import { WeightShapes } from './weight-shapes.js';

/** Options of {@link importReferenceCheckpoint}: what the file does not say. */
export interface ImportReferenceOptions extends ReferenceHints {
  /** Reads drawn from every sample; the reference's default is 5,000. Default: every read is kept. */
  readonly rarefactionDepth?: number | undefined;
  /** The predicted column. Default `target`. */
  readonly column?: string | undefined;
  /** How the target was scaled. Default: it was not, so predictions come on the scale of training. */
  readonly transform?: TargetTransform | undefined;
  /** How read counts were scaled. Default `relative`, ours. */
  readonly countNormalization?: CountNormalization | undefined;
  /** What wrote it. Default: the reference. */
  readonly software?: Software | undefined;
}

/** An imported checkpoint, and what was assumed. */
export interface ImportedCheckpoint {
  /** Ready for `writeCheckpoint`, `modelFromCheckpoint` and `predict`. */
  readonly checkpoint: Checkpoint;
  /** One sentence for each thing that the file does not say and nobody gave. Tell the user. */
  readonly assumptions: readonly string[];
}

/**
 * Reads a checkpoint of Attention All Microbes (the PyTorch reference), an encoder or a predictor, with or without the
 * dictionary around its state dict and the prefixes of wrappers. The configuration is inferred from the weights; every
 * weight must then fit it exactly. Samples are prepared as the reference does: the first ASVs of the table, in its order.
 *
 * Only tensors and plain data are read; a file that asks for anything else is refused, and none of its code is run.
 *
 * @throws SeqError `CHECKPOINT_FOREIGN`, `CHECKPOINT_BROKEN`, `CHECKPOINT_MISMATCH`, `CONFIG_INVALID`, `FILE_NOT_FOUND`,
 * `FILE_UNREADABLE`.
 */
export async function importReferenceCheckpoint(
  path: string,
  options: ImportReferenceOptions = {},
): Promise<ImportedCheckpoint> {
  const { weights, notes } = await readReferenceStateDict(path);
  const hints = mergedHints(options, hintsOf(notes));
  const inferred = inferConfiguration(new WeightShapes(quotedPath(path), weights), hints);
  const base = inferred.kind === 'encoder' ? inferred.model : inferred.model.base;
  const data: DataSettings = {
    ...communityDatasetDefaults,
    rarefactionDepth: options.rarefactionDepth ?? null,
    basesPerAsv: base.basesPerAsv,
    maxAsvsPerSample: base.maxAsvsPerSample,
    asvChoice: 'first',
    slotOrder: 'table',
  };
  const shared = {
    training: null,
    data,
    weights,
    optimiser: [],
    software: options.software ?? { name: 'attention-all-microbes', version: 'unknown' },
  };
  const checkpoint: Checkpoint =
    inferred.kind === 'encoder'
      ? { ...shared, ...inferred, target: null, categories: null }
      : { ...shared, ...inferred, target: targetOf(options), categories: categoriesOf(path, inferred.model, notes) };
  modelFromCheckpoint(checkpoint);
  return { checkpoint, assumptions: assumptionsOf(checkpoint, hints, options) };
}

function targetOf(options: ImportReferenceOptions): Extract<Checkpoint, { kind: 'predictor' }>['target'] {
  return {
    column: options.column ?? 'target',
    transform: options.transform ?? { kind: 'none' },
    countNormalization: options.countNormalization ?? 'relative',
    quantiles: options.quantiles ?? null,
  };
}

function categoriesOf(
  path: string,
  { categories }: Extract<Checkpoint, { kind: 'predictor' }>['model'],
  notes: Parameters<typeof notedCategories>[0],
): Checkpoint['categories'] {
  if (categories === null) return null;
  const noted = notedCategories(notes);
  const known = new Map(noted?.columns.map(({ name, categories: { length } }) => [name, length]));
  const unknown = categories.columns.filter(({ name, cardinality }) => known.get(name) !== cardinality - 1);
  if (noted !== undefined && unknown.length === 0) return noted;
  const message =
    `importReferenceCheckpoint: ${quotedPath(path)} has embeddings of the category "${unknown[0]!.name}" but does not say ` +
    'which values they belong to. Import final_model.pt of the run, which does.';
  throw trainError('CHECKPOINT_MISMATCH', message, { details: { path, columns: unknown.map(({ name }) => name) } });
}

function assumptionsOf(checkpoint: Checkpoint, hints: ReferenceHints, options: ImportReferenceOptions): string[] {
  const isPredictor = checkpoint.kind === 'predictor';
  const fusion = isPredictor ? checkpoint.model.categories?.fusion.kind : undefined;
  const needsFusionHeads = fusion === 'cross-attention' || fusion === 'perceiver';
  const said: readonly (readonly [boolean, string])[] = [
    [hints.heads === undefined, 'The file does not say how many attention heads it has: 4, the default, is taken.'],
    [needsFusionHeads && hints.fusionHeads === undefined, `The heads of the ${fusion} fusion are taken to be 8.`],
    [
      options.rarefactionDepth === undefined,
      'The file does not say to how many reads samples were rarefied: all are kept.',
    ],
    [
      isPredictor && options.transform === undefined,
      'The file does not say how the target was scaled: predictions come on the scale of training.',
    ],
    [isPredictor && options.column === undefined, 'The file does not name its target: it is called "target".'],
  ];
  return said.flatMap(([isAssumed, sentence]) => (isAssumed ? [sentence] : []));
}
