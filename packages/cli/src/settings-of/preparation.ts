// Settings that commands which prepare tables share.
import type { Setting } from '../settings.js';

/** Conditions on metadata. */
export const whereSetting: Setting = {
  name: 'where',
  kind: { type: 'text' },
  help: 'use only samples with this metadata, as column=value; also !=, <, <=, > and >=, and several joined by &&',
  group: 'Input',
};

/** The table that is written. */
export const outputTableSetting: Setting = {
  name: 'output',
  kind: { type: 'path' },
  help: 'feature table to write; its name says how: .biom, .tsv, .tsv.gz, .qza, .arrow or .parquet',
  required: true,
  group: 'Run',
};

/** The list of what was left out. */
export const removedSetting: Setting = {
  name: 'removed',
  kind: { type: 'path' },
  help: 'list of everything that was left out, tab-separated: sample or feature, id, reason, reads',
  group: 'Run',
};
