// Steps of augmentation by their names and numbers, as a researcher writes them in a call or a settings file. Knows no file.
import { dataError } from '../errors.js';
import { counted, quoted } from '../text/quoted.js';
import { type Augmentation, augment } from './augment.js';
import type { AugmentationStep } from './augmentation-step.js';
import { maskBases, substituteBases, truncateBases } from './change-bases.js';
import { dropAsvs } from './drop-asvs.js';
import { jitterAbundances } from './jitter-abundances.js';
import { cutCommunities, mixCommunities } from './mix-communities.js';
import { subsampleReads } from './subsample-reads.js';
import { type SwapRelativesOptions, swapRelatives } from './swap-relatives.js';

/** A named step as text, taken apart. */
export interface NamedStep {
  /** One of the names of {@link augmentationForms}. */
  readonly name: string;
  /** The numbers behind it, in their order. */
  readonly values: readonly number[];
}

/** How a named step is written. */
export interface AugmentationForm {
  /** Its name, then its numbers, those in brackets optional: `read-subsampling:<least share>[:<most share>]`. */
  readonly form: string;
  /** What it does, in a few words. */
  readonly summary: string;
}

/** Options of {@link parseAugmentation}. */
export interface ParseAugmentationOptions {
  /**
   * Near relatives of each feature within a distance on the tree, for `phylogenetic-swap`; see {@link SwapRelativesOptions}.
   * Default: none, so that this step is refused.
   */
  readonly relativesWithin?: ((distance: number) => SwapRelativesOptions['relatives']) | undefined;
}

interface Entry extends AugmentationForm {
  readonly least: number;
  readonly most: number;
  make(values: readonly number[], options: ParseAugmentationOptions): AugmentationStep;
}

const entries: Readonly<Record<string, Entry>> = {
  'read-subsampling': {
    form: 'read-subsampling:<least share>[:<most share>]',
    summary: 'keep a part of the reads, drawn without replacement',
    ...{ least: 1, most: 2 },
    make: ([minimumShare, maximumShare]) =>
      subsampleReads({ minimumShare: minimumShare!, ...(maximumShare === undefined ? {} : { maximumShare }) }),
  },
  'asv-dropout': {
    form: 'asv-dropout:<rate>',
    summary: 'leave ASVs out, each with this chance',
    ...{ least: 1, most: 1 },
    make: ([rate]) => dropAsvs({ rate: rate! }),
  },
  'abundance-jitter': {
    form: 'abundance-jitter[:<concentration>]',
    summary: 'draw all reads anew: multinomial, or Dirichlet-multinomial of this concentration',
    ...{ least: 0, most: 1 },
    make: ([concentration]) => jitterAbundances({ concentration }),
  },
  'phylogenetic-swap': {
    form: 'phylogenetic-swap:<rate>[:<distance>]',
    summary: 'give the reads of an ASV to a relative within this distance on the tree (default 0.05)',
    ...{ least: 1, most: 2 },
    make: ([rate, distance = 0.05], { relativesWithin }) => {
      if (relativesWithin !== undefined) return swapRelatives({ rate: rate!, relatives: relativesWithin(distance) });
      throw dataError(
        'OPTION_INVALID',
        'Augmentation phylogenetic-swap: relatives are found on the tree, and none is given. Give the tree.',
        { details: { option: 'relativesWithin' } },
      );
    },
  },
  mixup: {
    form: 'mixup[:<alpha>]',
    summary: 'pour two samples together, and mix their targets by the shares of the reads',
    ...{ least: 0, most: 1 },
    make: ([alpha]) => mixCommunities(alpha === undefined ? {} : { alpha }),
  },
  cutmix: {
    form: 'cutmix[:<alpha>]',
    summary: 'take each ASV from one of two samples, and mix their targets by the shares of the reads',
    ...{ least: 0, most: 1 },
    make: ([alpha]) => cutCommunities(alpha === undefined ? {} : { alpha }),
  },
  'base-substitution': {
    form: 'base-substitution:<rate>',
    summary: 'replace bases by others, each with this chance',
    ...{ least: 1, most: 1 },
    make: ([rate]) => substituteBases({ rate: rate! }),
  },
  'base-masking': {
    form: 'base-masking:<rate>',
    summary: 'make bases unknown (N), each with this chance',
    ...{ least: 1, most: 1 },
    make: ([rate]) => maskBases({ rate: rate! }),
  },
  truncation: {
    form: 'truncation:<bases>',
    summary: 'cut the end off, at least so many bases stay',
    ...{ least: 1, most: 1 },
    make: ([minimumBases]) => truncateBases({ minimumBases: minimumBases! }),
  },
};

/** Every step that has a name, with how it is written and what it does. */
export const augmentationForms: readonly AugmentationForm[] = Object.values(entries).map(({ form, summary }) => ({
  form,
  summary,
}));

/**
 * Takes one step apart: its name and the numbers behind it, all joined by colons, as `asv-dropout:0.1`.
 *
 * @throws SeqError `OPTION_INVALID` for an unknown name, what is no number, and too few or too many numbers.
 */
export function parseAugmentationStep(text: string): NamedStep {
  const [name = '', ...rest] = text.trim().split(':');
  const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (entry === undefined) {
    throw invalid(text, `there is no step ${quoted(name)}`, `Give one of ${Object.keys(entries).join(', ')}`);
  }
  const values = rest.map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const strange = values.findIndex((value) => !Number.isFinite(value));
  if (strange >= 0) throw invalid(text, `${quoted(rest[strange]!)} is no number`, `Write it as ${entry.form}`);
  if (values.length < entry.least || values.length > entry.most) {
    throw invalid(text, `it has ${counted(values.length, 'number')}`, `Write it as ${entry.form}`);
  }
  return { name, values };
}

/**
 * Steps of augmentation from their names, applied from first to last; {@link augmentationForms} lists them.
 *
 * @param texts - as {@link parseAugmentationStep} takes them.
 * @throws SeqError `OPTION_INVALID` naming the step, for what `parseAugmentationStep` refuses, a number outside its range, and
 *   `phylogenetic-swap` without relatives.
 *
 * @example
 * const augmentation = parseAugmentation(['read-subsampling:0.5', 'asv-dropout:0.1', 'mixup']);
 */
export function parseAugmentation(texts: readonly string[], options: ParseAugmentationOptions = {}): Augmentation {
  return augment(
    texts.map((text) => {
      const { name, values } = parseAugmentationStep(text);
      return entries[name]!.make(values, options);
    }),
  );
}

function invalid(text: string, found: string, remedy: string): Error {
  return dataError('OPTION_INVALID', `Augmentation ${quoted(text)}: ${found}. ${remedy}.`, {
    details: { option: 'augmentation', value: text },
  });
}
