// Losses with their gradients in float64, and streaming metrics with their merges.
import { backward, logSoftmax, type Tensor, tensor } from '@seq/tensor';
import {
  argmaxRows,
  baseLoss,
  ClassificationMetrics,
  CountMetrics,
  classificationLoss,
  countLoss,
  embeddingDistances,
  nucleotideHits,
  nucleotideLoss,
  RegressionMetrics,
  type TargetLoss,
  targetLoss,
  totalLoss,
  unifracLoss,
} from '@seq/train';
import type { Check } from '../check.js';
import { tolerance } from '../tolerances.js';
import type { VectorCase, VectorSet } from '../vector-set.js';
import { jsonVectors } from '../vectors.js';

/** Numbers nested to any depth, all rows of a level having one length. */
type Nested = number | readonly Nested[];

interface LossCase {
  readonly name: string;
  readonly formula: string;
  readonly pred: Nested;
  readonly true: Nested;
  readonly loss: number;
  readonly sample_weights?: readonly number[];
  readonly grad_pred?: Nested;
  readonly grad_logits?: Nested;
  readonly grad_embeddings?: Nested;
  readonly over?: number;
  readonly under?: number;
  readonly quantiles: readonly number[];
  readonly config: Readonly<Record<string, 'mse' | 'mae' | 'huber'>>;
  readonly target_columns?: readonly string[];
  readonly global: 'mse' | 'mae' | 'huber';
  readonly logits: Nested;
  readonly log_softmax: Nested;
  readonly labels: readonly number[];
  readonly class_weights?: readonly number[];
  readonly mask: Nested;
  readonly tokens: Nested;
  readonly visible: Nested;
  readonly mask_indices?: Nested;
  readonly accuracy?: number;
  readonly embeddings: Nested;
  readonly raw_distances: Nested;
  readonly mapped: Nested;
  readonly mapped_scale_3?: Nested;
  readonly target: Nested;
  readonly terms: Readonly<Record<string, number>>;
  readonly penalties: Readonly<Record<string, number>>;
}

const flat = (nested: Nested): number[] => (typeof nested === 'number' ? [nested] : nested.flatMap(flat));

function shapeOf(nested: Nested): number[] {
  return typeof nested === 'number' ? [] : [nested.length, ...(nested.length === 0 ? [] : shapeOf(nested[0]!))];
}

const double = (values: readonly number[], shape: readonly number[]): Tensor =>
  tensor([...values], shape, { dtype: 'float64' });

/** Compares a loss, and its gradient where the vector has one; `counts` leaves out elements at a kink. */
function checkLoss(
  check: Check,
  x: Tensor,
  loss: Tensor,
  want: { readonly loss: number; readonly gradient?: Nested | undefined; readonly counts?: (i: number) => boolean },
): void {
  const within = tolerance('float64/scalar');
  check.close('loss', loss.item(), want.loss, within);
  if (want.gradient === undefined) return;
  const gradient = loss.needsGradient ? (backward(loss).get(x)?.toTypedArray() ?? []) : new Float64Array(x.size);
  const wanted = flat(want.gradient);
  check.equal('length of the gradient', gradient.length, wanted.length);
  const kept = wanted.flatMap((_value, i) => (want.counts?.(i) === false ? [] : [i]));
  check.close(
    'gradient',
    kept.map((i) => gradient[i]!),
    kept.map((i) => wanted[i]!),
    within,
  );
}

function runTarget(given: LossCase, loss: TargetLoss, check: Check): void {
  const x = double(flat(given.pred), shapeOf(given.pred)).variable();
  const truth = flat(given.true);
  const repeats = x.size / truth.length;
  const atKink = (i: number): boolean => flat(given.pred)[i] === truth[Math.floor(i / repeats)];
  const isPerOutput = given.formula === 'per_column';
  const value = targetLoss(loss, x, truth, {
    sampleWeights: given.sample_weights,
    ...(isPerOutput ? { perOutput: given.config, outputNames: given.target_columns } : {}),
  });
  checkLoss(check, x, value, { loss: given.loss, gradient: given.grad_pred, counts: (i) => !atKink(i) });
}

function runClasses(given: LossCase, check: Check): void {
  const x = double(flat(given.logits), shapeOf(given.logits)).variable();
  const rows = logSoftmax(x);
  check.close('log-softmax', rows.toTypedArray(), flat(given.log_softmax), tolerance('float64/scalar'));
  const options = { classWeights: given.class_weights, sampleWeights: given.sample_weights };
  const loss = classificationLoss(rows, Int32Array.from(given.labels), options);
  checkLoss(check, x, loss, { loss: given.loss, gradient: given.grad_logits });
}

function runNucleotides(given: LossCase, check: Check): void {
  const logits = flat(given.logits);
  const tokens = Int32Array.from(flat(given.tokens));
  const x = double(logits, [tokens.length, logits.length / tokens.length]).variable();
  const visible = flat(given.visible);
  check.equal(
    'visible tokens',
    Array.from(tokens, (token) => Number(token > 0)),
    visible,
  );
  const masked = given.mask_indices === undefined ? undefined : Uint8Array.from(flat(given.mask_indices));
  const loss = nucleotideLoss(x, tokens, { maskedPositions: masked });
  checkLoss(check, x, loss, { loss: given.loss, gradient: given.grad_logits });
  if (given.accuracy === undefined) return;
  const { hits, positions } = nucleotideHits(x, tokens, { maskedPositions: masked });
  check.close('accuracy', hits / positions, given.accuracy, tolerance('float64/scalar'));
}

/** The upper triangle of a square matrix, row by row. */
function condensed(square: Nested): number[] {
  const rows = square as readonly (readonly number[])[];
  return rows.flatMap((row, i) => row.slice(i + 1));
}

function runDistances(given: LossCase, check: Check): void {
  const x = double(flat(given.embeddings), shapeOf(given.embeddings)).variable();
  const within = tolerance('float64/scalar');
  const mapped = embeddingDistances(x).toTypedArray();
  check.close('mapped distances', mapped, condensed(given.mapped), within);
  const raw = condensed(given.raw_distances);
  check.close(
    'distances',
    Array.from(mapped, (distance) => 10 * Math.atanh(distance)),
    raw,
    within,
  );
  if (given.mapped_scale_3 !== undefined) {
    const scaled = embeddingDistances(x, { scale: 3 }).toTypedArray();
    check.close('mapped distances at scale 3', scaled, condensed(given.mapped_scale_3), within);
  }
  const loss = unifracLoss(x, condensed(given.target));
  checkLoss(check, x, loss, { loss: given.loss, gradient: given.grad_embeddings });
}

const formulas: Readonly<Record<string, (given: LossCase, check: Check) => void>> = {
  mse: (given, check) => runTarget(given, { kind: 'mse' }, check),
  mae: (given, check) => runTarget(given, { kind: 'mae' }, check),
  huber: (given, check) => runTarget(given, { kind: 'huber' }, check),
  asymmetric: (given, check) => {
    const { over, under } = given;
    runTarget(given, { kind: 'asymmetric', over, under }, check);
  },
  quantile: (given, check) => runTarget(given, { kind: 'quantile', quantiles: given.quantiles }, check),
  per_column: (given, check) => runTarget(given, { kind: given.global }, check),
  nll: runClasses,
  cross_entropy: runNucleotides,
  pairwise: runDistances,
  count: (given, check) => {
    const values = flat(given.pred);
    const x = double(values, [values.length, 1]).variable();
    const loss = countLoss(x, flat(given.true), { mask: flat(given.mask) });
    checkLoss(check, x, loss, { loss: given.loss, gradient: given.grad_pred });
  },
  mse_all_elements: (given, check) => {
    const x = double(flat(given.pred), shapeOf(given.pred)).variable();
    checkLoss(check, x, baseLoss(x, flat(given.true)), { loss: given.loss, gradient: given.grad_pred });
  },
  total: (given, check) => {
    const terms = Object.entries(given.terms).map(([term, value]) => [term, double([value], [])] as const);
    const total = totalLoss(Object.fromEntries(terms), given.penalties);
    check.close('loss', total.item(), given.loss, tolerance('float64/scalar'));
  },
};

interface RegressionScoreSet {
  readonly n?: number;
  readonly mae: number;
  readonly mse: number;
  readonly rmse?: number;
  readonly r2?: number;
}

interface MetricCase {
  readonly name: string;
  readonly kind: string;
  readonly chunks: readonly { readonly pred: Nested; readonly true: Nested }[];
  readonly exact_float64: RegressionScoreSet;
  readonly declared_classes: number | null;
  readonly confusion_matrix_rows_true_cols_pred: readonly (readonly number[])[];
  readonly reference_support_weighted: Readonly<Record<string, number>>;
  readonly per_class: Readonly<Record<string, readonly number[]>>;
  readonly macro_all_classes: Readonly<Record<string, number>>;
  readonly macro_classes_with_support: Readonly<Record<string, number>>;
  readonly pred: Nested;
  readonly true: Nested;
  readonly mask: Nested;
}

function runRegression({ chunks, exact_float64: want }: MetricCase, check: Check): void {
  const stream = new RegressionMetrics();
  const merged = new RegressionMetrics();
  for (const chunk of chunks) {
    stream.add(flat(chunk.pred), flat(chunk.true));
    const part = new RegressionMetrics();
    part.add(flat(chunk.pred), flat(chunk.true));
    merged.merge(part);
  }
  const { n, ...errors } = want;
  for (const [how, metrics] of Object.entries({ stream, merged })) {
    const { valueCount, ...scores } = metrics.scores();
    if (n !== undefined) check.equal(`${how}: number of values`, valueCount, n);
    compareScores(check, how, scores, errors);
  }
}

function runClassification(given: MetricCase, check: Check): void {
  const metrics = new ClassificationMetrics(given.declared_classes ?? 0);
  const merged = new ClassificationMetrics(given.declared_classes ?? 0);
  for (const chunk of given.chunks) {
    const [, width] = shapeOf(chunk.pred);
    const predicted = width === undefined ? flat(chunk.pred) : argmaxRows(flat(chunk.pred), width);
    metrics.add(predicted, flat(chunk.true));
    const part = new ClassificationMetrics();
    part.add(predicted, flat(chunk.true));
    merged.merge(part);
  }
  check.equal('confusion matrix', metrics.confusionMatrix, given.confusion_matrix_rows_true_cols_pred);
  check.equal('merged confusion matrix', merged.confusionMatrix, given.confusion_matrix_rows_true_cols_pred);
  const { accuracy, weighted, macro, macroOfOccurring, perClass } = metrics.scores();
  compareScores(check, 'weighted', { accuracy, ...weighted }, given.reference_support_weighted);
  compareScores(check, 'macro', { ...macro }, given.macro_all_classes);
  compareScores(check, 'macro of occurring classes', { ...macroOfOccurring }, given.macro_classes_with_support);
  for (const [field, want] of Object.entries(given.per_class)) {
    const got = perClass.map((scores) => scores[field as keyof typeof scores]);
    check.close(`${field} per class`, got, want, tolerance('float64/scalar'));
  }
}

function compareScores(check: Check, what: string, got: Readonly<Record<string, number>>, want: object): void {
  for (const [field, value] of Object.entries(want)) {
    check.close(`${what}: ${field}`, got[field] ?? Number.NaN, value as number, tolerance('float64/scalar'));
  }
}

const metricKinds: Readonly<Record<string, (given: MetricCase, check: Check) => void>> = {
  regression: runRegression,
  classification: runClassification,
  counts: (given, check) => {
    const metrics = new CountMetrics();
    metrics.add(flat(given.pred), flat(given.true), flat(given.mask));
    const { mae, mse } = metrics.scores();
    compareScores(check, 'counts', { mae, mse }, given.exact_float64);
  },
};

function toCase(name: string, given: LossCase | MetricCase): VectorCase {
  const [what, run] =
    'formula' in given
      ? [`loss "${given.formula}"`, formulas[given.formula]?.bind(null, given)]
      : [`metric "${given.kind}"`, metricKinds[given.kind]?.bind(null, given)];
  return run === undefined ? { name, unsupported: `there is no ${what}` } : { name, run };
}

/** `05_losses_metrics`. Some cases share a name; those after the first get their number. */
export const vectorSet: VectorSet = {
  folder: '05_losses_metrics',
  async *cases(directory) {
    for (const { name, content } of jsonVectors<{ cases: (LossCase | MetricCase)[] }>(directory)) {
      const seen = new Map<string, number>();
      for (const given of content.cases) {
        const number = (seen.get(given.name) ?? 0) + 1;
        seen.set(given.name, number);
        yield toCase(`${name}/${given.name}${number === 1 ? '' : `#${number}`}`, given);
      }
    }
  },
};
