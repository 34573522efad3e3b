// Distances between communities and diversity within them on random trees, and trees and tables that must be refused.
import { FeatureTable, readFeatureTable, SeqError } from '@seq/data';
import {
  type CommunityMetric,
  communityMatrix,
  createUnifrac,
  faithPd,
  openTree,
  parseNewick,
  type UnifracMatrixOptions,
  unifracMatrix,
} from '@seq/unifrac';
import type { Check } from '../check.js';
import { tolerance } from '../tolerances.js';
import type { VectorCase, VectorSet } from '../vector-set.js';
import { jsonVectors, type Vector } from '../vectors.js';

interface DiversityCase {
  readonly tree: string;
  readonly table: string;
  readonly sample_ids: readonly string[];
  readonly observation_ids: readonly string[];
  readonly faith_pd: readonly number[];
  /** Squares by metric, or a note that the tensors hold upper triangles. */
  readonly matrices: Readonly<Record<string, readonly (readonly number[])[]>> | string;
}

interface RefusalCase {
  readonly newick: readonly { readonly text: string; readonly expected: string }[];
  readonly table: readonly { readonly situation: string; readonly expected: string }[];
}

const treeMetrics: Readonly<Record<string, UnifracMatrixOptions>> = {
  unweighted: { metric: 'unweighted' },
  unweighted_unnormalized: { metric: 'unweightedUnnormalized' },
  weighted_normalized: { metric: 'weightedNormalized' },
  weighted_unnormalized: { metric: 'weightedUnnormalized' },
};

const communityMetrics: Readonly<Record<string, CommunityMetric>> = {
  bray_curtis: 'brayCurtis',
  jaccard_presence: 'jaccard',
};

/** Options for names such as `generalized_0.5_vaw` and `unweighted_bypass_tips`; undefined for one that is not known. */
function unifracOptions(name: string): UnifracMatrixOptions | undefined {
  const [, base = '', suffixes = ''] = /^(.*?)((?:_vaw|_bypass_tips)*)$/.exec(name) ?? [];
  const alpha = /^generalized_(\d*\.?\d+)$/.exec(base)?.[1];
  const metric: UnifracMatrixOptions | undefined =
    alpha === undefined ? treeMetrics[base] : { metric: 'generalized', alpha: Number(alpha) };
  if (metric === undefined) return undefined;
  return { ...metric, varianceAdjusted: suffixes.includes('_vaw'), bypassTips: suffixes.includes('_bypass_tips') };
}

type Distances = (vector: Vector<DiversityCase>) => Promise<Float64Array>;

function distancesFor(name: string): Distances | undefined {
  const pseudocount = /^aitchison_pseudocount_(\d*\.?\d+)$/.exec(name)?.[1];
  const metric = pseudocount === undefined ? communityMetrics[name] : 'aitchison';
  if (metric !== undefined) {
    const options = { metric, pseudocount: pseudocount === undefined ? undefined : Number(pseudocount) };
    return async (vector) => (await communityMatrix(await tableOf(vector), options)).condensed;
  }
  const options = unifracOptions(name);
  if (options === undefined) return undefined;
  return async (vector) => {
    using tree = await openTree(vector.path(vector.content.tree));
    return (await unifracMatrix(await tableOf(vector), tree, { ...options, precision: 'exact' })).condensed;
  };
}

function tableOf(vector: Vector<DiversityCase>): Promise<FeatureTable> {
  return readFeatureTable(vector.path(vector.content.table));
}

function* expectedMatrices(vector: Vector<DiversityCase>): Generator<[name: string, condensed: ArrayLike<number>]> {
  const { matrices } = vector.content;
  if (typeof matrices === 'string') {
    for (const [name, tensor] of vector.tensors()) yield [name, tensor.toNumbers()];
    return;
  }
  for (const [name, square] of Object.entries(matrices)) {
    yield [name, square.flatMap((row, i) => row.slice(i + 1))];
  }
}

function* metricCases(vector: Vector<DiversityCase>): Generator<VectorCase> {
  const close = tolerance('float64/tree-metric');
  yield {
    name: `${vector.name}/faith_pd`,
    run: async (check) => {
      const table = await tableOf(vector);
      check.equal('sample ids', table.sampleIds, vector.content.sample_ids);
      check.equal('feature ids', table.featureIds, vector.content.observation_ids);
      using tree = await openTree(vector.path(vector.content.tree));
      check.close('faith_pd', await faithPd(table, tree), vector.content.faith_pd, close);
    },
  };
  for (const [metric, want] of expectedMatrices(vector)) {
    const name = `${vector.name}/${metric}`;
    const distances = distancesFor(metric);
    if (distances === undefined) yield { name, unsupported: `the metric ${metric} is not built` };
    else yield { name, run: async (check) => check.close(metric, await distances(vector), want, close) };
  }
}

function errorOf(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Demands an error of ours whose sentence has all the given texts. */
function refused(check: Check, what: string, error: unknown, texts: readonly string[]): void {
  check.holds(what, error instanceof SeqError, `no error of ours: ${String(error)}`);
  const message = error instanceof Error ? error.message : '';
  for (const text of texts) check.holds(what, message.includes(text), `"${text}" is missing in "${message}"`);
}

/** Names that the error must have: of the repeated tip, or of the node with the wrong length. */
function namesIn(text: string, expected: string): readonly string[] {
  const repeated = /duplicate tip name (\S+)/.exec(expected)?.[1];
  if (repeated !== undefined) return [repeated];
  if (!expected.includes('name the node')) return [];
  const wrong = /([^(),:;]+):\s*(?:-|[+-]?(?:nan|inf))/i.exec(text)?.[1];
  return wrong === undefined ? [] : [wrong];
}

const table = (counts: readonly number[]): FeatureTable =>
  new FeatureTable({
    sampleIds: ['sample-1', 'sample-2'],
    featureIds: ['a', 'b'],
    sampleOffsets: Uint32Array.of(0, 1, 2),
    featureIndices: Uint32Array.of(0, 1),
    counts: Float64Array.from(counts),
  });

const situations: Readonly<Record<string, (check: Check) => Promise<void>>> = {
  'table id absent from the tree': async (check) => {
    using tree = parseNewick('(a:1,c:2);');
    refused(check, 'absent', await unifracMatrix(table([1, 2]), tree).catch((error: unknown) => error), [
      '1 of 2',
      '"b"',
    ]);
    using unifrac = createUnifrac(tree, ['a', 'b'], { missing: 'drop' });
    check.equal('dropped', unifrac.missingFeatureIds, ['b']);
  },
  'negative abundance': async (check) =>
    refused(
      check,
      'negative',
      errorOf(() => table([1, -2])),
      ['sample-2', '"b"'],
    ),
  'NaN abundance': async (check) =>
    refused(
      check,
      'NaN',
      errorOf(() => table([Number.NaN, 2])),
      ['sample-1', '"a"'],
    ),
};

function* refusalCases({ name, content }: Vector<RefusalCase>): Generator<VectorCase> {
  for (const { text, expected } of content.newick) {
    yield {
      name: `${name}/newick/${text}`,
      run: (check) => {
        refused(
          check,
          text,
          errorOf(() => parseNewick(text).dispose()),
          namesIn(text, expected),
        );
        if (!expected.includes('clamp')) return;
        using tree = parseNewick(text, { negativeLengths: 'zero' });
        check.holds(text, tree.totalLength >= 0, 'a clamped tree has a negative length');
      },
    };
  }
  for (const { situation } of content.table) {
    const run = situations[situation];
    const caseName = `${name}/table/${situation}`;
    yield run === undefined ? { name: caseName, unsupported: 'the situation is not known' } : { name: caseName, run };
  }
}

async function* cases(directory: string): AsyncGenerator<VectorCase> {
  for (const vector of jsonVectors<DiversityCase | RefusalCase>(directory)) {
    if ('newick' in vector.content) yield* refusalCases(vector as Vector<RefusalCase>);
    else yield* metricCases(vector as Vector<DiversityCase>);
  }
}

export const vectorSet: VectorSet = { folder: '10_diversity', cases };
