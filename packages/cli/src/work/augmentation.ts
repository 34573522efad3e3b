// How training samples are changed: the steps that the settings name, with relatives from the tree.
import { type Augmentation, type AugmentationStep, parseAugmentation } from '@seq/data';
import { nearRelatives, type Phylogeny } from '@seq/unifrac';
import { UsageError } from '../failure.js';
import type { SettingsReader } from '../settings-reader.js';

/** Steps by the settings alone: good for checking them, and for running where none needs relatives. */
function namedSteps(settings: SettingsReader): readonly AugmentationStep[] {
  try {
    return parseAugmentation(settings.textsOrUnset('augment') ?? [], { relativesWithin: () => [] }).steps;
  } catch (cause) {
    throw new UsageError(`--augment: ${(cause as Error).message}`);
  }
}

/**
 * Refuses steps that cannot be run with the other settings, before anything is read.
 *
 * @param isFrozen - whether each ASV is read once.
 */
export function checkAugmentation(
  settings: SettingsReader,
  { isFrozen = false }: { readonly isFrozen?: boolean } = {},
): void {
  const steps = namedSteps(settings);
  const refuse = (what: string, remedy: string): never => {
    throw new UsageError(`--augment: ${what}. ${remedy}.`);
  };
  if (steps.some(({ name }) => name === 'swapRelatives') && settings.textOrUnset('tree') === undefined) {
    refuse('phylogenetic-swap finds relatives on the tree', 'Give --tree, or leave the step out');
  }
  if (isFrozen && steps.some(({ acts }) => acts === 'sequence')) {
    refuse(
      'base-substitution, base-masking and truncation change bases that a frozen level reads once',
      'Drop --freeze or the step',
    );
  }
  const changesSamples = steps.some(({ acts }) => acts === 'community');
  if (changesSamples && settings.textsOrUnset('unifrac-matrix') !== undefined) {
    refuse(
      'the distances of --unifrac-matrix are those of the samples as they are',
      'Let them be computed by --unifrac-metric, or leave out the steps that change samples',
    );
  }
}

/** What the settings name; undefined for nothing. */
export function runAugmentation(
  settings: SettingsReader,
  { tree, featureIds }: { readonly tree: Phylogeny | undefined; readonly featureIds: readonly string[] },
): Augmentation | undefined {
  const texts = settings.textsOrUnset('augment');
  if (texts === undefined) return undefined;
  return parseAugmentation(texts, {
    relativesWithin: tree && ((distance) => nearRelatives(tree, featureIds, { distance })),
  });
}
