// What the weights of the reference do not tell: from the notes in `final_model.pt`, from the caller, or by its defaults.
import type { CategoricalEncoderJson } from '@seq/categorical';
import type { EncoderType, OutputActivation } from '@seq/model';
import type { PickledValue } from './pickled-value.js';

/** What the shapes of weights cannot say. What is left out is taken from the file, or has the reference's default. */
export interface ReferenceHints {
  /** Attention heads of every stack. Default 4. */
  readonly heads?: number | undefined;
  /** Attention heads of a cross-attention or perceiver fusion. Default 8. */
  readonly fusionHeads?: number | undefined;
  /**
   * What the encoder was trained on. Default: `unifrac` without a base head, `faith_pd` with one of width 1, `taxonomy`
   * with a wider one, `combined` with several.
   */
  readonly encoderType?: EncoderType | undefined;
  /** Last function of the target path. Default `identity`. */
  readonly outputActivation?: OutputActivation | undefined;
  /** Quantiles that the model predicts. Default: none. */
  readonly quantiles?: readonly number[] | undefined;
  /** Columns that scale the output, in their order. Default: those of the file, by name. */
  readonly outputScaledBy?: readonly string[] | undefined;
}

const encoderTypes: readonly EncoderType[] = ['unifrac', 'weighted', 'faith_pd', 'taxonomy', 'combined'];

/** Hints that a file gives in its notes. */
export function hintsOf(notes: ReadonlyMap<string, PickledValue>): ReferenceHints {
  const number = (name: string): number | undefined => {
    const value = notes.get(name);
    return typeof value === 'number' ? value : undefined;
  };
  const type = notes.get('encoder_type');
  const columns = notes.get('conditional_scaling_columns');
  return {
    heads: number('attention_heads'),
    fusionHeads: number('cross_attn_heads'),
    encoderType: encoderTypes.find((known) => known === type),
    outputActivation: activationOf(notes),
    outputScaledBy: Array.isArray(columns) ? columns.filter((column) => typeof column === 'string') : undefined,
  };
}

function activationOf(notes: ReadonlyMap<string, PickledValue>): OutputActivation | undefined {
  if (notes.get('is_classifier') === true) return 'logSoftmax';
  if (notes.get('bounded_targets') === true) return 'sigmoid';
  const name = notes.get('output_activation');
  return name === 'relu' || name === 'softplus' || name === 'exp' ? name : name === 'none' ? 'identity' : undefined;
}

/** The given hints, and those of the file where none is given. */
export function mergedHints(given: ReferenceHints, noted: ReferenceHints): ReferenceHints {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...noted, ...set };
}

/** The encoder of the categories in its saved form, from the notes; `undefined` if the file has none. */
export function notedCategories(notes: ReadonlyMap<string, PickledValue>): CategoricalEncoderJson | undefined {
  const encoder = notes.get('categorical_encoder');
  const mappings = encoder instanceof Map ? encoder.get('mappings') : undefined;
  if (!(mappings instanceof Map)) return undefined;
  const columns = [...mappings].flatMap(([name, mapping]) => {
    if (typeof name !== 'string' || !(mapping instanceof Map)) return [];
    const categories: string[] = [];
    // Index 0 is the unknown category, which has no name.
    for (const [value, index] of mapping)
      if (typeof index === 'number' && index > 0) categories[index - 1] = String(value);
    return [{ name, isRequired: false, categories: Array.from(categories, (category) => category ?? '') }];
  });
  return { format: 'seq-categorical-encoder', version: 1, columns: columns.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}
