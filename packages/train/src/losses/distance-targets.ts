// One or several distances that embeddings of samples should have at once.
import type { CommunityBatch } from '@seq/data';
import {
  add,
  exp,
  matmul,
  mul,
  neg,
  type ParameterStore,
  pairwiseDistance,
  reshape,
  scaleShift,
  type Tensor,
  tanh,
} from '@seq/tensor';
import { trainError } from '../errors.js';
import { PreparedDistances } from '../targets/prepared-distances.js';
import type { BatchDistances } from '../trainer/pretraining-objective.js';
import { distanceLoss, embeddingDistances } from './unifrac-loss.js';

/** A distance as a target. */
export interface DistanceTarget {
  /** Its name, in letters, digits, `-` and `_`. */
  readonly name: string;
  /** Distances of a batch, in [0, 1]. */
  readonly distances: BatchDistances;
  /** Weight of its loss among all distances. Default 1. */
  readonly penalty?: number | undefined;
  /** What the distances are, as plain data: an interrupted run goes on only with the same. Default: nothing is compared. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}

/** Options of {@link DistanceTargets}. */
export interface DistanceTargetsOptions {
  /** Width D of the embeddings. */
  readonly width: number;
  /** Euclidean distance that stands for tanh(1), or `learned`: one number per target, 10 at the start. Default 10. */
  readonly scale?: number | 'learned' | undefined;
}

/** What a model says beside what it should say. */
export interface Comparison {
  /** Name of the target. */
  readonly name: string;
  /** Weight of its loss. */
  readonly penalty: number;
  /** What the model says. */
  readonly found: Tensor;
  /** What it should say, as many values. */
  readonly wanted: ArrayLike<number>;
}

const START_SCALE = 10;

/**
 * The loss of distances: for each target the mean over all pairs of samples of (tanh(d / scale) - wanted)², times its
 * penalty. With one target, d is the Euclidean distance of the embeddings themselves; with several, of a linear map of
 * them that each target has for itself, since no embedding has several geometries.
 *
 * Parameters: `objective.distance_map.<name>`, [D, D], with several targets; `objective.log_scale.<name>` for learned
 * scales. A checkpoint keeps them, models leave them aside.
 */
export class DistanceTargets {
  readonly #targets: readonly (Omit<DistanceTarget, 'distances'> & { readonly distances: PreparedDistances })[];
  readonly #scale: number;
  readonly #maps: ReadonlyMap<string, Tensor>;
  readonly #logScales: ReadonlyMap<string, Tensor>;

  /** @throws SeqError `TRAINING_OPTIONS` for no targets, a name that is used twice or has other characters, or a bad scale. */
  constructor(store: ParameterStore, targets: readonly DistanceTarget[], options: DistanceTargetsOptions) {
    const { width, scale = START_SCALE } = options;
    const names = targets.map(({ name }) => name);
    const strange = names.find((name, i) => !/^[\w-]+$/.test(name) || names.indexOf(name) !== i);
    if (targets.length === 0 || strange !== undefined) {
      const found =
        strange === undefined ? 'no distances are given' : `the name "${strange}" is used twice or no plain word`;
      throw trainError('TRAINING_OPTIONS', `DistanceTargets: ${found}; give each distance a name of its own.`);
    }
    if (scale !== 'learned' && !(scale > 0 && scale < Number.POSITIVE_INFINITY)) {
      throw trainError(
        'TRAINING_OPTIONS',
        `DistanceTargets: the scale is ${scale}; give a number above 0, or learned.`,
      );
    }
    this.#targets = targets.map((target) => ({ ...target, distances: new PreparedDistances(target.distances) }));
    this.#scale = scale === 'learned' ? START_SCALE : scale;
    const scope = store.scope().child('objective');
    const bound = Math.sqrt(3 / width);
    const several = targets.length > 1 ? names : [];
    this.#maps = new Map(
      several.map((name) => {
        const values = { kind: 'uniform', low: -bound, high: bound } as const;
        return [name, scope.child('distance_map').parameter(name, [width, width], values)];
      }),
    );
    const learned = scale === 'learned' ? names : [];
    this.#logScales = new Map(
      learned.map((name) => {
        const value = { kind: 'constant', value: Math.log(START_SCALE) } as const;
        return [name, scope.child('log_scale').parameter(name, [1], value)];
      }),
    );
  }

  /** Computes the distances of a batch that take their time; {@link DistanceTargets.comparisons} then has them at once. */
  async prepare(batch: CommunityBatch): Promise<void> {
    await Promise.all(this.#targets.map(({ distances }) => distances.prepare(batch)));
  }

  /** What the embeddings of a batch, [B, D], say for each target, and what they should say. */
  comparisons(embeddings: Tensor, batch: CommunityBatch): readonly Comparison[] {
    return this.#targets.map(({ name, distances, penalty = 1 }) => {
      return { name, penalty, found: this.#distances(embeddings, name), wanted: distances.of(batch) };
    });
  }

  /** Distances in [0, 1) that embeddings have for a target, in condensed form. */
  #distances(embeddings: Tensor, name: string): Tensor {
    const map = this.#maps.get(name);
    const mapped = map === undefined ? embeddings : matmul(embeddings, map);
    const logScale = this.#logScales.get(name);
    if (logScale === undefined) return embeddingDistances(mapped, { scale: this.#scale });
    return tanh(mul(pairwiseDistance(mapped), exp(neg(reshape(logScale, [])))));
  }
}

/** The loss of distances, one number; 0 for a single sample. */
export function lossOfDistances(comparisons: readonly Comparison[]): Tensor {
  const terms = comparisons.map(({ name, penalty, found, wanted }) =>
    scaleShift(distanceLoss(found, wanted, name), penalty, 0),
  );
  return terms.reduce(add);
}
