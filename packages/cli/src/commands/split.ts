// `aam split`: short for `aam data split`, since nearly every study begins with it.
import type { Command } from '../command.js';
import { dataSplitCommand } from './data-split.js';

/** `aam split`. */
export const splitCommand: Command = {
  ...dataSplitCommand,
  example: dataSplitCommand.example.replace('aam data split', 'aam split'),
};
