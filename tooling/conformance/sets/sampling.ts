// Rarefaction, splits and raw random numbers of the reference, all exact.
import { createHash } from 'node:crypto';
import {
  chooseDistinct,
  type FeatureTable,
  MersenneTwister,
  Pcg64,
  permutation,
  readFeatureTable,
  referenceRarefy,
  referenceSplit,
  sampleTotals,
} from '@seq/data';
import type { Check } from '../check.js';
import { tolerance } from '../tolerances.js';
import type { VectorCase, VectorSet } from '../vector-set.js';
import { jsonVectors, type Vector } from '../vectors.js';

/** Entries as the vectors list them: feature, sample, count. */
type Entries = readonly (readonly [number, number, number])[];

interface RarefyRun {
  readonly depth: number;
  readonly seed: number;
  readonly with_replacement: boolean;
  readonly kept_sample_indices: readonly number[];
  readonly kept_observation_indices: readonly number[];
  readonly counts_coo_original_indices: Entries;
  readonly error?: string;
}

interface RarefyVector {
  readonly file: string;
  readonly observation_ids: readonly string[];
  readonly sample_ids: readonly string[];
  readonly input_coo: Entries;
  readonly sample_totals: readonly number[];
  readonly runs: readonly RarefyRun[];
}

interface SplitCase {
  readonly n: number;
  readonly test_size: number;
  readonly seed: number;
  readonly n_val: number;
  readonly n_train: number;
  readonly val?: readonly number[];
  readonly train?: readonly number[];
  readonly val_first_20?: readonly number[];
  readonly train_first_20?: readonly number[];
  readonly val_last_5?: readonly number[];
  readonly train_last_5?: readonly number[];
  readonly sha256_of_val_then_train?: string;
}

interface ChoiceSummary {
  readonly first_10: readonly number[];
  readonly last_10: readonly number[];
  readonly sum: number;
  readonly sha256_sorted_csv: string;
}

/** What one seed gives; `choice_P_K` is a choice of K of P. */
interface GeneratorCase {
  readonly seed: string;
  readonly [quantity: string]: unknown;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Entries of a table by the places that its ids have in the vector, sorted by feature and then sample. */
function entriesOf(table: FeatureTable, { observation_ids, sample_ids }: RarefyVector): number[][] {
  const entries: number[][] = [];
  for (let row = 0; row < table.sampleCount; row++) {
    for (let entry = table.sampleOffsets[row]!; entry < table.sampleOffsets[row + 1]!; entry++) {
      const feature = observation_ids.indexOf(table.featureIds[table.featureIndices[entry]!]!);
      entries.push([feature, sample_ids.indexOf(table.sampleIds[row]!), table.counts[entry]!]);
    }
  }
  return entries.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
}

async function checkInput(path: string, vector: RarefyVector, check: Check): Promise<void> {
  const table = await readFeatureTable(path);
  check.equal('sample ids', table.sampleIds, vector.sample_ids);
  check.equal('feature ids', table.featureIds, vector.observation_ids);
  check.equal('counts', entriesOf(table, vector), vector.input_coo);
  check.close('reads', sampleTotals(table), vector.sample_totals, tolerance('float64/scalar'));
}

async function checkRun(path: string, vector: RarefyVector, run: RarefyRun, check: Check): Promise<void> {
  const { depth, seed, with_replacement: withReplacement } = run;
  const table = await readFeatureTable(path);
  if (run.error !== undefined) {
    let found = 'a table';
    try {
      referenceRarefy(table, { depth, seed, withReplacement });
    } catch (error) {
      found = (error as { code?: string }).code ?? String(error);
    }
    check.equal('what it gives', found, 'RAREFACTION_LEAVES_NOTHING');
    return;
  }
  const rarefied = referenceRarefy(table, { depth, seed, withReplacement });
  const named = (ids: readonly string[], indices: readonly number[]): string[] => indices.map((index) => ids[index]!);
  check.equal('kept samples', rarefied.sampleIds, named(vector.sample_ids, run.kept_sample_indices));
  check.equal('kept features', rarefied.featureIds, named(vector.observation_ids, run.kept_observation_indices));
  check.equal('counts', entriesOf(rarefied, vector), run.counts_coo_original_indices);
}

function* rarefyCases({ name, content, path }: Vector<RarefyVector>): Generator<VectorCase> {
  const file = path(content.file);
  yield { name: `${name}/input`, run: (check) => checkInput(file, content, check) };
  for (const run of content.runs) {
    const { depth, seed, with_replacement } = run;
    const kind = with_replacement ? 'with_replacement' : 'without_replacement';
    yield { name: `${name}/${kind}_${depth}_seed_${seed}`, run: (check) => checkRun(file, content, run, check) };
  }
}

function checkSplit(given: SplitCase, check: Check): void {
  const ids = Array.from({ length: given.n }, (_, i) => String(i));
  const { training, validation } = referenceSplit(ids, { fraction: given.test_size, seed: given.seed });
  check.equal('sizes', [validation.length, training.length], [given.n_val, given.n_train]);
  const compare = (what: string, got: readonly string[], want: readonly number[] | undefined): void => {
    if (want !== undefined) check.equal(what, got.map(Number), want);
  };
  compare('validation', validation, given.val);
  compare('training', training, given.train);
  compare('start of validation', validation.slice(0, 20), given.val_first_20);
  compare('start of training', training.slice(0, 20), given.train_first_20);
  compare('end of validation', validation.slice(-5), given.val_last_5);
  compare('end of training', training.slice(-5), given.train_last_5);
  const { sha256_of_val_then_train: hash } = given;
  if (hash !== undefined) check.equal('hash', sha256(`${validation.join(',')}|${training.join(',')}`), hash);
}

function checkChoice(seed: bigint, quantity: string, want: readonly number[] | ChoiceSummary, check: Check): void {
  const [population, size] = quantity.split('_').slice(1).map(Number) as [number, number];
  const chosen = Array.from(chooseDistinct(population, size, new Pcg64(seed)));
  if (!('sum' in want)) {
    check.equal(quantity, chosen, want);
    return;
  }
  check.equal(`${quantity}, start`, chosen.slice(0, 10), want.first_10);
  check.equal(`${quantity}, end`, chosen.slice(-10), want.last_10);
  const sorted = [...chosen].sort((a, b) => a - b);
  check.equal(
    `${quantity}, sum`,
    sorted.reduce((sum, value) => sum + value, 0),
    want.sum,
  );
  check.equal(`${quantity}, hash`, sha256(sorted.join(',')), want.sha256_sorted_csv);
}

const repeated = <Value>(count: number, draw: () => Value): Value[] => Array.from({ length: count }, draw);

/** Quantities of a seed by the start of their names. */
const quantities: Readonly<Record<string, (seed: bigint, quantity: string, want: unknown, check: Check) => void>> = {
  pcg64_first: (seed, quantity, want, check) => {
    const generator = new Pcg64(seed);
    const draws = repeated((want as string[]).length, () => generator.next64().toString(16).padStart(16, '0'));
    check.equal(quantity, draws, want);
  },
  choice: (seed, quantity, want, check) => checkChoice(seed, quantity, want as number[] | ChoiceSummary, check),
  mt19937_first: (seed, quantity, want, check) => {
    const generator = new MersenneTwister(Number(seed));
    check.equal(
      quantity,
      repeated((want as number[]).length, () => generator.next32()),
      want,
    );
  },
  mt19937_permutation: (seed, quantity, want, check) => {
    const count = Number(quantity.split('_').at(-1));
    check.equal(quantity, Array.from(permutation(count, new MersenneTwister(Number(seed)))), want);
  },
};

function checkGenerators({ seed, ...wanted }: GeneratorCase, check: Check): void {
  for (const [quantity, want] of Object.entries(wanted)) {
    const kind = Object.keys(quantities).find((start) => quantity.startsWith(`${start}_`));
    check.holds(quantity, kind !== undefined, 'it is not known what this is');
    if (kind !== undefined && want !== null) quantities[kind]!(BigInt(seed), quantity, want, check);
  }
}

function* casesOf(vector: Vector<Record<string, unknown>>): Generator<VectorCase> {
  const { name, content } = vector;
  if ('runs' in content) {
    yield* rarefyCases(vector as unknown as Vector<RarefyVector>);
    return;
  }
  for (const given of content.cases as readonly (SplitCase | GeneratorCase)[]) {
    yield 'test_size' in given
      ? {
          name: `${name}/${given.n}_samples_${given.test_size}_seed_${given.seed}`,
          run: (check) => checkSplit(given as SplitCase, check),
        }
      : { name: `${name}/seed_${given.seed}`, run: (check) => checkGenerators(given as GeneratorCase, check) };
  }
}

/** `07_sampling`. */
export const vectorSet: VectorSet = {
  folder: '07_sampling',
  async *cases(directory) {
    for (const vector of jsonVectors(directory)) yield* casesOf(vector);
  },
};
