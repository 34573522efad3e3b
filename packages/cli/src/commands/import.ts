// `aam import`: a checkpoint of the PyTorch reference as one of ours.
import type { Command } from '../command.js';

/** `aam import`. */
export const importCommand: Command = {
  name: 'import',
  summary: 'a checkpoint of the PyTorch reference, as one for `aam predict` and `aam train`',
  description:
    'Reads a .pt file that Attention All Microbes wrote (pretrained_encoder.pt, best_model.pt, final_model.pt, or a bare ' +
    'state dict) and writes a checkpoint. Architecture follows from the weights. What the file does not say (heads of ' +
    'attention, rarefaction depth, scale of the target) is given by flags; what is assumed is printed. Only arrays and ' +
    'plain data are read: no code that a file may hold is run.',
  example:
    'aam import final_model.pt --metadata-column age --rarefy-depth 5000 \\\n    --output final_model.safetensors',
  arguments: [{ name: 'file', help: '.pt file of the reference' }],
  settings: [
    { name: 'file', kind: { type: 'path' }, help: '.pt file of the reference', required: true },
    {
      name: 'attention-heads',
      kind: { type: 'integer', minimum: 1 },
      help: 'heads of attention; those of the file or 4 if unset',
      group: 'Model',
    },
    {
      name: 'cross-attn-heads',
      kind: { type: 'integer', minimum: 1 },
      help: 'heads of a cross-attention or perceiver fusion; those of the file or 8 if unset',
      group: 'Model',
    },
    {
      name: 'quantiles',
      kind: { type: 'list', of: 'number' },
      help: 'quantiles that the model predicts, such as 0.1,0.5,0.9',
      group: 'Model',
    },
    {
      name: 'metadata-column',
      kind: { type: 'text' },
      help: 'column that the model predicts',
      default: 'target',
      group: 'Target',
    },
    {
      name: 'target-transform',
      kind: { type: 'choice', choices: ['none', 'minmax', 'zscore', 'log-minmax', 'log-zscore'] },
      help: 'scale on which it was trained; predictions come back in its own units',
      default: 'none',
      group: 'Target',
    },
    {
      name: 'target-statistics',
      kind: { type: 'list', of: 'number' },
      help: 'minimum,maximum or mean,standard deviation of the training targets (of their logarithms for log-...)',
      group: 'Target',
    },
    {
      name: 'rarefy-depth',
      kind: { type: 'integer', minimum: 1 },
      help: 'reads drawn from every sample, as in training; all are kept if unset',
      group: 'Data',
    },
    { name: 'output', kind: { type: 'path' }, help: 'checkpoint to write', required: true, group: 'Run' },
  ],
  load: async () => (await import('../work/import-checkpoint.js')).importCheckpoint,
};
