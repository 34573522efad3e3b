//! Operands rounded to bf16 in words of two: the even one of two neighbours in the lower half, the odd one in the upper. A
//! last one without a neighbour gets zero. It multiplies nothing.

use crate::arithmetic::vectorised;
use crate::packed::{Matrix, Panels};
use crate::real::Real;
use crate::scratch::Scratch;

/// Columns of a panel.
const PANEL: usize = 32;

#[inline(always)]
fn word<T: Real>(even: T, odd: T) -> u32 {
    even.bf16_bits() >> 16 | odd.bf16_bits()
}

/// A left operand: words of neighbours in a row, stored in the order of their source.
pub(crate) struct Pairs {
    pub data: Scratch<u32>,
    pub rows: usize,
    /// Words of a row.
    pub depth: usize,
    /// Whether words of a column lie side by side.
    pub transposed: bool,
}

impl Pairs {
    /// A matrix, rounded.
    pub(crate) fn new<T: Real>(source: Matrix<'_, T>) -> Self {
        let ((rows, width), transposed) = (source.shape(), source.is_transposed());
        let depth = width.div_ceil(2);
        let mut data = Scratch::new(rows * depth);
        if !data.is_empty() {
            join(source, &mut data);
        }
        Self { data, rows, depth, transposed }
    }
}

vectorised! {
    /// The words of [`Pairs`], of which there are some.
    fn join<T, A>(source: Matrix<'_, T>, words: &mut [u32]) {
        let (rows, width) = source.shape();
        let mut stored = source.stored();
        if source.is_transposed() {
            for target in words.chunks_exact_mut(rows) {
                match (stored.next(), stored.next()) {
                    (Some(even), Some(odd)) => {
                        for ((target, even), odd) in target.iter_mut().zip(even).zip(odd) {
                            *target = word(*even, *odd);
                        }
                    }
                    (lone, _) => {
                        for (target, even) in target.iter_mut().zip(lone.unwrap_or_default()) {
                            *target = word(*even, T::ZERO);
                        }
                    }
                }
            }
        } else {
            for (row, target) in stored.zip(words.chunks_exact_mut(width.div_ceil(2))) {
                let (pairs, last) = row.as_chunks::<2>();
                for (target, [even, odd]) in target.iter_mut().zip(pairs) {
                    *target = word(*even, *odd);
                }
                if let ([even], Some(target)) = (last, target.last_mut()) {
                    *target = word(*even, T::ZERO);
                }
            }
        }
    }
}

/// A right operand in panels of 32 columns of words, the last one filled with zeros.
pub(crate) struct PairPanels {
    data: Scratch<u32>,
    columns: usize,
}

impl PairPanels {
    /// `scale` times a matrix, rounded.
    pub(crate) fn new<T: Real>(matrix: Matrix<'_, T>, scale: T) -> Self {
        let numbers = Panels::of_even_depth(matrix, scale, Some(PANEL));
        let mut data = Scratch::new(numbers.data().len() / 2);
        join_panels(numbers.data(), &mut data);
        Self { data, columns: matrix.shape().1 }
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    pub(crate) fn words(&self) -> &[u32] {
        &self.data
    }
}

vectorised! {
    /// Words of every two rows of panels.
    fn join_panels<T, A>(numbers: &[T], words: &mut [u32]) {
        for (target, pair) in words.chunks_exact_mut(PANEL).zip(numbers.chunks_exact(2 * PANEL)) {
            let (even, odd) = pair.split_at(PANEL);
            for ((target, even), odd) in target.iter_mut().zip(even).zip(odd) {
                *target = word(*even, *odd);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precision::bf16_bits;
    use crate::testing::noise;

    #[test]
    fn words_are_those_of_neighbours_in_every_orientation() {
        for (depth, columns) in [(1, 1), (2, 40), (7, 5), (16, 33), (151, 32), (33, 151)] {
            let numbers: Vec<f32> = noise(1, depth * columns).into_iter().map(|x| x as f32).collect();
            // Buffers of earlier users are full of something else.
            Scratch::<u32>::new(4 * depth * (columns + PANEL)).fill(u32::MAX);
            Scratch::<f32>::new(4 * depth * (columns + PANEL)).fill(f32::NAN);
            let plain = Matrix::new(&numbers, depth, columns, columns);
            let across = Matrix::new(&numbers, columns, depth, depth).t();
            for matrix in [plain, across] {
                let (row_step, column_step) = matrix.steps();
                let at = |k: usize, c: usize, scale: f32| match (k < depth, c < columns) {
                    (true, true) => bf16_bits(numbers[k * row_step + c * column_step] * scale),
                    _ => 0,
                };
                let words = |k: usize, c: usize, scale| at(2 * k, c, scale) >> 16 | at(2 * k + 1, c, scale);
                let panels = PairPanels::new(matrix, 0.3);
                for (i, found) in panels.words().iter().enumerate() {
                    let (row, column) = (i / PANEL, i % PANEL);
                    let (panel, k) = (row / depth.div_ceil(2), row % depth.div_ceil(2));
                    assert_eq!(*found, words(k, panel * PANEL + column, 0.3), "{depth} x {columns}: {i}");
                }
                let left = Pairs::new(matrix.t());
                for (row, k) in (0..columns).flat_map(|row| (0..left.depth).map(move |k| (row, k))) {
                    let place = if left.transposed { k * columns + row } else { row * left.depth + k };
                    assert_eq!(left.data[place], words(k, row, 1.0), "{depth} x {columns}: {row}, {k}");
                }
            }
        }
    }
}
