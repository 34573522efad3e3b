// Classes of a target by number, and back. Knows no columns and no models.
import { dataError } from '../errors.js';
import { counted, firstFew, quoted } from '../text/quoted.js';

/** The classes of a target; plain data that survives JSON. A class is known by its index in the list. */
export interface ClassLabels {
  /** Names of the classes, sorted by their characters; at least two. */
  readonly classes: readonly string[];
}

/** Texts to take classes from, and whose they are. */
export interface ClassLabelsOptions {
  /** Sample of each text, for errors. Default: errors give its place. */
  readonly sampleIds?: readonly string[] | undefined;
}

/**
 * The classes that training samples have.
 *
 * @param texts - class of each sample as text; null where it is missing.
 * @throws SeqError `TARGET_MISSING` naming the first sample without one, `TRANSFORM_UNDEFINED` for fewer than two classes.
 * @remarks Sorted as text, as the reference's encoder of categories does; numbers from 0, without one for "unknown".
 */
export function fitClassLabels(texts: readonly (string | null)[], options: ClassLabelsOptions = {}): ClassLabels {
  const classes = [...new Set(requireTexts('fitClassLabels', texts, options))].sort();
  if (classes.length >= 2) return { classes };
  throw dataError(
    'TRANSFORM_UNDEFINED',
    `fitClassLabels: ${counted(texts.length, 'sample')} of ${classes.length === 1 ? `one class, ${quoted(classes[0]!)}` : 'no class'}. ` +
      'Give training samples of at least two classes.',
  );
}

/**
 * Index of each text in the classes.
 *
 * @throws SeqError `TARGET_MISSING`, `TARGET_CLASS_UNKNOWN` naming the first sample, its class and those known.
 */
export function encodeClasses(
  { classes }: ClassLabels,
  texts: readonly (string | null)[],
  options: ClassLabelsOptions = {},
): Int32Array {
  const indexOf = new Map(classes.map((name, index) => [name, index]));
  const found = requireTexts('encodeClasses', texts, options);
  const unknown = [...found.keys()].filter((i) => !indexOf.has(found[i]!));
  if (unknown.length > 0) {
    const first = unknown[0]!;
    throw dataError(
      'TARGET_CLASS_UNKNOWN',
      `encodeClasses: ${counted(unknown.length, 'sample')} of ${texts.length} of a class that training did not have (first: ` +
        `${quoted(found[first]!)} for ${whose(first, options)}; known: ${firstFew(classes, 10)}). Leave them out, or train with that class.`,
      { details: { count: unknown.length, class: found[first], classes } },
    );
  }
  return Int32Array.from(found, (text) => indexOf.get(text)!);
}

/**
 * Name of each class index, as `encodeClasses` gives them.
 *
 * @throws SeqError `OPTION_INVALID` for an index that no class has.
 */
export function decodeClasses({ classes }: ClassLabels, indices: ArrayLike<number>): string[] {
  return Array.from(indices, (index) => {
    const name = classes[index];
    if (name !== undefined) return name;
    throw dataError(
      'OPTION_INVALID',
      `decodeClasses: there is no class ${index}. Give whole numbers below ${classes.length}.`,
    );
  });
}

/**
 * One array per class, 1 for the samples of the class and 0 for others: targets that augmentation can mix.
 *
 * @param indices - class of each sample, as `encodeClasses` gives them.
 * @throws SeqError `OPTION_INVALID` for an index that no class has.
 */
export function oneHotClasses(labels: ClassLabels, indices: ArrayLike<number>): Float64Array[] {
  const names = decodeClasses(labels, indices);
  return labels.classes.map((name) => Float64Array.from(names, (other) => (other === name ? 1 : 0)));
}

function whose(place: number, { sampleIds }: ClassLabelsOptions): string {
  return sampleIds?.[place] === undefined ? `number ${place + 1}` : `sample ${quoted(sampleIds[place])}`;
}

function requireTexts(asked: string, texts: readonly (string | null)[], options: ClassLabelsOptions): string[] {
  const missing = [...texts.keys()].filter((i) => texts[i] === null);
  if (missing.length === 0) return texts as string[];
  throw dataError(
    'TARGET_MISSING',
    `${asked}: ${counted(missing.length, 'sample')} of ${texts.length} without a class (first: ${whose(missing[0]!, options)}). ` +
      'Leave them out, or fill in the values.',
    { details: { count: missing.length } },
  );
}
