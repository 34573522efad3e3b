// Declares the parameters of multi-head attention. It computes nothing.
import type { ParameterScope, Tensor } from '@seq/tensor';
import { constantValues, defaultLinearValues, xavierValues } from './initial-values.js';

/**
 * `in_proj_weight` [3D, D] (rows of query, key, value), `in_proj_bias` [3D], `out_proj.weight` [D, D], `out_proj.bias`
 * [D]. The packed input projection is Xavier-uniform as a whole; both biases are zero.
 */
export function multiHeadAttentionParameters(
  scope: ParameterScope,
  width: number,
): [inWeight: Tensor, inBias: Tensor, outWeight: Tensor, outBias: Tensor] {
  const out = scope.child('out_proj');
  return [
    scope.parameter('in_proj_weight', [3 * width, width], xavierValues(width, 3 * width)),
    scope.parameter('in_proj_bias', [3 * width], constantValues(0)),
    out.parameter('weight', [width, width], defaultLinearValues(width)),
    out.parameter('bias', [width], constantValues(0)),
  ];
}
