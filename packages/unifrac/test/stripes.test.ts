import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DistanceMatrix, matrixOfStripes, stripeCount, stripesOf } from '../src/index.js';

const square = fc.integer({ min: 0, max: 25 }).chain((size) =>
  fc
    .array(fc.double({ min: 0, max: 1, noNaN: false }), {
      minLength: (size * (size - 1)) / 2,
      maxLength: (size * (size - 1)) / 2,
    })
    .map((distances) => {
      const ids = Array.from({ length: size }, (_, i) => `s${i}`);
      return new DistanceMatrix(ids, Float64Array.from(distances));
    }),
);

it('stripes hold the distance of k and k + s + 1, around the circle, and give the matrix again', () => {
  fc.assert(
    fc.property(square, (matrix) => {
      const stripes = stripesOf(matrix);
      expect(stripes).toHaveLength(stripeCount(matrix.size) * matrix.size);
      stripes.forEach((distance, at) => {
        const [s, k] = [Math.floor(at / matrix.size), at % matrix.size];
        expect(distance).toBe(matrix.get(k, (k + s + 1) % matrix.size));
      });
      expect(matrixOfStripes(matrix.ids, stripes).condensed).toEqual(matrix.condensed);
    }),
  );
});

it('stripes of six samples stand as ssu has them', () => {
  const matrix = new DistanceMatrix(
    [...'abcdef'],
    Float64Array.from({ length: 15 }, (_, i) => i + 1),
  );
  expect([...stripesOf(matrix)]).toEqual([1, 6, 10, 13, 15, 5, 2, 7, 11, 14, 4, 9, 3, 8, 12, 3, 8, 12]);
});

it('refuses stripes that do not fit or contradict each other', () => {
  const ids = [...'abcd'];
  expect(() => matrixOfStripes(ids, new Float64Array(4))).toThrow('4 distances are no 2 stripes of 4');
  expect(() => matrixOfStripes(ids, Float64Array.of(1, 1, 1, 1, 2, 2, 2, 3))).toThrow(
    '3 in stripe 1 stands elsewhere as 2',
  );
});
