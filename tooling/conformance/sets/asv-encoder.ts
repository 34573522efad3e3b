// Vectors of the nucleotide level alone.
import { modelCases } from '../model-cases/model-set.js';
import type { VectorSet } from '../vector-set.js';

export const vectorSet: VectorSet = { folder: '02_asv_encoder', cases: modelCases };
