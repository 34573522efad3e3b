// Every subcommand, in the order in which `aam --help` lists them.
import type { Command } from '../command.js';
import { betaCommand } from './beta.js';
import { dataCommand } from './data.js';
import { faithPdCommand } from './faith-pd.js';
import { importCommand } from './import.js';
import { inspectCommand } from './inspect.js';
import { pcoaCommand } from './pcoa.js';
import { permanovaCommand } from './permanova.js';
import { predictCommand } from './predict.js';
import { pretrainCommand } from './pretrain.js';
import { reportCommand } from './report.js';
import { forestCommand } from './rf-baseline.js';
import { splitCommand } from './split.js';
import { trainCommand } from './train.js';
import { unifracCommand } from './unifrac.js';
import { unifracMergeCommand } from './unifrac-merge.js';
import { unifracMetaCommand } from './unifrac-meta.js';

/** Every subcommand. */
export const commands: readonly Command[] = [
  inspectCommand,
  splitCommand,
  dataCommand,
  pretrainCommand,
  trainCommand,
  predictCommand,
  importCommand,
  reportCommand,
  forestCommand,
  unifracCommand,
  unifracMergeCommand,
  unifracMetaCommand,
  faithPdCommand,
  betaCommand,
  pcoaCommand,
  permanovaCommand,
];
