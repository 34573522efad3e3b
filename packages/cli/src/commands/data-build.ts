// `aam data build`: a feature table as a folder of shards.
import type { Command } from '../command.js';

const group = 'Shards';

/** `aam data build`. */
export const dataBuildCommand: Command = {
  name: 'build',
  summary: 'make a folder of shards, from which samples are read as needed',
  description:
    'Writes a feature table as Arrow files of some thousand samples each, with checksums, so that tables larger than ' +
    'memory can be streamed: any samples are read without the others, and damage is noticed. BIOM 2.1 is read piece ' +
    'by piece, other formats are read whole first. The folder appears when it is complete.',
  example: 'aam data build table.biom table.shards',
  arguments: [
    { name: 'table', help: 'the feature table to read' },
    { name: 'folder', help: 'the folder to make' },
  ],
  settings: [
    { name: 'table', kind: { type: 'path' }, help: 'the feature table to read', required: true },
    { name: 'folder', kind: { type: 'path' }, help: 'the folder to make', required: true },
    {
      name: 'samples-per-batch',
      kind: { type: 'integer', minimum: 1, maximum: 65_536 },
      help: 'samples that are stored, and later read, together',
      default: 256,
      group,
    },
    {
      name: 'count-type',
      kind: { type: 'choice', choices: ['uint32', 'float32', 'float64'] },
      help: 'how counts are stored; if unset uint32 where all are whole, else float64, which both keep every count exactly',
      group,
    },
    { name: 'overwrite', kind: { type: 'switch' }, help: 'replace a shard folder that is there already', group },
  ],
  load: async () => (await import('../work/build-shards.js')).buildShards,
};
