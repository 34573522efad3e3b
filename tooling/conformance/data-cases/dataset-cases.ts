// Tokens, data-set items, batches, scaled counts and category ids of one small table.
import { CategoricalEncoder } from '@seq/categorical';
import {
  buildFeatureTable,
  type CommunityBatch,
  type CommunityDataset,
  countLimits,
  createCommunityDataset,
  type FeatureTable,
  makeBatch,
  normalizeCounts,
  numericColumn,
  resolveSequences,
  SampleMetadata,
  textColumn,
  tokenize,
} from '@seq/data';
import { DistanceMatrix } from '@seq/unifrac';
import type { Check } from '../check.js';
import { tolerance } from '../tolerances.js';
import type { VectorCase } from '../vector-set.js';
import type { Vector } from '../vectors.js';
import { squareOf } from './matrix-cases.js';
import { type TargetsContent, targetCases } from './target-cases.js';

interface Item {
  readonly sample_id: string;
  readonly n_asv: number;
  readonly tokens: readonly (readonly number[])[];
  readonly counts: readonly number[];
  readonly y?: readonly number[];
  readonly categorical_ids?: Readonly<Record<string, number>>;
}

interface Batch {
  readonly tokens: readonly (readonly (readonly number[])[])[];
  readonly counts: readonly (readonly number[])[];
  readonly sample_ids: readonly string[];
  readonly y_target?: readonly (readonly number[])[];
  readonly unifrac_target?: readonly (readonly number[])[];
  readonly categorical_ids?: Readonly<Record<string, readonly number[]>>;
}

/** Content of `dataset/expected.json`. */
export interface DatasetContent {
  readonly tokenizer: {
    readonly strings: readonly string[];
    readonly tokens: readonly (readonly number[])[];
    readonly pad_to: number;
    readonly padded: readonly (readonly number[])[];
  };
  readonly dataset: {
    readonly observation_ids: readonly string[];
    readonly sample_ids: readonly string[];
    readonly counts_dense: readonly (readonly number[])[];
    readonly metadata: { readonly sample_id: readonly string[] } & Readonly<
      Record<string, readonly (string | number)[]>
    >;
    readonly max_bp: number;
    readonly token_limit: number;
    readonly categorical_mapping?: Readonly<Record<string, Readonly<Record<string, number>>>>;
    readonly distances?: readonly (readonly number[])[];
    readonly items: readonly Item[];
  };
  readonly batch: { readonly item_order: readonly number[]; readonly first: Batch; readonly abundance: Batch };
  readonly count_normalisation?: {
    readonly min: number;
    readonly max: number;
    readonly first_sample: readonly number[];
  };
  readonly targets?: TargetsContent;
}

/** One case per topic of the file. */
export function* datasetCases({ name, content }: Vector<DatasetContent>): Generator<VectorCase> {
  yield { name: `${name}/tokenizer`, run: (check) => checkTokens(content.tokenizer, check) };
  for (const item of content.dataset.items) {
    yield { name: `${name}/item_${item.sample_id}`, run: (check) => checkItem(content, item, check) };
  }
  yield { name: `${name}/batch_first`, run: (check) => checkBatch(content, 'first', check) };
  yield { name: `${name}/batch_abundance`, run: (check) => checkBatch(content, 'abundance', check) };
  if (content.count_normalisation) yield { name: `${name}/counts`, run: (check) => checkCounts(content, check) };
  if (content.targets) yield* targetCases(`${name}/targets`, content.targets);
}

function checkTokens({ strings, tokens, pad_to, padded }: DatasetContent['tokenizer'], check: Check): void {
  for (const [i, text] of strings.entries()) {
    check.equal(`tokens of ${JSON.stringify(text)}`, [...tokenize(text)], tokens[i]);
    const cut = tokenize(text, { basesPerAsv: pad_to - 1 });
    check.equal(`padded tokens of ${JSON.stringify(text)}`, paddedTo(cut, pad_to), padded[i]);
  }
}

const paddedTo = (tokens: ArrayLike<number>, length: number): number[] =>
  Array.from({ length }, (_, i) => tokens[i] ?? 0);

function tableOf({ observation_ids, sample_ids, counts_dense }: DatasetContent['dataset']): FeatureTable {
  const counts = counts_dense.flat();
  return buildFeatureTable({
    featureIds: observation_ids,
    sampleIds: sample_ids,
    features: Uint32Array.from(counts, (_, i) => Math.floor(i / sample_ids.length)),
    samples: Uint32Array.from(counts, (_, i) => i % sample_ids.length),
    counts: Float64Array.from(counts),
  });
}

function datasetOf(
  content: DatasetContent,
  options: Partial<Parameters<typeof createCommunityDataset>[1]>,
): CommunityDataset {
  const { table, sequences } = resolveSequences(tableOf(content.dataset));
  return createCommunityDataset(table, { sequences, basesPerAsv: content.dataset.max_bp, ...options });
}

function metadataOf({ metadata }: DatasetContent['dataset']): SampleMetadata {
  const { sample_id: ids, ...columns } = metadata;
  return new SampleMetadata(
    ids,
    Object.entries(columns).map(([name, values]) => ({
      name,
      type: typeof values[0] === 'number' ? ('numeric' as const) : ('categorical' as const),
      values: values.map(String),
    })),
  );
}

/** Tokens and counts of every slot of one sample of a batch. */
function slotsOf(batch: CommunityBatch, sample: number, width: number): { tokens: number[][]; counts: number[] } {
  const slots = Array.from(
    { length: batch.slotOffsets[sample + 1]! - batch.slotOffsets[sample]! },
    (_, i) => batch.slotOffsets[sample]! + i,
  );
  return {
    counts: slots.map((slot) => batch.slotCounts[slot]!),
    tokens: slots.map((slot) => {
      const asv = batch.slotAsvs[slot]!;
      return paddedTo(batch.asvTokens.subarray(batch.asvOffsets[asv], batch.asvOffsets[asv + 1]), width);
    }),
  };
}

function checkItem(content: DatasetContent, item: Item, check: Check): void {
  const dataset = datasetOf(content, { slotOrder: 'table' });
  const row = dataset.sampleIds.indexOf(item.sample_id);
  const { tokens, counts } = slotsOf(makeBatch(dataset, [row]), 0, content.dataset.max_bp + 1);
  check.equal('ASVs', counts.length, item.n_asv);
  check.equal('tokens', tokens, item.tokens);
  check.equal('counts', counts, item.counts);
  const metadata = metadataOf(content.dataset);
  const sampleIds = [item.sample_id];
  if (item.y !== undefined) {
    check.equal('target', [...numericColumn(metadata, { column: 'y', sampleIds })].map(Math.fround), item.y);
  }
  for (const [column, id] of Object.entries(item.categorical_ids ?? {})) {
    check.equal(`category ${column}`, categoryIds(metadata, column, sampleIds), [id]);
  }
}

function categoryIds(metadata: SampleMetadata, column: string, sampleIds: readonly string[]): number[] {
  const encoder = CategoricalEncoder.fit({ [column]: textColumn(metadata, { column }) });
  return [...encoder.encode({ [column]: textColumn(metadata, { column, sampleIds }) })[column]!];
}

function checkBatch(content: DatasetContent, choice: 'first' | 'abundance', check: Check): void {
  const { max_bp, token_limit: limit } = content.dataset;
  const wanted = content.batch[choice];
  const slotOrder = choice === 'first' ? 'table' : 'abundance';
  const dataset = datasetOf(content, { maxAsvsPerSample: limit, asvChoice: choice, slotOrder });
  const batch = makeBatch(dataset, content.batch.item_order);
  check.equal('samples', batch.sampleIds, wanted.sample_ids);
  for (const [sample, id] of wanted.sample_ids.entries()) {
    const got = slotsOf(batch, sample, max_bp + 1);
    const used = wanted.counts[sample]!.filter((count) => count !== 0).length;
    const want = { tokens: wanted.tokens[sample]!.slice(0, used), counts: wanted.counts[sample]!.slice(0, used) };
    if (choice === 'first') {
      check.equal(`tokens of ${id}`, got.tokens, want.tokens);
      check.equal(`counts of ${id}`, got.counts, want.counts);
    } else checkByAbundance(id, got, want, limit, check);
  }
  checkBesides(content, wanted, check);
}

type Slots = { readonly tokens: readonly (readonly number[])[]; readonly counts: readonly number[] };

/** Ties have no defined order, and at the limit it is not defined which of them is taken: there, only their number counts. */
function checkByAbundance(id: string, got: Slots, want: Slots, limit: number, check: Check): void {
  const descending = (counts: readonly number[]): number[] => [...counts].sort((a, b) => b - a);
  check.equal(`counts of ${id}`, got.counts, descending(want.counts));
  if (want.counts.length === limit) check.equal(`their order in the vector`, want.counts, descending(want.counts));
  const least = want.counts.length === limit ? Math.min(...want.counts) : 0;
  const settled = ({ tokens, counts }: Slots): string[] =>
    tokens.flatMap((row, slot) => (counts[slot]! > least ? [`${counts[slot]}: ${row.join(' ')}`] : [])).sort();
  check.equal(`ASVs of ${id} above the limit's count`, settled(got), settled(want));
}

function checkBesides({ dataset }: DatasetContent, wanted: Batch, check: Check): void {
  const metadata = metadataOf(dataset);
  const sampleIds = wanted.sample_ids;
  if (wanted.y_target) {
    const targets = [...numericColumn(metadata, { column: 'y', sampleIds })].map((value) => [Math.fround(value)]);
    check.equal('targets', targets, wanted.y_target);
  }
  for (const [column, ids] of Object.entries(wanted.categorical_ids ?? {})) {
    check.equal(`category ${column}`, categoryIds(metadata, column, sampleIds), ids);
  }
  if (wanted.unifrac_target && dataset.distances) {
    const all = DistanceMatrix.fromSquare(dataset.sample_ids, dataset.distances.flat());
    check.close(
      'distances',
      squareOf(all.select(sampleIds)),
      wanted.unifrac_target.flat(),
      tolerance('float32/tree-metric'),
    );
  }
}

function checkCounts(content: DatasetContent, check: Check): void {
  const { min, max, first_sample } = content.count_normalisation!;
  const dataset = datasetOf(content, { slotOrder: 'table' });
  const limits = countLimits(dataset.table);
  check.equal('limits', limits, { minimum: min, maximum: max });
  const counts = normalizeCounts(makeBatch(dataset, [0]), limits);
  check.close('counts of the first sample', counts, first_sample, tolerance('float64/stored-float32'));
}
