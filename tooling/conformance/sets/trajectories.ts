// Vectors of short training runs on fixed batches.
import { unsupportedOptimiser } from '../model-cases/case-optimiser.js';
import { unsupportedReason } from '../model-cases/model-configuration.js';
import { runTrajectory, type TrajectoryVector } from '../model-cases/trajectory-case.js';
import type { VectorCase, VectorSet } from '../vector-set.js';
import { jsonVectors } from '../vectors.js';

async function* cases(directory: string): AsyncGenerator<VectorCase> {
  for (const vector of jsonVectors<TrajectoryVector>(directory)) {
    for (const dtype of ['float64', 'float32'] as const) {
      const name = `${vector.name}/${dtype}`;
      const unsupported = unsupportedReason(vector.content.config) ?? unsupportedOptimiser(vector.content.optimiser);
      if (unsupported !== undefined) yield { name, unsupported };
      else yield { name, run: (check) => runTrajectory(vector, check, dtype) };
    }
  }
}

export const vectorSet: VectorSet = { folder: '09_trajectories', cases };
