// Names of the flags that the PyTorch reference has, by command. Data for the test of our own names.

const training = [
  ...['table', 'unifrac-matrix', 'output-dir', 'epochs', 'batch-size', 'auto-batch-size', 'max-memory-fraction'],
  ...['target-effective-batch-size', 'lr', 'patience', 'warmup-steps', 'weight-decay', 'embedding-dim'],
  ...['attention-heads', 'attention-layers', 'max-bp', 'token-limit', 'asv-sampling', 'rarefy-depth', 'test-size'],
  ...['unifrac-metric', 'penalty', 'nuc-penalty', 'count-penalty', 'count-embedding', 'count-embedding-method'],
  ...['nuc-mask-ratio', 'nuc-mask-strategy', 'device', 'seed', 'num-workers', 'resume-from'],
  ...['gradient-accumulation-steps', 'use-expandable-segments', 'max-grad-norm', 'optimizer', 'scheduler'],
  ...['scheduler-t0', 'scheduler-t-mult', 'scheduler-eta-min', 'scheduler-patience', 'scheduler-factor'],
  ...['scheduler-min-lr', 'mixed-precision', 'compile-model', 'tf32', 'gradient-checkpointing', 'attn-implementation'],
  ...['asv-chunk-size', 'no-sequence-cache', 'distributed', 'data-parallel', 'fsdp', 'sync-batchnorm'],
  ...['fsdp-sharded-checkpoint'],
];

/** Long names without dashes. */
export const referenceFlags: Readonly<Record<string, readonly string[]>> = {
  pretrain: [...training, 'memory-profile'],
  train: [
    ...training,
    ...['metadata', 'metadata-column', 'out-dim', 'classifier', 'class-weights', 'categorical-lr', 'target-penalty'],
    ...['count-prediction', 'freeze-base', 'pretrained-encoder', 'target-transform', 'normalize-by'],
    ...['normalize-targets', 'normalize-targets-by', 'log-transform-targets', 'loss-type', 'quantiles'],
    ...['over-penalty', 'under-penalty', 'loss-config', 'target-layer-norm', 'bounded-targets'],
    ...['learnable-output-scale', 'output-activation', 'regressor-hidden-dims', 'regressor-dropout'],
    ...['residual-regression-head', 'categorical-columns', 'categorical-embed-dim', 'categorical-fusion'],
    ...['cross-attn-heads', 'perceiver-num-latents', 'perceiver-num-layers', 'conditional-output-scaling'],
    ...['categorical-loss-weights', 'categorical-loss-weight-column', 'categorical-help', 'best-metric'],
    ...['val-prediction-passes'],
  ],
  predict: [
    ...['model', 'table', 'output', 'metadata', 'batch-size', 'device', 'no-sequence-cache', 'asv-sampling'],
    ...['prediction-passes', 'output-variance'],
  ],
  'rf-baseline': [
    ...['table', 'metadata', 'metadata-column', 'train-samples', 'val-samples', 'output', 'n-estimators'],
    ...['max-features', 'random-seed', 'n-jobs'],
  ],
};
