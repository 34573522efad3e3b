//! Scaled dot-product attention of one head within one sequence, forward and backward.
//!
//! `weights = softmax(q kᵀ / sqrt(width))` over visible keys, `context = drop(weights) v`. Scores exist
//! for a block of queries at a time, so memory grows with the number of keys, not with its square.
//! Backward repeats scores and weights from the row maximum and the sum that forward kept.
//! A query without any visible key has weights 0 and context 0.

use crate::arithmetic::vectorised;
use crate::dropout::Drops;
use crate::lanes;
use crate::packed::{Matrix, Packed};
use crate::precision::Precision;
use crate::product::{Start, product};
use crate::real::Real;

/// Numbers in a block of scores: 256 KiB of `f32`.
const BLOCK_ELEMENTS: usize = 1 << 16;
/// Numbers that forward keeps per query and head: row maximum and one over the sum of exponentials.
pub(crate) const STATISTICS: usize = 2;

/// Rows of one head inside a wider matrix: row `i` starts at `i * stride`.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a, T> {
    pub data: &'a [T],
    pub stride: usize,
}

impl<'a, T: Real> Rows<'a, T> {
    fn block(self, rows: std::ops::Range<usize>, width: usize) -> Matrix<'a, T> {
        Matrix::new(&self.data[rows.start * self.stride..], rows.len(), width, self.stride)
    }

    fn row(self, index: usize, width: usize) -> &'a [T] {
        &self.data[index * self.stride..][..width]
    }
}

/// How many queries and keys there are and how wide one head is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeadShape {
    pub queries: usize,
    pub keys: usize,
    pub width: usize,
}

impl HeadShape {
    /// Distance of two rows of scores: whole vectors, and not a multiple of a page, which would make
    /// columns collide in the cache.
    pub(crate) fn row_len(self) -> usize {
        let rounded = self.keys.next_multiple_of(lanes::LANES);
        if rounded.is_multiple_of(256) { rounded + lanes::LANES } else { rounded }
    }

    fn queries_per_block(self) -> usize {
        (BLOCK_ELEMENTS / self.row_len()).max(16).min(self.queries)
    }

    /// Size of a block of scores.
    pub(crate) fn block_len(self) -> usize {
        self.queries_per_block() * self.row_len()
    }

    fn scale<T: Real>(self) -> T {
        T::ONE / T::from_f64(self.width as f64).sqrt()
    }
}

/// One head of one sequence.
#[derive(Clone, Copy)]
pub(crate) struct Head<'a, T> {
    pub shape: HeadShape,
    pub queries: Rows<'a, T>,
    pub keys: Rows<'a, T>,
    pub values: Rows<'a, T>,
    /// Per key of a row of scores: 0 or, where hidden and after the last key, negative infinity.
    pub visibility: &'a [T],
    /// Drops of the weights and the position of this head's first weight.
    pub drops: Option<(Drops, u64)>,
    /// Of the factors of all products.
    pub precision: Precision,
}

/// Fills the visibility of a sequence's keys from its mask.
pub(crate) fn set_visibility<T: Real>(key_mask: Option<&[u8]>, keys: usize, visibility: &mut [T]) {
    visibility[keys..].fill(T::NEG_INFINITY);
    match key_mask {
        None => visibility[..keys].fill(T::ZERO),
        Some(mask) => {
            for (visibility, mask) in visibility.iter_mut().zip(mask) {
                *visibility = if *mask == 0 { T::NEG_INFINITY } else { T::ZERO };
            }
        }
    }
}

/// A score, or negative infinity where the key is hidden. What stands after the last key may be
/// anything, even a NaN, so this is no addition.
#[inline(always)]
fn seen<T: Real>(score: T, visibility: T) -> T {
    if visibility == T::ZERO { score } else { T::NEG_INFINITY }
}

vectorised! {
    /// Turns rows of scores into exponentials below their maximum; keeps maximum and one over the sum.
    fn exponentials<T, A>(scores: &mut [T], visibility: &[T], statistics: &mut [T]) {
        for (row, kept) in scores.chunks_exact_mut(visibility.len()).zip(statistics.chunks_exact_mut(STATISTICS)) {
            for (score, visibility) in row.iter_mut().zip(visibility) {
                *score = seen(*score, *visibility);
            }
            let largest = lanes::maximum(row);
            let largest = if largest == T::NEG_INFINITY { T::ZERO } else { largest };
            for score in row.iter_mut() {
                *score = (*score - largest).exp_nonpositive::<A>();
            }
            let sum = lanes::sum(row, |x| x);
            kept[0] = largest;
            kept[1] = if sum == T::ZERO { T::ZERO } else { T::ONE / sum };
        }
    }
}

vectorised! {
    /// Turns rows of scores into the weights that forward used, before drops.
    fn weights_again<T, A>(scores: &mut [T], visibility: &[T], statistics: &[T]) {
        for (row, kept) in scores.chunks_exact_mut(visibility.len()).zip(statistics.chunks_exact(STATISTICS)) {
            for (score, visibility) in row.iter_mut().zip(visibility) {
                *score = (seen(*score, *visibility) - kept[0]).exp_nonpositive::<A>() * kept[1];
            }
        }
    }
}

vectorised! {
    /// `d = w (d - shift)` for one row.
    fn softmax_backward<T, A>(weights: &[T], gradients: &mut [T], shift: T) {
        for (gradient, weight) in gradients.iter_mut().zip(weights) {
            *gradient = *weight * (*gradient - shift);
        }
    }
}

vectorised! {
    /// The same with drops `m`: `d = w (m d - shift)`, `w = m w`; `dropped` enters as 1 and holds `m`.
    fn dropped_softmax_backward<T, A>(weights: &mut [T], gradients: &mut [T], dropped: &[T], shift: T) {
        for ((weight, gradient), m) in weights.iter_mut().zip(gradients.iter_mut()).zip(dropped) {
            *gradient = *weight * A::multiply_add(*m, *gradient, -shift);
            *weight *= *m;
        }
    }
}

vectorised! {
    fn dot<T, A>(x: &[T], y: &[T]) -> T {
        lanes::dot::<T, A>(x, y)
    }
}

/// A matrix that results are written into: row `i` starts at `start + i * stride`.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub start: usize,
    pub stride: usize,
}

/// What the context of a head leads back to, all within one buffer.
pub(crate) struct HeadGradients<'a, T> {
    pub buffer: &'a mut [T],
    pub queries: Place,
    pub keys: Place,
    pub values: Place,
}

impl<'a, T: Real> Head<'a, T> {
    fn blocks(self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let step = self.shape.queries_per_block().max(1);
        (0..self.shape.queries).step_by(step).map(move |from| from..(from + step).min(self.shape.queries))
    }

    fn key_matrix(self) -> Matrix<'a, T> {
        self.keys.block(0..self.shape.keys, self.shape.width)
    }

    fn value_matrix(self) -> Matrix<'a, T> {
        self.values.block(0..self.shape.keys, self.shape.width)
    }

    fn packed(self, matrix: Matrix<'_, T>, scale: T) -> Packed<T> {
        Packed::new(matrix, scale, self.precision)
    }

    /// Scores of a block of queries; `keys` are packed transposed and scaled.
    fn scores(self, block: std::ops::Range<usize>, keys: &Packed<T>, scores: &mut [T]) {
        product(self.queries.block(block, self.shape.width), keys, Start::Zero, scores, self.shape.row_len());
    }

    /// Position of the first weight of a query in the stream of drops.
    fn drop_position(self, first: u64, query: usize) -> u64 {
        first + (query * self.shape.keys) as u64
    }

    /// Writes the context of every query (`context` starts at this head's columns) and its statistics.
    pub(crate) fn forward(self, scores: &mut [T], context: &mut [T], stride: usize, statistics: &mut [T]) {
        let HeadShape { keys, width, .. } = self.shape;
        let packed_keys = self.packed(self.key_matrix().t(), self.shape.scale());
        let packed_values = self.packed(self.value_matrix(), T::ONE);
        for block in self.blocks() {
            let rows = block.len();
            let scores = &mut scores[..rows * self.shape.row_len()];
            let statistics = &mut statistics[block.start * STATISTICS..block.end * STATISTICS];
            self.scores(block.clone(), &packed_keys, scores);
            exponentials(scores, self.visibility, statistics);
            if let Some((drops, first)) = self.drops {
                for (query, row) in block.clone().zip(scores.chunks_exact_mut(self.shape.row_len())) {
                    drops.apply(self.drop_position(first, query), &mut row[..keys]);
                }
            }
            let weights = Matrix::new(scores, rows, keys, self.shape.row_len());
            let context = &mut context[block.start * stride..];
            product(weights, &packed_values, Start::Zero, context, stride);
            for (row, kept) in context.chunks_mut(stride).zip(statistics.chunks_exact(STATISTICS)) {
                for x in &mut row[..width] {
                    *x *= kept[1];
                }
            }
        }
    }

    /// Appends the weights of every query, before drops, [queries, keys].
    pub(crate) fn extend_with_weights(self, weights: &mut Vec<T>) {
        let row_len = self.shape.row_len();
        let packed_keys = self.packed(self.key_matrix().t(), self.shape.scale());
        let mut scores = vec![T::ZERO; self.shape.block_len()];
        for block in self.blocks() {
            let scores = &mut scores[..block.len() * row_len];
            let mut statistics = vec![T::ZERO; block.len() * STATISTICS];
            self.scores(block, &packed_keys, scores);
            exponentials(scores, self.visibility, &mut statistics);
            for (row, kept) in scores.chunks_exact(row_len).zip(statistics.chunks_exact(STATISTICS)) {
                weights.extend(row[..self.shape.keys].iter().map(|x| *x * kept[1]));
            }
        }
    }

    /// Writes the gradients of queries, keys and values from that of the context; both scratch blocks
    /// have [`HeadShape::block_len`] elements, `row` has [`HeadShape::row_len`].
    pub(crate) fn backward(
        self,
        context: Rows<'_, T>,
        d_context: Rows<'_, T>,
        statistics: &[T],
        scratch: HeadScratch<'_, T>,
        gradients: HeadGradients<'_, T>,
    ) {
        let HeadShape { keys, width, .. } = self.shape;
        let row_len = self.shape.row_len();
        let HeadGradients { buffer, queries, keys: key_place, values } = gradients;
        let scale = self.shape.scale();
        let keys_for_scores = self.packed(self.key_matrix().t(), scale);
        let keys_for_queries = self.packed(self.key_matrix(), scale);
        let packed_values = self.packed(self.value_matrix().t(), T::ONE);
        for block in self.blocks() {
            let rows = block.len();
            let weights = &mut scratch.weights[..rows * row_len];
            let d_weights = &mut scratch.gradients[..rows * row_len];
            self.scores(block.clone(), &keys_for_scores, weights);
            weights_again(weights, self.visibility, &statistics[block.start * STATISTICS..block.end * STATISTICS]);
            let d_block = d_context.block(block.clone(), width);
            product(d_block, &packed_values, Start::Zero, d_weights, row_len);
            for (query, (w, d)) in
                block.clone().zip(weights.chunks_exact_mut(row_len).zip(d_weights.chunks_exact_mut(row_len)))
            {
                // The sum of weight times gradient over the keys is the product of context and its gradient.
                let shift = dot(context.row(query, width), d_context.row(query, width));
                let (w, d) = (&mut w[..keys], &mut d[..keys]);
                match self.drops {
                    None => softmax_backward(w, d, shift),
                    Some((drops, first)) => {
                        let dropped = &mut scratch.row[..keys];
                        dropped.fill(T::ONE);
                        drops.apply(self.drop_position(first, query), dropped);
                        dropped_softmax_backward(w, d, dropped, shift);
                    }
                }
            }
            // The first block overwrites the gradients of keys and values, later ones add.
            let start = || if block.start == 0 { Start::Zero } else { Start::Present };
            let weights = Matrix::new(weights, rows, keys, row_len);
            let d_scores = Matrix::new(d_weights, rows, keys, row_len);
            let packed = self.packed(d_block, T::ONE);
            product(weights.t(), &packed, start(), &mut buffer[values.start..], values.stride);
            let packed = self.packed(self.queries.block(block.clone(), width), scale);
            product(d_scores.t(), &packed, start(), &mut buffer[key_place.start..], key_place.stride);
            let d_queries = &mut buffer[queries.start + block.start * queries.stride..];
            product(d_scores, &keys_for_queries, Start::Zero, d_queries, queries.stride);
        }
    }
}

/// Memory for [`Head::backward`].
pub(crate) struct HeadScratch<'a, T> {
    pub weights: &'a mut [T],
    pub gradients: &'a mut [T],
    pub row: &'a mut [T],
}
