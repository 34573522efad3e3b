// How many numbers a configuration learns, without building it.
import { schemaWidth } from '@seq/categorical';
import type { EncoderConfig } from './encoder-config.js';
import type { CategoriesConfig, PredictorConfig } from './predictor-config.js';
import { EXTRA_SLOT_POSITIONS } from './sample-encoder.js';

/** Number of parameters of a model of this configuration; equal to that of the reference's model. */
export function parameterCount(config: EncoderConfig | PredictorConfig): number {
  return 'base' in config ? predictorCount(config) : encoderCount(config);
}

const linear = (inputs: number, outputs: number): number => (inputs + 1) * outputs;
const pooling = (width: number): number => 3 * width;
const attention = (width: number): number => linear(width, 3 * width) + linear(width, width);

function layer(width: number, feedForwardWidth: number): number {
  return attention(width) + linear(width, feedForwardWidth) + linear(feedForwardWidth, width) + 4 * width;
}

function stack({ embeddingWidth, feedForwardWidth }: EncoderConfig, layers: number): number {
  return layers * layer(embeddingWidth, feedForwardWidth) + 2 * embeddingWidth;
}

function encoderCount(config: EncoderConfig): number {
  const { embeddingWidth: width, vocabularySize, layers } = config;
  const tables = (vocabularySize + config.basesPerAsv + 1) * width;
  const nucleotideHead = config.nucleotideHead ? linear(width, vocabularySize) : 0;
  const asv = tables + stack(config, layers.asv) + pooling(width) + nucleotideHead;
  const places = config.slotPositions === 'learned' ? (config.maxAsvsPerSample + EXTRA_SLOT_POSITIONS) * width : 0;
  const counts = { none: 0, add: 2 * width, film: 4 * width, concat: 2 * width + linear(2 * width, width) };
  const sample = places + counts[config.countEmbedding] + stack(config, layers.sample);
  const baseHead = config.encoderType === 'unifrac' ? 0 : linear(width, config.baseOutputWidth);
  return asv + sample + stack(config, layers.encoder) + pooling(width) + baseHead;
}

function predictorCount(config: PredictorConfig): number {
  const { base, layers, outputWidth, categories } = config;
  const width = base.embeddingWidth;
  const count = config.countHead ? stack(base, layers.count) + linear(width, 1) : 0;
  const target = stack(base, layers.target) + pooling(width) + (config.targetNorm ? 2 * width : 0);
  const scale = config.learnableScale ? 2 * outputWidth : 0;
  const conditioning = categories === null ? 0 : categoriesCount(categories, width, outputWidth);
  return encoderCount(base) + count + target + headCount(config) + scale + conditioning;
}

function headCount({ base, head, outputWidth, quantileCount }: PredictorConfig): number {
  const inputs = base.embeddingWidth;
  const outputs = outputWidth * Math.max(quantileCount, 1);
  if (head.kind === 'linear') return linear(inputs, outputs);
  const widths = [inputs, ...head.hiddenWidths, outputs];
  const mlp = widths.slice(1).reduce((sum, width, i) => sum + linear(widths[i]!, width), 0);
  return mlp + (head.kind === 'residual' ? linear(inputs, outputs) : 0);
}

function categoriesCount(
  { columns, fusion, outputScaledBy }: CategoriesConfig,
  width: number,
  outputs: number,
): number {
  const tables = columns.reduce((sum, { cardinality, embeddingWidth }) => sum + cardinality * embeddingWidth, 0);
  const scaled = columns.filter(({ name }) => outputScaledBy.includes(name));
  const scales = scaled.reduce((sum, { cardinality }) => sum + 2 * cardinality * outputs, 0);
  return tables + scales + fusionCount(fusion, width, schemaWidth(columns));
}

function fusionCount(fusion: CategoriesConfig['fusion'], width: number, categoryWidth: number): number {
  const fromCategories = linear(categoryWidth, width);
  switch (fusion.kind) {
    case 'concat':
      return linear(width + categoryWidth, width);
    case 'add':
      return fromCategories;
    case 'gmu':
      return fromCategories + linear(width + categoryWidth, width);
    case 'cross-attention':
      return fromCategories + attention(width) + 2 * width;
    case 'perceiver': {
      const latents = fusion.latents * width + fusion.layers * layer(width, 4 * width);
      return latents + fromCategories + 2 * linear(width, width) + attention(width) + 2 * width;
    }
  }
}
