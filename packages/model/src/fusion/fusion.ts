// Builds the fusion that a configuration asks for. It computes nothing.
import type { ParameterScope } from '@seq/tensor';
import type { FusionConfig } from '../predictor-config.js';
import { AddFusion } from './add-fusion.js';
import { ConcatFusion } from './concat-fusion.js';
import { CrossAttentionFusion } from './cross-attention-fusion.js';
import type { FusionSizes } from './fusion-sizes.js';
import { GatedFusion } from './gated-fusion.js';
import { PerceiverFusion } from './perceiver-fusion.js';

/** A fusion with its kind, which says where in the target path it works. */
export type Fusion =
  | { readonly kind: 'concat'; readonly module: ConcatFusion }
  | { readonly kind: 'add'; readonly module: AddFusion }
  | { readonly kind: 'cross-attention'; readonly module: CrossAttentionFusion }
  | { readonly kind: 'gmu'; readonly module: GatedFusion }
  | { readonly kind: 'perceiver'; readonly module: PerceiverFusion };

/** Declares the parameters of a fusion; `scope` is that of the predictor itself. */
export function makeFusion(scope: ParameterScope, config: FusionConfig, sizes: FusionSizes): Fusion {
  switch (config.kind) {
    case 'concat':
      return { kind: 'concat', module: new ConcatFusion(scope, sizes) };
    case 'add':
      return { kind: 'add', module: new AddFusion(scope, sizes) };
    case 'cross-attention':
      return { kind: 'cross-attention', module: new CrossAttentionFusion(scope, { ...sizes, heads: config.heads }) };
    case 'gmu':
      return { kind: 'gmu', module: new GatedFusion(scope, sizes) };
    case 'perceiver':
      return { kind: 'perceiver', module: new PerceiverFusion(scope, { ...sizes, ...config }) };
  }
}
