// The parts that a predictor adds to its base model and what they cost. Formulas only; it builds no model.
import { schemaWidth, tableName } from '@seq/categorical';
import type { CategoriesConfig } from '../fusion-config.js';
import type { OutputConfig } from '../output-config.js';
import type { PredictorConfig } from '../predictor-config.js';
import { encoderCosts, slotsOf, stackCost } from './encoder-costs.js';
import { fusionCost } from './fusion-costs.js';
import type { NamedCost, TypicalSample } from './model-summary.js';
import {
  atRest,
  elementwiseCost,
  linearCost,
  type ModuleCost,
  noCost,
  normCost,
  poolingCost,
  sumCosts,
  tableCost,
} from './module-cost.js';

/** Every part of a predictor in the order of a forward pass with categories. */
export function predictorCosts(config: PredictorConfig, sample: TypicalSample): readonly NamedCost[] {
  const { base, layers, categories, targetNorm, moreTargets, countHead } = config;
  const width = base.embeddingWidth;
  const slots = slotsOf(sample);
  const isReplaced = categories?.fusion.kind === 'perceiver';
  const running = (cost: ModuleCost): ModuleCost => (isReplaced ? atRest(cost) : cost);
  const count = sumCosts(
    stackCost(base, layers.count, slots),
    linearCost(slots.length, width, 1),
    elementwiseCost(slots.length, 1),
  );
  return [
    ...encoderCosts(base, sample).map((part) => ({
      ...part,
      name: part.name,
      prefixes: part.prefixes.map((prefix) => `base_model.${prefix}`),
    })),
    {
      name: 'read counts',
      prefixes: ['count_encoder.', 'count_head.'],
      cost: countHead ? count : noCost,
      isLazy: true,
    },
    { name: 'categories', prefixes: ['categorical_embedder.'], cost: embedderCost(categories) },
    {
      name: 'fusion',
      prefixes: ['categorical_projection.', 'gmu.', 'cross_attn_fusion.', 'perceiver_fusion.'],
      cost: categories === null ? noCost : fusionCost(categories, width, slots.length),
    },
    {
      name: 'target: transformer',
      prefixes: ['target_encoder.'],
      cost: running(stackCost(base, layers.target, slots)),
    },
    {
      name: 'target: pooling',
      prefixes: ['target_pooling.', 'target_norm.'],
      cost: sumCosts(running(poolingCost(slots, width)), targetNorm ? normCost(1, width) : noCost),
    },
    {
      name: 'target: head',
      prefixes: ['target_head.', 'output_'],
      cost: outputCost(config, width, cardinalities(categories, categories?.outputScaledBy ?? [])),
    },
    {
      name: 'target: single ASVs',
      prefixes: ['asv_weights.'],
      cost: asvWeightsCost(config, config, slots.length),
    },
    ...moreTargets.map((output) => ({
      name: `target ${JSON.stringify(output.name)}: head`,
      prefixes: [`more_targets.${tableName(output.name)}.`],
      cost: sumCosts(
        outputCost(output, width, cardinalities(categories, output.scaledBy)),
        asvWeightsCost(config, output, slots.length),
      ),
    })),
  ];
}

function cardinalities(categories: CategoriesConfig | null, names: readonly string[]): readonly number[] {
  const columns = categories?.columns ?? [];
  return names.map((name) => columns.find((column) => column.name === name)!.cardinality);
}

function embedderCost(categories: CategoriesConfig | null): ModuleCost {
  if (categories === null || categories.fusion.kind === 'none') return noCost;
  const { columns } = categories;
  const parameters = columns.reduce((sum, { cardinality, embeddingWidth }) => sum + cardinality * embeddingWidth, 0);
  const inherited = columns.reduce((sum, column) => sum + (column.parent === undefined ? 0 : column.embeddingWidth), 0);
  const joined = columns.length > 1 ? schemaWidth(columns) : 0;
  return { ...noCost, parameters, activations: schemaWidth(columns) + inherited + joined };
}

function headCost({ head, outputWidth, quantileCount }: OutputConfig, inputs: number): ModuleCost {
  const outputs = outputWidth * Math.max(quantileCount, 1);
  if (head.kind === 'linear') return linearCost(1, inputs, outputs);
  const widths = [inputs, ...head.hiddenWidths, outputs];
  const layers = widths.slice(1).map((width, i) => linearCost(1, widths[i]!, width));
  const between = head.hiddenWidths.map((width) => elementwiseCost(1, width));
  const skip = head.kind === 'residual' ? [linearCost(1, inputs, outputs), elementwiseCost(1, outputs)] : [];
  return sumCosts(...layers, ...between, ...skip);
}

/** At most: a slot whose ASV is not known costs nothing. */
function asvWeightsCost(
  { knownAsvs }: PredictorConfig,
  { outputWidth, quantileCount }: OutputConfig,
  slots: number,
): ModuleCost {
  if (knownAsvs.length === 0) return noCost;
  const outputs = outputWidth * Math.max(quantileCount, 1);
  return tableCost(knownAsvs.length, outputs, 2 * (slots + 1) * outputs);
}

function outputCost(output: OutputConfig, inputs: number, scaledBy: readonly number[]): ModuleCost {
  const { outputWidth, quantileCount, nonCrossingQuantiles, learnableScale, outputActivation } = output;
  const head = headCost(output, inputs);
  if (quantileCount > 0) {
    const numbers = outputWidth * quantileCount;
    const sums = { ...noCost, flops: 2 * numbers * quantileCount, activations: numbers };
    return nonCrossingQuantiles ? sumCosts(head, sums, elementwiseCost(2, numbers)) : head;
  }
  const scaled = (parameters: number): ModuleCost => ({ ...elementwiseCost(2, outputWidth), parameters });
  return sumCosts(
    head,
    ...scaledBy.map((cardinality) => scaled(2 * cardinality * outputWidth)),
    learnableScale ? scaled(2 * outputWidth) : noCost,
    outputActivation === 'identity' ? noCost : elementwiseCost(1, outputWidth),
  );
}
