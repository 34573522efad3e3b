// What the fusions with categories cost. Formulas only.
import { schemaWidth } from '@seq/categorical';
import type { CategoriesConfig, PerceiverFusionConfig } from '../fusion-config.js';
import {
  attentionCost,
  elementwiseCost,
  linearCost,
  type ModuleCost,
  noCost,
  normCost,
  sumCosts,
  transformerCost,
} from './module-cost.js';

/** The cost of the fusion of one sample with a number of slots. */
export function fusionCost({ fusion, columns }: CategoriesConfig, width: number, slots: number): ModuleCost {
  const categoryWidth = schemaWidth(columns);
  const fromCategories = linearCost(1, categoryWidth, width);
  const queries = { sequences: 1, length: slots };
  switch (fusion.kind) {
    case 'none':
      return noCost;
    case 'concat':
      return sumCosts(elementwiseCost(slots, width + categoryWidth), linearCost(slots, width + categoryWidth, width));
    case 'add':
      return sumCosts(fromCategories, elementwiseCost(slots, width));
    case 'gmu': {
      const gate = sumCosts(elementwiseCost(1, width + categoryWidth), linearCost(1, width + categoryWidth, width));
      return sumCosts(fromCategories, gate, elementwiseCost(4, width));
    }
    case 'cross-attention': {
      const isCompat = fusion.keys === 'compat';
      const projections = columns.map(({ embeddingWidth }) => linearCost(1, embeddingWidth, width));
      const keys = { sequences: 1, length: isCompat ? 1 : columns.length };
      return sumCosts(
        ...(isCompat ? [fromCategories] : projections),
        attentionCost(queries, keys, width),
        elementwiseCost(slots, width),
        normCost(slots, width),
      );
    }
    case 'perceiver':
      return perceiverCost(fusion, sumCosts(fromCategories, linearCost(slots, width, width)), width, slots + 1);
  }
}

function perceiverCost(
  { latents, layers }: PerceiverFusionConfig,
  inputs: ModuleCost,
  width: number,
  keyRows: number,
): ModuleCost {
  const queries = { sequences: 1, length: latents };
  return sumCosts(
    { ...noCost, parameters: latents * width },
    inputs,
    elementwiseCost(keyRows, width),
    attentionCost(queries, { sequences: 1, length: keyRows }, width),
    elementwiseCost(latents, width),
    normCost(latents, width),
    transformerCost(queries, { width, feedForwardWidth: 4 * width, layers, hasClosingNorm: false }),
    elementwiseCost(1, width),
    linearCost(1, width, width),
  );
}
