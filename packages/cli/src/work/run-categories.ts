// Categories of the samples from metadata, and how they enter the model.
import { CategoricalEncoder, describeUnseen, type StringColumns } from '@seq/categorical';
import { type SampleMetadata, textColumn } from '@seq/data';
import type { FusionConfig, PredictorConfigInput } from '@seq/model';
import { SampleCategories } from '@seq/train';
import { UsageError } from '../failure.js';
import type { SettingsReader } from '../settings-reader.js';
import type { RunSamples } from './run-targets.js';

/** Categories of a run; all undefined if it has none. */
export interface RunCategories {
  readonly samples: SampleCategories | undefined;
  /** For the predictor. */
  readonly config: PredictorConfigInput['categories'];
  /** Sentences on values that the training samples do not have. */
  readonly notes: readonly string[];
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
  if (names === undefined) return { samples: undefined, config: null, notes: [] };
  const encoder = CategoricalEncoder.fit(categoryColumns(metadata, names, trainingIds));
  const samples = new SampleCategories({ encoder, sampleIds, columns: categoryColumns(metadata, names, sampleIds) });
  const columns = encoder.schema({ embeddingWidth: settings.number('categorical-embed-dim') });
  return {
    samples,
    config: { columns, fusion: fusionOf(settings), outputScaledBy },
    notes: describeUnseen(samples.unseen, { sampleIds }),
  };
}

function fusionOf(settings: SettingsReader): FusionConfig {
  const kind = settings.text('categorical-fusion') as FusionConfig['kind'];
  const heads = settings.number('cross-attn-heads');
  if (kind === 'cross-attention') return { kind, heads };
  if (kind !== 'perceiver') return { kind };
  return {
    kind,
    heads,
    latents: settings.number('perceiver-num-latents'),
    layers: settings.number('perceiver-num-layers'),
  };
}
