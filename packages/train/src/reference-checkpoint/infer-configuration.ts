// The configuration behind a state dict of the reference, read from the names and shapes of its weights.
import {
  type CategoriesConfigInput,
  type EncoderConfig,
  encoderConfig,
  type FusionConfig,
  type HeadConfig,
  type PredictorConfig,
  predictorConfig,
} from '@seq/model';
import { trainError } from '../errors.js';
import type { ReferenceHints } from './reference-notes.js';
import type { WeightShapes } from './weight-shapes.js';

/** Configuration of what a state dict holds. */
export type InferredConfiguration =
  | { readonly kind: 'encoder'; readonly model: EncoderConfig }
  | { readonly kind: 'predictor'; readonly model: PredictorConfig };

/** Rows of the table of slot positions beyond the limit of ASVs. */
const spareSlots = 5;

/**
 * Whether it is an encoder or a predictor, and of which form. Widths, depths, limits, heads of the base model, counts,
 * fusion and categories follow from the weights; what does not is among the hints.
 *
 * @throws SeqError `CHECKPOINT_MISMATCH` if these are no weights of the reference; `CONFIG_INVALID` if a hint
 * contradicts them.
 */
export function inferConfiguration(weights: WeightShapes, hints: ReferenceHints = {}): InferredConfiguration {
  if (weights.hasBelow('base_model.')) {
    return { kind: 'predictor', model: predictorOf(weights, hints) };
  }
  if (weights.hasBelow('sample_encoder.')) return { kind: 'encoder', model: encoderOf(weights, '', hints) };
  const message =
    `importReferenceCheckpoint: ${weights.source} has no weights of Attention All Microbes, whose names start with ` +
    '"sample_encoder." (encoder) or "base_model." (predictor).';
  throw trainError('CHECKPOINT_MISMATCH', message, { details: { names: weights.below('').slice(0, 10) } });
}

function encoderOf(weights: WeightShapes, prefix: string, hints: ReferenceHints): EncoderConfig {
  const sample = `${prefix}sample_encoder.`;
  const bases = `${sample}asv_encoder.`;
  const stack = (name: string): number => weights.count(`${prefix}${name}.encoder.layers.`);
  const isCombined = weights.has(`${prefix}uni_ff.weight`);
  const head = `${prefix}${isCombined ? 'tax_ff' : 'output_head'}.weight`;
  const outputWidth = weights.has(head) ? weights.size(head, 0) : 0;
  const byWidth = outputWidth === 0 ? 'unifrac' : outputWidth === 1 ? 'faith_pd' : 'taxonomy';
  return encoderConfig({
    embeddingWidth: weights.size(`${bases}token_embedding.weight`, 1),
    heads: hints.heads ?? 4,
    feedForwardWidth: weights.size(`${bases}transformer.encoder.layers.0.linear1.weight`, 0),
    layers: {
      asv: stack('sample_encoder.asv_encoder.transformer'),
      sample: stack('sample_encoder.sample_transformer'),
      encoder: stack('encoder_transformer'),
    },
    vocabularySize: weights.size(`${bases}token_embedding.weight`, 0),
    basesPerAsv: weights.size(`${bases}position_embedding.position_embedding.weight`, 0) - 1,
    maxAsvsPerSample: weights.size(`${sample}sample_position_embedding.position_embedding.weight`, 0) - spareSlots,
    slotPositions: 'compat',
    nucleotideHead: weights.has(`${bases}nucleotide_head.weight`),
    countEmbedding: weights.hasBelow(`${sample}count_film.`)
      ? 'film'
      : weights.hasBelow(`${sample}count_proj.`)
        ? 'concat'
        : weights.hasBelow(`${sample}count_embed.`)
          ? 'add'
          : 'none',
    encoderType: hints.encoderType ?? (isCombined ? 'combined' : byWidth),
    ...(outputWidth > 0 ? { baseOutputWidth: outputWidth } : {}),
  });
}

function predictorOf(weights: WeightShapes, hints: ReferenceHints): PredictorConfig {
  const { head, width } = headOf(weights);
  const quantileCount = hints.quantiles?.length ?? 0;
  return predictorConfig({
    base: encoderOf(weights, 'base_model.', hints),
    layers: {
      count: Math.max(1, weights.count('count_encoder.encoder.layers.')),
      target: weights.count('target_encoder.encoder.layers.'),
    },
    countHead: weights.has('count_head.weight'),
    targetNorm: weights.has('target_norm.weight'),
    head,
    outputWidth: quantileCount > 0 ? width / quantileCount : width,
    quantileCount,
    learnableScale: weights.has('output_scale'),
    outputActivation: hints.outputActivation ?? 'identity',
    categories: weights.hasBelow('categorical_embedder.') ? categoriesOf(weights, hints) : null,
  });
}

function headOf(weights: WeightShapes): { head: HeadConfig; width: number } {
  if (weights.has('target_head.weight')) {
    return { head: { kind: 'linear' }, width: weights.size('target_head.weight', 0) };
  }
  const isResidual = weights.has('target_head.skip.weight');
  const layers = isResidual ? 'target_head.mlp.' : 'target_head.';
  const numbers = weights.numbers(layers);
  const widths = numbers.map((number) => weights.size(`${layers}${number}.weight`, 0));
  // Linear and ReLU alternate; a dropout behind each ReLU makes it steps of three.
  const hasDropout = (numbers[1] ?? 0) - (numbers[0] ?? 0) === 3;
  return {
    head: {
      kind: isResidual ? 'residual' : 'mlp',
      hiddenWidths: widths.slice(0, -1),
      dropout: hasDropout ? 0.1 : 0,
    },
    width: widths.at(-1) ?? 0,
  };
}

function categoriesOf(weights: WeightShapes, hints: ReferenceHints): CategoriesConfigInput {
  const tables = 'categorical_embedder.embeddings.';
  const columns = weights.below(tables).map((rest) => {
    const name = rest.replace(/\.weight$/, '');
    return { name, cardinality: weights.size(tables + rest, 0), embeddingWidth: weights.size(tables + rest, 1) };
  });
  const width = columns.reduce((sum, { embeddingWidth }) => sum + embeddingWidth, 0);
  const scaled = weights.below('output_scales.').map((rest) => rest.replace(/\.weight$/, ''));
  return { columns, fusion: fusionOf(weights, width, hints), outputScaledBy: hints.outputScaledBy ?? scaled };
}

function fusionOf(weights: WeightShapes, categoriesWidth: number, hints: ReferenceHints): FusionConfig {
  const heads = hints.fusionHeads ?? 8;
  if (weights.hasBelow('gmu.')) return { kind: 'gmu' };
  if (weights.hasBelow('cross_attn_fusion.')) return { kind: 'cross-attention', heads, keys: 'compat' };
  if (!weights.hasBelow('perceiver_fusion.')) {
    return { kind: weights.size('categorical_projection.weight', 1) === categoriesWidth ? 'add' : 'concat' };
  }
  const layers = weights.count(perceiverLayers(weights));
  return { kind: 'perceiver', heads, latents: weights.size('perceiver_fusion.latents', 0), layers };
}

/** Where the numbers of the perceiver's own layers stand. */
function perceiverLayers(weights: WeightShapes): string {
  const numbered = weights.below('perceiver_fusion.').find((rest) => /\.\d+\./.test(rest)) ?? 'layers.0.';
  return `perceiver_fusion.${numbered.replace(/\d+\..*$/, '')}`;
}
