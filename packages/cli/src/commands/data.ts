// `aam data`: the commands that prepare samples and tables. It has no work of its own.
import type { Command } from '../command.js';
import { dataBuildCommand } from './data-build.js';
import { dataConvertCommand } from './data-convert.js';
import { dataFilterCommand } from './data-filter.js';
import { dataRarefyCommand } from './data-rarefy.js';
import { dataSplitCommand } from './data-split.js';

/** Every `aam data <name>`, in the order in which its help lists them. */
const dataCommands: readonly Command[] = [
  dataBuildCommand,
  dataConvertCommand,
  dataFilterCommand,
  dataRarefyCommand,
  dataSplitCommand,
];

/** `aam data`. */
export const dataCommand: Command = {
  name: 'data',
  summary: 'prepare samples and tables: filter, rarefy, split and more',
  description:
    'Prepares what the other commands read. Every command of this group says how much it kept and what it left out; ' +
    '`aam data <command> --help` tells more.',
  example: 'aam data filter --table table.biom --min-reads 1000 --output kept.biom',
  settings: [],
  subcommands: dataCommands,
};
