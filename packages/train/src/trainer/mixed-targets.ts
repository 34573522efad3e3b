// Augmentation in a run: targets that are mixed with their samples, and what cannot be augmented. It mixes nothing itself.
import { type SampleDataset, withSampleColumns } from '@seq/data';
import { trainError } from '../errors.js';
import type { SampleTarget } from '../targets/sample-target.js';
import type { TrainingObjective } from './objective.js';

/**
 * Training samples with what is learned of them as columns, where augmentation mixes samples: batches then hold targets that
 * are mixed as their reads are. Without such a step, the samples as they are.
 *
 * @throws SeqError `TRAINING_OPTIONS` for bases that change where embeddings of ASVs are computed once.
 */
export function augmentedTraining<Dataset extends SampleDataset>(
  dataset: Dataset,
  objective: TrainingObjective,
): Dataset {
  const steps = dataset.augmentation?.steps ?? [];
  const ofBases = steps.find(({ acts }) => acts === 'sequence');
  if (ofBases !== undefined && objective.hasFixedAsvs) {
    throw trainError(
      'TRAINING_OPTIONS',
      `Trainer: the step ${ofBases.name} changes bases, and the level that reads them is frozen, so that each ASV is read once; ` +
        'drop one of both.',
    );
  }
  const isMixing = steps.some((step) => step.acts === 'community' && step.mixesSamples);
  const targets = isMixing ? objective.learnedTargets?.(dataset.sampleIds) : undefined;
  return targets === undefined ? dataset : withSampleColumns(dataset, { targets });
}

/**
 * The part of each target in the targets of a batch, [B, width], by the name of its output.
 *
 * @param targets - of the batch, [B, sum of all widths].
 * @throws SeqError `TRAINING_DATA` for another number of targets.
 */
export function mixedTargets(
  targets: Float32Array,
  outputs: ReadonlyMap<string, SampleTarget>,
  sampleCount: number,
): ReadonlyMap<string, Float64Array> {
  const width = [...outputs.values()].reduce((sum, target) => sum + target.width, 0);
  if (targets.length !== sampleCount * width) {
    throw trainError(
      'TRAINING_DATA',
      `Trainer: the batch has ${targets.length / sampleCount} targets per sample, the objective learns ${width}; ` +
        'leave the targets of the data set out.',
    );
  }
  let start = 0;
  return new Map(
    [...outputs].map(([name, { width: own }]) => {
      const first = start;
      start += own;
      const part = Float64Array.from({ length: sampleCount * own }, (_, i) => {
        const sample = Math.floor(i / own);
        return targets[sample * width + first + (i - sample * own)]!;
      });
      return [name, part];
    }),
  );
}
