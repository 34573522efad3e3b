// Settings that name input files and say how they are brought together.
import type { Setting } from '../settings.js';
import type { SettingsReader } from '../settings-reader.js';

const group = 'Input';

/** Where embeddings of ASVs are kept between runs. */
export const asvCacheSetting: Setting = {
  name: 'asv-cache',
  kind: { type: 'path' },
  help: 'file that keeps what the model makes of each ASV, for the next run with the same weights; made if missing',
  group: 'Run',
};

/** The feature table. */
export const tableSetting: Setting = {
  name: 'table',
  kind: { type: 'path' },
  help: 'feature table: BIOM 2.1 or 1.0, tab-separated, QIIME 2 (.qza), Arrow or Parquet',
  required: true,
  group,
};

/** The feature table of a model, which may be larger than memory. */
export const modelTableSetting: Setting = {
  ...tableSetting,
  help: `${tableSetting.help}; or a folder of shards (\`aam data build\`), whose counts are read while they are needed`,
};

/** Whether counts are read while they are needed. */
export const streamSetting: Setting = {
  name: 'stream',
  kind: { type: 'switch' },
  help: 'read the counts of a BIOM 2.1 table while they are needed, as those of shards always are, instead of keeping them in memory',
  group,
};

/** How many samples of a streamed table are shuffled together. */
export const shuffleBufferSetting: Setting = {
  name: 'shuffle-buffer',
  kind: { type: 'integer', minimum: 1 },
  help: 'samples of a streamed table that are shuffled together: more mix better and take more memory; 2048 if unset',
  group,
};

/** Sequences of features whose ids are not DNA. */
export const sequencesSetting: Setting = {
  name: 'sequences',
  kind: { type: 'path' },
  help: 'FASTA or .qza with the sequence of every feature id; needed where the ids are not the sequences themselves',
  group,
};

/** Rooted phylogeny. */
export const treeSetting: Setting = {
  name: 'tree',
  kind: { type: 'path' },
  help: 'rooted phylogeny, Newick or .qza; its tips are the feature ids',
  required: true,
  group,
};

/** Sample metadata. */
export const metadataSetting: Setting = {
  name: 'metadata',
  kind: { type: 'path' },
  help: 'sample metadata: text with the rules of QIIME 2, or .qza',
  group,
};

/** What to do with ids that one input lacks. */
export const missingSetting: Setting = {
  name: 'missing',
  kind: { type: 'choice', choices: ['error', 'drop'] },
  help: 'what to do with samples or features that another input lacks, or that have no target: stop, or leave them out and say so',
  default: 'error',
  group,
};

/** Worker threads. */
export const threadsSetting: Setting = {
  name: 'threads',
  kind: { type: 'integer', minimum: 0 },
  help: 'worker threads, 0 for one per core; results do not depend on it',
  default: 0,
  group: 'Run',
};

/** What {@link threadsSetting} asks for; undefined means one per core. */
export function threadsOf(settings: SettingsReader): number | undefined {
  const threads = settings.number('threads');
  return threads === 0 ? undefined : threads;
}

/** Seed of everything random. */
export const seedSetting: Setting = {
  name: 'seed',
  kind: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  help: 'seed of everything random; the same seed gives the same result',
  default: 0,
  group: 'Run',
};
