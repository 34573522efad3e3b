// The inverse of the normal distribution function. Knows no targets.

/** Ratio of two polynomials, lowest power first. */
function ratio(numerator: readonly number[], denominator: readonly number[], x: number): number {
  const value = (coefficients: readonly number[]): number => coefficients.reduceRight((sum, c) => sum * x + c, 0);
  return value(numerator) / value(denominator);
}

const center = [
  [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
    33430.57558358813, 2509.0809287301227,
  ],
  [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
] as const;
const flank = [
  [
    1.4234371107496837, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
    0.0005475938084995344, 1.0507500716444169e-9,
  ],
] as const;
const tail = [
  [
    6.657904643501104, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
    1.421511758316446e-7, 2.0442631033899397e-15,
  ],
] as const;

/**
 * The number that a standard normal variable stays below with the given probability, to about 16 digits.
 *
 * @param probability - in (0, 1).
 * @see Wichura 1988, "Algorithm AS 241: The percentage points of the normal distribution", doi:10.2307/2347330
 */
export function normalQuantile(probability: number): number {
  const fromHalf = probability - 0.5;
  if (Math.abs(fromHalf) <= 0.425) return fromHalf * ratio(...center, 0.180625 - fromHalf * fromHalf);
  const r = Math.sqrt(-Math.log(Math.min(probability, 1 - probability)));
  const distance = r <= 5 ? ratio(...flank, r - 1.6) : ratio(...tail, r - 5);
  return fromHalf < 0 ? -distance : distance;
}
