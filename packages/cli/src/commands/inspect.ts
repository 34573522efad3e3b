// `aam inspect`: what is in a file.
import type { Command } from '../command.js';
import { inspectModelCommand } from './inspect-model.js';

/** `aam inspect`. */
export const inspectCommand: Command = {
  name: 'inspect',
  summary: 'what is in a table, sequences, tree, metadata, matrix or checkpoint',
  description:
    'Tells what kind of file it is by its content and prints what matters about it: ' +
    'samples, features and reads of a table, also in long form (Arrow, Parquet); ' +
    'lengths of sequences; tips of a tree; columns of metadata; type and content of a QIIME 2 artifact; ' +
    'architecture, data preparation and scores of a checkpoint; arrays of a .pt file of PyTorch.',
  example: 'aam inspect table.qza',
  arguments: [{ name: 'file', help: 'the file' }],
  settings: [{ name: 'file', kind: { type: 'path' }, help: 'the file', required: true }],
  subcommands: [inspectModelCommand],
  load: async () => (await import('../work/inspect-file.js')).inspectFile,
};
