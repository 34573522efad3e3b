// `aam inspect model`: what a model costs, by module.
import type { Command } from '../command.js';

/** `aam inspect model`. */
export const inspectModelCommand: Command = {
  name: 'model',
  summary: 'parameters, memory and operations of a model, by module',
  description:
    'Prints what each part of a model costs for one sample: numbers that it learns, operations of the matrix products ' +
    'of a forward pass, and memory. Takes a checkpoint, or a configuration as YAML or JSON: settings of ' +
    '`aam pretrain` or `aam train`, or the fields of a model configuration of @seq/model. Nothing is trained or built; ' +
    'classes and categories, which only the metadata know, are then left out.',
  example: 'aam inspect model run/best.safetensors --asvs 300',
  arguments: [{ name: 'file', help: 'a checkpoint, or a .yaml, .yml or .json file' }],
  settings: [
    { name: 'file', kind: { type: 'path' }, help: 'the file', required: true },
    { name: 'asvs', kind: { type: 'integer', minimum: 1 }, help: 'ASVs of the sample; 256 or the limit if unset' },
    {
      name: 'bases',
      kind: { type: 'integer', minimum: 1 },
      help: 'bases of each ASV; the limit of the model if unset',
    },
    {
      name: 'encoded-asvs',
      kind: { type: 'number', minimum: 0 },
      help: 'ASVs that no other sample of the batch has; all if unset',
    },
    {
      name: 'format',
      kind: { type: 'choice', choices: ['table', 'json'] },
      help: 'form of the output',
      default: 'table',
    },
  ],
  load: async () => (await import('../work/inspect-model.js')).inspectModel,
};
