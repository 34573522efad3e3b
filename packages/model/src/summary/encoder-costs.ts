// The parts of the base model and what they cost. Formulas only; it builds no model.
import type { EncoderConfig } from '../encoder-config.js';
import { EXTRA_SLOT_POSITIONS } from '../sample-encoder.js';
import type { NamedCost, TypicalSample } from './model-summary.js';
import {
  elementwiseCost,
  linearCost,
  type ModuleCost,
  noCost,
  poolingCost,
  type Rows,
  sumCosts,
  tableCost,
  transformerCost,
} from './module-cost.js';

/** The cost of a stack of the model over some rows. */
export function stackCost(config: EncoderConfig, layers: number, rows: Rows): ModuleCost {
  const { embeddingWidth: width, feedForwardWidth, normPlacement } = config;
  return transformerCost(rows, { width, feedForwardWidth, layers, hasClosingNorm: normPlacement === 'pre' });
}

/** The slots of a sample as one sequence. */
export function slotsOf({ asvsPerSample }: TypicalSample): Rows {
  return { sequences: 1, length: asvsPerSample };
}

/** Every part of an encoder in the order of a forward pass, under names without a prefix. */
export function encoderCosts(config: EncoderConfig, sample: TypicalSample): readonly NamedCost[] {
  const { embeddingWidth: width, layers, vocabularySize, basesPerAsv } = config;
  const reads = { sequences: sample.encodedAsvs, length: sample.basesPerAsv + 1 };
  const tokens = reads.sequences * reads.length;
  const slots = slotsOf(sample);
  const asv = 'sample_encoder.asv_encoder';
  return [
    {
      name: 'bases: embeddings',
      prefixes: [`${asv}.token_embedding.`, `${asv}.position_embedding.`],
      cost: tableCost(vocabularySize + basesPerAsv + 1, width, tokens * width),
    },
    { name: 'bases: transformer', prefixes: [`${asv}.transformer.`], cost: stackCost(config, layers.asv, reads) },
    { name: 'bases: pooling', prefixes: [`${asv}.attention_pooling.`], cost: poolingCost(reads, width) },
    {
      name: 'bases: guesses',
      prefixes: [`${asv}.nucleotide_head.`],
      cost: config.nucleotideHead ? linearCost(tokens, width, vocabularySize) : noCost,
      isLazy: true,
    },
    {
      name: 'ASVs: read counts and places',
      prefixes: ['sample_encoder.count_', 'sample_encoder.sample_position_embedding.'],
      cost: sumCosts(elementwiseCost(slots.length, width), countsCost(config, slots.length), placesCost(config, slots)),
    },
    {
      name: 'ASVs: transformer',
      prefixes: ['sample_encoder.sample_transformer.'],
      cost: stackCost(config, layers.sample, slots),
    },
    {
      name: 'sample: transformer',
      prefixes: ['encoder_transformer.'],
      cost: stackCost(config, layers.encoder, slots),
      isLazy: true,
    },
    { name: 'sample: pooling', prefixes: ['attention_pooling.'], cost: poolingCost(slots, width), isLazy: true },
    {
      name: 'sample: base heads',
      prefixes: ['output_head.', 'uni_ff.', 'faith_ff.', 'tax_ff.'],
      cost: baseHeadsCost(config),
      isLazy: true,
    },
  ];
}

function placesCost(config: EncoderConfig, { length }: Rows): ModuleCost {
  if (config.slotPositions === 'none') return noCost;
  const { embeddingWidth: width, maxAsvsPerSample } = config;
  return tableCost(maxAsvsPerSample + EXTRA_SLOT_POSITIONS, width, 2 * length * width);
}

function countsCost({ countEmbedding, embeddingWidth: width }: EncoderConfig, slots: number): ModuleCost {
  switch (countEmbedding) {
    case 'none':
      return noCost;
    case 'add':
      return sumCosts(linearCost(slots, 1, width), elementwiseCost(slots, width));
    case 'concat':
      return sumCosts(
        linearCost(slots, 1, width),
        elementwiseCost(slots, 2 * width),
        linearCost(slots, 2 * width, width),
      );
    case 'film':
      return sumCosts(linearCost(slots, 1, 2 * width), elementwiseCost(slots, 5 * width));
  }
}

function baseHeadsCost({ encoderType, embeddingWidth: width, baseOutputWidth }: EncoderConfig): ModuleCost {
  switch (encoderType) {
    case 'unifrac':
    case 'weighted':
      return noCost;
    case 'faith_pd':
    case 'taxonomy':
      return linearCost(1, width, baseOutputWidth);
    case 'combined': {
      const bounded = sumCosts(linearCost(1, width, 2), elementwiseCost(1, 2));
      return sumCosts(bounded, linearCost(1, width, 1), linearCost(1, width, baseOutputWidth));
    }
  }
}
