import { expect, it } from 'vitest';
import { SquareToCondensed } from './square-to-condensed.js';

const ids = ['a', 'b', 'c', 'd'];
const square = [
  [0, 1, 2, 3],
  [1, 0, 4, 5],
  [2, 4, 0, 6],
  [3, 5, 6, 0],
];

/** The triangle of a square whose rows come `height` at a time. */
function condensedOf(rows: readonly (readonly number[])[], height: number): readonly number[] {
  const collected = new SquareToCondensed(ids, 1e-6);
  for (let row = 0; row < rows.length; row += height) collected.add(rows.slice(row, row + height).flat());
  return [...collected.condensed];
}

it.each([1, 2, 3, 4])('both triangles are compared across blocks of %d rows', (height) => {
  expect(condensedOf(square, height)).toEqual([1, 2, 3, 4, 5, 6]);
  for (let row = 1; row < 4; row++) {
    for (let column = 0; column < row; column++) {
      const odd = square.map((values) => [...values]);
      odd[row]![column] = 9;
      expect(() => condensedOf(odd, height)).toThrow(
        `"${ids[column]}" and "${ids[row]}" are ${square[column]![row]} apart in one triangle and 9 in the other`,
      );
    }
  }
});
