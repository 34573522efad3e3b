// Categories of the samples from metadata, and how they enter the model.
import { CategoricalEncoder, describeUnseen, type StringColumns } from '@seq/categorical';
import { type SampleMetadata, textColumn } from '@seq/data';
import type { FusionConfig, PredictorConfigInput } from '@seq/model';
import { type Checkpoint, SampleCategories } from '@seq/train';
import { UsageError } from '../failure.js';
import type { SettingsReader } from '../settings-reader.js';
import type { RunSamples } from './target-of-column.js';

/** Categories of a run; all undefined if it has none. */
export interface RunCategories {
  readonly samples: SampleCategories | undefined;
  /** For the predictor. */
  readonly config: PredictorConfigInput['categories'];
  /** Sentences on values that the training samples do not have. */
  readonly notes: readonly string[];
}

/** Metadata columns that a model needs to predict: its categories, and what its targets are scaled by. */
export function neededColumns({ categories, target }: Checkpoint): readonly string[] {
  const targets = target === null ? [] : [target, ...Object.values(target.more ?? {})];
  const scaling = targets.flatMap(({ normalizeBy = [] }) => normalizeBy);
  return [...new Set([...(categories?.columns ?? []).map(({ name }) => name), ...scaling])];
}

/** Text of metadata columns for these samples. */
export function categoryColumns(
  metadata: SampleMetadata,
  names: readonly string[],
  sampleIds: readonly string[],
): StringColumns {
  return new Map(names.map((column) => [column, textColumn(metadata, { column, sampleIds })]));
}

/** The categories that the settings name, numbered by what the training samples have. */
export function runCategories(
  settings: SettingsReader,
  { metadata, sampleIds, trainingIds }: RunSamples,
): RunCategories {
  const names = settings.textsOrUnset('categorical-columns');
  const outputScaledBy = settings.textsOrUnset('conditional-output-scaling') ?? [];
  const strange = outputScaledBy.find((name) => !names?.includes(name));
  if (strange !== undefined) {
    throw new UsageError(`--conditional-output-scaling: "${strange}" is none of --categorical-columns. Add it there.`);
  }
  const idle = ['categorical-parents', 'categorical-lr'].find((flag) => settings.has(flag));
  if (names === undefined && idle !== undefined) {
    throw new UsageError(`--${idle} has no effect without --categorical-columns. Leave it out, or give both.`);
  }
  if (names === undefined) return { samples: undefined, config: null, notes: [] };
  const parents = parentsOf(settings, names);
  const encoder = CategoricalEncoder.fit(categoryColumns(metadata, names, trainingIds), { parents });
  const samples = new SampleCategories({ encoder, sampleIds, columns: categoryColumns(metadata, names, sampleIds) });
  const columns = encoder.schema({ embeddingWidth: settings.number('categorical-embed-dim') });
  return {
    samples,
    config: { columns, fusion: fusionOf(settings), outputScaledBy },
    notes: describeUnseen(samples.unseen, { sampleIds }),
  };
}

/** The parent of each column that has one, from `--categorical-parents child=parent,...`. */
function parentsOf(settings: SettingsReader, names: readonly string[]): ReadonlyMap<string, string> {
  const given = settings.textsOrUnset('categorical-parents') ?? [];
  const parents = new Map<string, string>();
  for (const pair of given) {
    // A name may hold an equals sign itself: take the cut that gives two columns.
    const cuts = [...pair].flatMap((letter, i) => (letter === '=' ? [[pair.slice(0, i), pair.slice(i + 1)]] : []));
    const cut = cuts.find((both) => both.every((name) => names.includes(name)));
    if (cut === undefined) {
      throw new UsageError(
        `--categorical-parents: "${pair}" is no child=parent of two of --categorical-columns (${names.join(', ')}).`,
      );
    }
    parents.set(cut[0]!, cut[1]!);
  }
  return parents;
}

function fusionOf(settings: SettingsReader): FusionConfig {
  const kind = settings.text('categorical-fusion') as FusionConfig['kind'];
  const heads = settings.number('cross-attn-heads');
  if (kind === 'cross-attention')
    return { kind, heads, keys: settings.text('cross-attn-keys') as 'columns' | 'compat' };
  if (kind !== 'perceiver') return { kind };
  return {
    kind,
    heads,
    latents: settings.number('perceiver-num-latents'),
    layers: settings.number('perceiver-num-layers'),
  };
}
