// `aam data convert`: a feature table in another format.
import type { Command } from '../command.js';
import { sequencesSetting } from '../settings-of/inputs.js';

/** `aam data convert`. */
export const dataConvertCommand: Command = {
  name: 'convert',
  summary: 'write a feature table in another format',
  description:
    'Reads a feature table of any format, told by its content, or a folder of shards, and writes it in the one that the name of the output asks ' +
    'for: .biom (BIOM 2.1), .tsv or .tsv.gz, .qza (QIIME 2), .arrow or .parquet (long form: sample_id, feature_id, ' +
    'count). Ids, their order, counts and taxonomy stay as they are. With a name that ends with .fasta or .fasta.gz, ' +
    'the input is a .qza or FASTA with sequences.',
  example: 'aam data convert table.qza table.biom',
  arguments: [
    { name: 'input', help: 'the feature table to read, or sequences' },
    { name: 'output', help: 'the file to write' },
  ],
  settings: [
    { name: 'input', kind: { type: 'path' }, help: 'the feature table to read', required: true },
    { name: 'output', kind: { type: 'path' }, help: 'the file to write', required: true },
    {
      name: 'to',
      kind: { type: 'choice', choices: ['biom', 'tsv', 'qza', 'arrow', 'parquet'] },
      help: 'format of the output; as its name ends if unset',
      group: 'Output',
    },
    {
      name: 'contents',
      kind: { type: 'choice', choices: ['Frequency', 'RelativeFrequency', 'PresenceAbsence'] },
      help: 'type of a .qza; by the counts if unset',
      group: 'Output',
    },
    {
      name: 'taxonomy',
      kind: { type: 'path' },
      help: 'ranks of the features in place of those in the table: columns "Feature ID" and "Taxon", or a .qza',
      group: 'Taxonomy and sequences',
    },
    {
      ...sequencesSetting,
      help: 'FASTA or .qza with sequences by feature id, for --sequences-output; the ids themselves if they are DNA',
      group: 'Taxonomy and sequences',
    },
    {
      name: 'sequences-output',
      kind: { type: 'path' },
      help: 'also write the sequence of every feature, as .fasta, .fasta.gz or .qza',
      group: 'Taxonomy and sequences',
    },
  ],
  load: async () => (await import('../work/convert-table.js')).convertTable,
};
