// Names of the commands, as the tests expect them.

/** Commands that do work, in the order of the help. */
export const commands = [
  'inspect',
  'split',
  'pretrain',
  'train',
  'predict',
  'import',
  'report',
  'rf-baseline',
  'unifrac',
  'unifrac-merge',
  'unifrac-meta',
  'faith-pd',
  'beta',
  'pcoa',
  'permanova',
] as const;

/** Commands below others. */
export const subcommands = [
  'inspect model',
  'data build',
  'data convert',
  'data split',
  'data rarefy',
  'data filter',
] as const;
