// NumPy's binomial and multinomial draws, for rarefaction with replacement as the reference's library does it. Equal to
// NumPy wherever the platform's logarithm and exponential round as NumPy's do.
import type { Pcg64 } from './pcg64.js';

/** Up to this expected number NumPy inverts the distribution; above it rejects from an envelope. */
const mostInverted = 30;

/**
 * How many of `count` draws fall on each of several outcomes: conditional binomials, one outcome after the other.
 *
 * @param probabilities - sum up to 1.
 */
export function drawMultinomial(count: number, probabilities: Float64Array, generator: Pcg64): Float64Array {
  const drawn = new Float64Array(probabilities.length);
  const last = probabilities.length - 1;
  let left = count;
  let probabilityLeft = 1;
  for (let i = 0; i < last && left > 0; i++) {
    drawn[i] = drawBinomial(left, probabilities[i]! / probabilityLeft, generator);
    left -= drawn[i]!;
    probabilityLeft -= probabilities[i]!;
  }
  if (left > 0) drawn[last] = left;
  return drawn;
}

/** How many of `count` draws succeed, each with the given probability. */
export function drawBinomial(count: number, probability: number, generator: Pcg64): number {
  if (count === 0 || probability === 0) return 0;
  const isLikely = probability > 0.5;
  const smaller = isLikely ? 1 - probability : probability;
  const draw = smaller * count <= mostInverted ? byInversion : byRejection;
  const drawn = draw(count, smaller, generator);
  return isLikely ? count - drawn : drawn;
}

function byInversion(count: number, probability: number, generator: Pcg64): number {
  const failure = 1 - probability;
  const ofNone = Math.exp(count * Math.log1p(-probability));
  const mean = count * probability;
  const most = Math.trunc(Math.min(count, mean + 10 * Math.sqrt(mean * failure + 1)));
  let drawn = 0;
  let ofDrawn = ofNone;
  let rest = generator.nextDouble();
  while (rest > ofDrawn) {
    drawn += 1;
    if (drawn > most) {
      drawn = 0;
      ofDrawn = ofNone;
      rest = generator.nextDouble();
    } else {
      rest -= ofDrawn;
      ofDrawn = ((count - drawn + 1) * probability * ofDrawn) / (drawn * failure);
    }
  }
  return drawn;
}

/** Shape of the envelope: a triangle over the mode, two parallelograms beside it, two exponential tails. */
interface Envelope {
  readonly count: number;
  readonly success: number;
  readonly failure: number;
  readonly mode: number;
  readonly center: number;
  readonly halfWidth: number;
  readonly left: number;
  readonly right: number;
  readonly height: number;
  readonly leftRate: number;
  readonly rightRate: number;
  /** Areas up to and including triangle, parallelograms, left tail, right tail. */
  readonly areas: readonly [number, number, number, number];
}

/**
 * Rejection from a piecewise envelope (BTPE).
 *
 * @see Kachitvichyanukul & Schmeiser 1988, "Binomial random variate generation", doi:10.1145/42372.42381
 */
function byRejection(count: number, probability: number, generator: Pcg64): number {
  const envelope = envelopeOf(count, probability);
  for (;;) {
    const drawn = proposal(envelope, generator);
    if (drawn !== undefined) return drawn;
  }
}

function envelopeOf(count: number, probability: number): Envelope {
  const success = Math.min(probability, 1 - probability);
  const failure = 1 - success;
  const peak = count * success + success;
  const mode = Math.floor(peak);
  const halfWidth = Math.floor(2.195 * Math.sqrt(count * success * failure) - 4.6 * failure) + 0.5;
  const center = mode + 0.5;
  const [left, right] = [center - halfWidth, center + halfWidth];
  const height = 0.134 + 20.5 / (15.3 + mode);
  const rate = (slope: number): number => slope * (1 + slope / 2);
  const leftRate = rate((peak - left) / (peak - left * success));
  const rightRate = rate((right - peak) / (right * failure));
  const beside = halfWidth * (1 + 2 * height);
  const withLeft = beside + height / leftRate;
  const areas = [halfWidth, beside, withLeft, withLeft + height / rightRate] as const;
  return { count, success, failure, mode, center, halfWidth, left, right, height, leftRate, rightRate, areas };
}

/** One try; undefined if it is rejected. */
function proposal(envelope: Envelope, generator: Pcg64): number | undefined {
  const { count, mode, center, halfWidth, left, right, height, leftRate, rightRate, areas } = envelope;
  const place = generator.nextDouble() * areas[3];
  const level = generator.nextDouble();
  if (place <= areas[0]) return Math.floor(center - halfWidth * level + place);
  if (place <= areas[1]) {
    const value = left + (place - halfWidth) / height;
    const raised = level * height + 1 - Math.abs(mode - value + 0.5) / halfWidth;
    return raised > 1 ? undefined : accepted(envelope, Math.floor(value), raised);
  }
  if (level === 0) return undefined;
  if (place <= areas[2]) {
    const value = Math.floor(left + Math.log(level) / leftRate);
    return value < 0 ? undefined : accepted(envelope, value, level * (place - areas[1]) * leftRate);
  }
  const value = Math.floor(right - Math.log(level) / rightRate);
  return value > count ? undefined : accepted(envelope, value, level * (place - areas[2]) * rightRate);
}

/** The value if its height under the distribution is at least the level. */
function accepted(envelope: Envelope, value: number, level: number): number | undefined {
  const { count, success, failure, mode } = envelope;
  const variance = count * success * failure;
  const distance = Math.abs(value - mode);
  if (distance <= 20 || distance >= variance / 2 - 1) {
    return level > relativeHeight(envelope, value) ? undefined : value;
  }
  const error = (distance / variance) * ((distance * (distance / 3 + 0.625) + 1 / 6) / variance + 0.5);
  const normal = (-distance * distance) / (2 * variance);
  const logLevel = Math.log(level);
  if (logLevel < normal - error) return value;
  if (logLevel > normal + error) return undefined;
  return logLevel > logHeight(envelope, value) ? undefined : value;
}

/** Probability of a value over that of the mode, by their recursion. */
function relativeHeight({ count, success, failure, mode }: Envelope, value: number): number {
  const odds = success / failure;
  const numerator = odds * (count + 1);
  let height = 1;
  for (let i = mode + 1; i <= value; i++) height *= numerator / i - odds;
  for (let i = value + 1; i <= mode; i++) height /= numerator / i - odds;
  return height;
}

/** Logarithm of {@link relativeHeight} by Stirling's series; the last divisor is NumPy's, which lost a digit. */
function logHeight({ count, success, failure, mode, center }: Envelope, value: number): number {
  const [x, f, z, w] = [value + 1, mode + 1, count + 1 - mode, count - value + 1];
  const series = (a: number): number => {
    const square = a * a;
    return (13680 - (462 - (132 - (99 - 140 / square) / square) / square) / square) / a;
  };
  return (
    center * Math.log(f / x) +
    (count - mode + 0.5) * Math.log(z / w) +
    (value - mode) * Math.log((w * success) / (x * failure)) +
    series(f) / 166_320 +
    series(z) / 166_320 +
    series(x) / 166_320 +
    series(w) / 66_320
  );
}
