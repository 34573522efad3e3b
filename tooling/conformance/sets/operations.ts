// Vectors of single operations: outputs and gradients beside PyTorch.
import { type OperationVector, runOperationCase } from '../operation-cases/operation-case.js';
import type { VectorCase, VectorSet } from '../vector-set.js';
import { jsonVectors } from '../vectors.js';

async function* cases(directory: string): AsyncGenerator<VectorCase> {
  for (const { name, content } of jsonVectors<OperationVector>(directory)) {
    for (const given of content.cases) {
      for (const dtype of ['float64', 'float32'] as const) {
        yield {
          name: `${name}/${given.name}/${dtype}`,
          run: (check) => runOperationCase(content.operation, given, check, dtype),
        };
      }
    }
  }
}

export const vectorSet: VectorSet = { folder: '12_operations', cases };
