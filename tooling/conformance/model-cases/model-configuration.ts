// From the configuration keys of the vectors to configurations of @seq/model.
import type {
  CategoriesConfigInput,
  EncoderConfigInput,
  EncoderType,
  FusionConfig,
  HeadConfig,
  PredictorConfigInput,
} from '@seq/model';

/** Configuration keys of the vectors; see the README beside them. */
export interface VectorConfig {
  readonly model: 'asv_encoder' | 'sample_encoder' | 'encoder' | 'predictor';
  readonly mode?: 'eval' | 'train';
  readonly encoder_type: EncoderType;
  readonly vocab: number;
  readonly embedding_dim: number;
  readonly heads: number;
  readonly ffn: number;
  readonly activation: 'gelu' | 'relu';
  readonly layers: { readonly [stack: string]: number };
  readonly max_bp: number;
  readonly token_limit?: number;
  readonly nucleotide_head?: boolean;
  readonly masking?: boolean;
  readonly request_nucleotides?: boolean;
  readonly count_embedding?: 'add' | 'concat' | 'film';
  readonly base_output_dim?: number;
  readonly count_head?: boolean;
  readonly target_norm?: boolean;
  readonly fusion?: 'concat' | 'add' | 'gmu' | 'cross-attention' | 'perceiver' | null;
  readonly fusion_heads?: number;
  readonly perceiver_latents?: number;
  readonly perceiver_layers?: number;
  readonly head?: { readonly type: string; readonly hidden?: readonly number[]; readonly dropout_slots?: boolean };
  readonly out_dim?: number;
  readonly output?: 'bounded' | 'relu' | 'softplus' | 'exp' | 'none';
  readonly classifier?: boolean;
  readonly quantile_head?: boolean;
  readonly learnable_scale?: boolean;
  readonly conditional_scaling?: readonly string[];
  readonly categorical?: {
    readonly cardinalities: Readonly<Record<string, number>>;
    readonly embed_dim: number | Readonly<Record<string, number>>;
  };
  readonly pass_ids?: boolean;
  readonly drop_column?: string;
  readonly freeze_base?: boolean;
  readonly loss?: VectorLoss;
}

/** How the vectors combine losses. */
export interface VectorLoss {
  readonly target?: 'mse' | 'mae' | 'huber' | 'quantile' | 'asymmetric';
  readonly penalties?: Readonly<Partial<Record<'target' | 'count' | 'unifrac' | 'nucleotide', number>>>;
  readonly use_sample_weights?: boolean;
  readonly quantiles?: readonly number[];
  readonly over?: number;
  readonly under?: number;
  readonly class_weights?: readonly number[];
}

const KNOWN = new Set(
  (
    'model mode encoder_type vocab embedding_dim heads ffn activation layers max_bp token_limit nucleotide_head masking ' +
    'request_nucleotides count_embedding base_output_dim count_head target_norm fusion fusion_heads perceiver_latents ' +
    'perceiver_layers head out_dim output classifier quantile_head learnable_scale conditional_scaling categorical ' +
    'pass_ids drop_column freeze_base loss asv_chunk'
  ).split(' '),
);

const ENCODER_TYPES: ReadonlySet<EncoderType> = new Set(['unifrac', 'weighted', 'faith_pd', 'taxonomy', 'combined']);

/** Why a configuration cannot be run, or undefined. A key that nobody reads would make a comparison meaningless. */
export function unsupportedReason(config: VectorConfig): string | undefined {
  const unknown = Object.keys(config).filter((key) => !KNOWN.has(key));
  if (unknown.length > 0) return `the configuration key "${unknown[0]}" is not known`;
  if (config.encoder_type !== undefined && !ENCODER_TYPES.has(config.encoder_type)) {
    return `the encoder type ${config.encoder_type} is not known`;
  }
  if (config.quantile_head && (config.learnable_scale || config.conditional_scaling || config.output)) {
    return 'a quantile head with something behind it, which the reference ignores, is refused by design';
  }
  return undefined;
}

/** Whether the given masks are applied: the reference hides bases only where it is asked for nucleotides. */
export function isMasked({ masking = false, mode, request_nucleotides = true }: VectorConfig): boolean {
  return masking && mode !== 'eval' && request_nucleotides;
}

/** Configuration of the base model. Dropout is 0: the vectors were made without. */
export function encoderInput(config: VectorConfig): EncoderConfigInput {
  const { asv = 1, sample = 1, encoder = 1 } = config.layers;
  return {
    embeddingWidth: config.embedding_dim,
    heads: config.heads,
    feedForwardWidth: config.ffn,
    activation: config.activation,
    layers: { asv, sample, encoder },
    vocabularySize: config.vocab,
    basesPerAsv: config.max_bp,
    maxAsvsPerSample: config.token_limit ?? 1,
    slotPositions: 'compat',
    dropout: 0,
    nucleotideHead: config.nucleotide_head ?? false,
    countEmbedding: config.count_embedding ?? 'none',
    encoderType: config.encoder_type,
    ...(config.encoder_type === 'combined' ? {} : { baseOutputWidth: config.base_output_dim ?? config.embedding_dim }),
  };
}

/** Configuration of the predictor. */
export function predictorInput(config: VectorConfig): PredictorConfigInput {
  const { count = 1, target = 1 } = config.layers;
  return {
    base: encoderInput(config),
    layers: { count, target },
    countHead: config.count_head ?? true,
    targetNorm: config.target_norm ?? true,
    head: headOf(config),
    outputWidth: config.out_dim ?? 1,
    quantileCount: config.quantile_head ? (config.loss?.quantiles?.length ?? 0) : 0,
    learnableScale: config.learnable_scale ?? false,
    outputActivation: outputOf(config),
    categories: config.categorical === undefined ? null : categoriesOf(config),
  };
}

function headOf({ head }: VectorConfig): HeadConfig {
  if (head === undefined || head.type === 'linear') return { kind: 'linear' };
  const kind = head.type === 'residual_mlp' ? 'residual' : 'mlp';
  // Dropout modules only shift the layers' numbers; they are inactive, as vectors are run outside training mode.
  return { kind, hiddenWidths: head.hidden ?? [], dropout: head.dropout_slots ? 0.1 : 0 };
}

function outputOf({
  output = 'none',
  classifier,
}: VectorConfig): NonNullable<PredictorConfigInput['outputActivation']> {
  if (classifier) return 'logSoftmax';
  return output === 'none' ? 'identity' : output === 'bounded' ? 'sigmoid' : output;
}

function categoriesOf(config: VectorConfig): CategoriesConfigInput {
  const { cardinalities, embed_dim: width } = config.categorical!;
  const columns = Object.entries(cardinalities).map(([name, cardinality]) => {
    return { name, cardinality, embeddingWidth: typeof width === 'number' ? width : width[name]! };
  });
  return { columns, dropout: 0, fusion: fusionOf(config), outputScaledBy: config.conditional_scaling ?? [] };
}

function fusionOf(config: VectorConfig): FusionConfig {
  const heads = config.fusion_heads ?? 8;
  switch (config.fusion) {
    case 'cross-attention':
      return { kind: 'cross-attention', heads, keys: 'compat' };
    case 'perceiver':
      return {
        kind: 'perceiver',
        heads,
        latents: config.perceiver_latents ?? 64,
        layers: config.perceiver_layers ?? 2,
      };
    default:
      return { kind: config.fusion ?? 'concat' };
  }
}
