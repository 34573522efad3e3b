// Vectors of the base model.
import { modelCases } from '../model-cases/model-set.js';
import type { VectorSet } from '../vector-set.js';

export const vectorSet: VectorSet = { folder: '03_encoders', cases: modelCases };
