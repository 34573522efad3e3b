// Vectors of layers alone: transformer stacks, attention, pooling, positions, elementwise functions.
import { type ElementwiseVector, elementwiseCases } from '../model-cases/elementwise-case.js';
import { type LayerVector, layerCase } from '../model-cases/layer-case.js';
import { precisions } from '../model-cases/precision.js';
import type { VectorCase, VectorSet } from '../vector-set.js';
import { jsonVectors } from '../vectors.js';

async function* cases(directory: string): AsyncGenerator<VectorCase> {
  for (const vector of jsonVectors<Partial<LayerVector & ElementwiseVector>>(directory)) {
    for (const { dtype } of precisions) {
      const name = `${vector.name}/${dtype}`;
      const content = vector.content;
      if (content.functions !== undefined) {
        yield { name, run: (check) => elementwiseCases(content as ElementwiseVector, check, dtype) };
      } else if (content.config !== undefined) {
        yield layerCase(name, content as LayerVector, vector.tensors(), dtype);
      } else {
        yield { name, unsupported: 'it has neither functions nor a configuration' };
      }
    }
  }
}

export const vectorSet: VectorSet = { folder: '01_primitives', cases };
