// Vectors of the predictor with every fusion, head and loss.
import { modelCases } from '../model-cases/model-set.js';
import type { VectorSet } from '../vector-set.js';

export const vectorSet: VectorSet = { folder: '04_predictors', cases: modelCases };
