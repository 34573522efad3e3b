// The module behind a model vector, with one way to run it whatever its kind.
import {
  AsvEncoder,
  type AsvEncoderOptions,
  type AttentionWeights,
  type CommunityInput,
  type EncoderOutput,
  encoderConfig,
  SampleEncoder,
  SequenceEncoder,
  SequencePredictor,
} from '@seq/model';
import type { ParameterScope, ParameterStore, Tensor } from '@seq/tensor';
import { encoderInput, isMasked, predictorInput, type VectorConfig } from './model-configuration.js';
import type { RaggedBatch } from './padded-batch.js';

/** Outputs by the vectors' names, in ragged form. */
export type CaseOutputs = Readonly<Partial<Record<string, Tensor>>>;

/** Attention weights by the vectors' names, per sample [H, queries, keys]. */
export type CaseWeights = Readonly<Record<string, AttentionWeights>>;

/** Indices by column, if the case gives any. */
export type Categories = CommunityInput['categories'];

/** A built module that can be run on a batch. */
export interface CaseModel {
  readonly run: (batch: RaggedBatch, categories: Categories) => CaseOutputs;
  /** Attention weights of the fusion. */
  readonly attentionWeights?: (outputs: CaseOutputs, batch: RaggedBatch, categories: Categories) => CaseWeights;
  /** Bias of the norm that an empty slot's embedding consists of in the padded form. */
  readonly emptySlotEmbedding?: Tensor;
}

/** Builds the module that a configuration describes. */
export function caseModel(store: ParameterStore, config: VectorConfig): CaseModel {
  const scope = store.scope();
  switch (config.model) {
    case 'asv_encoder':
      return asvEncoderModel(scope, config);
    case 'sample_encoder':
      return sampleEncoderModel(scope, config);
    case 'encoder':
      return encoderModel(scope, config);
    case 'predictor':
      return predictorModel(scope, config);
  }
}

function wanted(config: VectorConfig, { maskedPositions }: RaggedBatch) {
  const nucleotides = config.request_nucleotides ?? config.nucleotide_head ?? false;
  return { nucleotides, ...(isMasked(config) && maskedPositions !== undefined ? { maskedPositions } : {}) };
}

function named(outputs: Readonly<Record<string, Tensor | undefined>>): CaseOutputs {
  return Object.fromEntries(Object.entries(outputs).filter(([, output]) => output !== undefined));
}

function asvEncoderOptions(config: VectorConfig): Omit<AsvEncoderOptions, 'layers'> {
  const base = encoderConfig(encoderInput(config));
  return { ...base, width: base.embeddingWidth };
}

function asvEncoderModel(scope: ParameterScope, config: VectorConfig): CaseModel {
  const encoder = new AsvEncoder(scope, { ...asvEncoderOptions(config), layers: config.layers.asv! });
  return {
    emptySlotEmbedding: encoder.pooling.norm.bias,
    run: (batch) => {
      const { embeddings, nucleotideLogits } = encoder.forward(batch.input, wanted(config, batch));
      return named({ embeddings, nuc_predictions: nucleotideLogits });
    },
  };
}

function sampleEncoderModel(scope: ParameterScope, config: VectorConfig): CaseModel {
  const base = encoderConfig(encoderInput(config));
  const encoder = new SampleEncoder(scope, { ...base, width: base.embeddingWidth });
  return {
    run: (batch) => {
      const output = encoder.forward(batch.input, wanted(config, batch));
      return named({ sample_embeddings: output.asvEmbeddings, nuc_predictions: output.nucleotideLogits });
    },
  };
}

function encoderModel(scope: ParameterScope, config: VectorConfig): CaseModel {
  const encoder = new SequenceEncoder(scope, encoderInput(config));
  return {
    run: (batch) => {
      const output = encoder.forward(batch.input, wanted(config, batch));
      return named({
        embeddings: output.embeddings,
        sample_embeddings: output.asvEmbeddings,
        base_prediction: output.basePrediction,
        ...combinedOutputs(config, output),
        nuc_predictions: output.nucleotideLogits,
      });
    },
  };
}

/** The heads of an encoder of type combined under the reference's names. */
function combinedOutputs({ encoder_type: type }: VectorConfig, { baseOutputs }: EncoderOutput): CaseOutputs {
  if (type !== 'combined') return {};
  const { unifrac, faith_pd, taxonomy } = baseOutputs;
  return named({ unifrac_pred: unifrac, faith_pred: faith_pd, tax_pred: taxonomy });
}

function predictorModel(scope: ParameterScope, config: VectorConfig): CaseModel {
  const predictor = new SequencePredictor(scope, predictorInput(config));
  return {
    attentionWeights: (outputs, batch, categories) => attentionWeights(predictor, outputs, batch, categories),
    run: (batch, categories) => {
      const withoutCategories = config.pass_ids === false;
      const input = categories === undefined ? batch.input : { ...batch.input, categories };
      const options = { ...wanted(config, batch), withoutCategories, paddedSlots: batch.paddedSlots };
      const output = predictor.forward(input, options);
      return named({
        target_prediction: output.targetPrediction,
        count_prediction: output.countPrediction,
        gmu_gate: output.gate,
        embeddings: output.embeddings,
        sample_embeddings: output.asvEmbeddings,
        // The reference gives a predictor's base prediction, and with it the base loss, only along with nucleotides.
        base_prediction: config.request_nucleotides === false ? undefined : output.basePrediction,
        ...(config.request_nucleotides === false ? {} : combinedOutputs(config, output)),
        nuc_predictions: output.nucleotideLogits,
      });
    },
  };
}

function attentionWeights(
  { fusion, embedder }: SequencePredictor,
  outputs: CaseOutputs,
  { input, paddedSlots }: RaggedBatch,
  categories: Categories,
): CaseWeights {
  if (fusion === undefined || embedder === undefined || categories === undefined) return {};
  const slots = { offsets: input.slotOffsets };
  const embedded = embedder.forward(categories, { sampleCount: input.sampleIds.length });
  const slotVectors = outputs.sample_embeddings!;
  switch (fusion.kind) {
    case 'cross-attention':
      return { cross_attn_weights: fusion.module.attentionWeights(slotVectors, embedded, slots) };
    case 'perceiver':
      return { perceiver_attn_weights: fusion.module.attentionWeights(slotVectors, embedded, slots, paddedSlots) };
    default:
      return {};
  }
}
