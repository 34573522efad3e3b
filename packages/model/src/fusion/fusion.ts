// Builds the fusion that a configuration asks for. It computes nothing.
import type { ParameterScope } from '@seq/tensor';
import type { FusionConfig } from '../fusion-config.js';
import { AddFusion } from './add-fusion.js';
import { ColumnAttentionFusion } from './column-attention-fusion.js';
import { ConcatFusion } from './concat-fusion.js';
import { CrossAttentionFusion } from './cross-attention-fusion.js';
import type { FusionSizes } from './fusion-sizes.js';
import { GatedFusion } from './gated-fusion.js';
import { PerceiverFusion } from './perceiver-fusion.js';

/** A fusion with its kind, which says where in the target path it works. */
export type Fusion =
  | FusionOf<'concat', ConcatFusion>
  | FusionOf<'add', AddFusion>
  | FusionOf<'cross-attention', ColumnAttentionFusion | CrossAttentionFusion>
  | FusionOf<'gmu', GatedFusion>
  | FusionOf<'perceiver', PerceiverFusion>;

/** One kind of {@link Fusion}. */
export interface FusionOf<Kind extends FusionConfig['kind'], Module> {
  /** Name in the configuration. */
  readonly kind: Kind;
  /** What computes it. */
  readonly module: Module;
}

/** Declares the parameters of a fusion, if it is one; `scope` is that of the predictor itself. */
export function makeFusion(scope: ParameterScope, config: FusionConfig, sizes: FusionSizes): Fusion | undefined {
  switch (config.kind) {
    case 'none':
      return undefined;
    case 'concat':
      return { kind: 'concat', module: new ConcatFusion(scope, sizes) };
    case 'add':
      return { kind: 'add', module: new AddFusion(scope, sizes) };
    case 'cross-attention': {
      const Module = config.keys === 'compat' ? CrossAttentionFusion : ColumnAttentionFusion;
      return { kind: 'cross-attention', module: new Module(scope, { ...sizes, heads: config.heads }) };
    }
    case 'gmu':
      return { kind: 'gmu', module: new GatedFusion(scope, sizes) };
    case 'perceiver':
      return { kind: 'perceiver', module: new PerceiverFusion(scope, { ...sizes, ...config }) };
  }
}
