//! The loops of attention pooling, threaded over sequences.

use std::ops::Range;
use std::sync::PoisonError;

use seq_tensor::{recycle, threads};

use crate::arithmetic::vectorised;
use crate::groups::{Group, groups, shard_count, split_rows};
use crate::lanes;
use crate::layer_norm::{Norm, NormGradient, layer_norm_rows, layer_norm_rows_backward};
use crate::real::Real;

/// Added to the sum of masked weights before the division.
const WEIGHT_EPSILON: f64 = 1e-8;

/// A call with its elements.
pub(super) struct Pooling<'a, T> {
    pub x: &'a [T],
    pub offsets: &'a [u32],
    pub key_mask: Option<&'a [u8]>,
    pub query: &'a [T],
    pub norm: Norm<'a, T>,
}

/// What backward needs of forward.
pub(super) struct Kept<T> {
    /// Weighted means before the norm, one row per sequence.
    means: Vec<T>,
    /// Final weights, one per row of x.
    weights: Vec<T>,
}

vectorised! {
    /// `sum = sum_j w_j x_j`.
    fn weighted_sum<T, A>(x: &[T], weights: &[T], sum: &mut [T]) {
        sum.fill(T::ZERO);
        for (x, weight) in x.chunks_exact(sum.len()).zip(weights) {
            for (sum, x) in sum.iter_mut().zip(x) {
                *sum = A::multiply_add(*x, *weight, *sum);
            }
        }
    }
}

vectorised! {
    /// `products_j = a·x_j`.
    fn products<T, A>(x: &[T], a: &[T], products: &mut [T]) {
        for (x, product) in x.chunks_exact(a.len()).zip(products) {
            *product = lanes::dot::<T, A>(x, a);
        }
    }
}

vectorised! {
    /// Turns scores into exponentials below the largest; hidden ones become 0.
    fn exponentials<T, A>(scores: &mut [T], mask: Option<&[u8]>) {
        if let Some(mask) = mask {
            for (score, mask) in scores.iter_mut().zip(mask) {
                *score = if *mask == 0 { T::NEG_INFINITY } else { *score };
            }
        }
        let largest = lanes::maximum(scores);
        for score in scores.iter_mut() {
            *score = (*score - largest).exp_nonpositive::<A>();
        }
    }
}

vectorised! {
    fn total<T, A>(x: &[T]) -> T {
        lanes::sum(x, |x| x)
    }
}

vectorised! {
    fn scale<T, A>(x: &mut [T], factor: T) {
        for x in x {
            *x *= factor;
        }
    }
}

vectorised! {
    fn dot<T, A>(x: &[T], y: &[T]) -> T {
        lanes::dot::<T, A>(x, y)
    }
}

vectorised! {
    /// `dx_j = w_j d_mean + d_score_j query`.
    fn rows_backward<T, A>(dx: &mut [T], weights: &[T], d_scores: &[T], d_mean: &[T], query: &[T]) {
        for (dx, (weight, d_score)) in dx.chunks_exact_mut(query.len()).zip(weights.iter().zip(d_scores)) {
            for (dx, (d_mean, query)) in dx.iter_mut().zip(d_mean.iter().zip(query)) {
                *dx = A::multiply_add(*weight, *d_mean, *d_score * *query);
            }
        }
    }
}

impl<T: Real> Pooling<'_, T> {
    fn width(&self) -> usize {
        self.query.len()
    }

    /// One over the root of the width.
    fn score_scale(&self) -> T {
        T::ONE / T::from_f64(self.width() as f64).sqrt()
    }

    fn rows(&self, rows: Range<usize>) -> &[T] {
        &self.x[rows.start * self.width()..rows.end * self.width()]
    }

    fn mask(&self, rows: Range<usize>) -> Option<&[u8]> {
        self.key_mask.map(|mask| &mask[rows])
    }

    /// The final weights of one sequence.
    fn weigh(&self, rows: Range<usize>, weights: &mut [T]) {
        let mask = self.mask(rows.clone());
        if mask.is_some_and(|mask| mask.iter().all(|mask| *mask == 0)) {
            weights.fill(T::ONE / T::from_f64(rows.len() as f64));
            return;
        }
        products(self.rows(rows), self.query, weights);
        scale(weights, self.score_scale());
        exponentials(weights, mask);
        let sum = total(weights);
        scale(weights, T::ONE / sum);
        if mask.is_some() {
            let sum = total(weights) + T::from_f64(WEIGHT_EPSILON);
            scale(weights, T::ONE / sum);
        }
    }

    /// The pooled rows, and what backward needs.
    pub(super) fn forward(&self) -> (Vec<T>, Kept<T>) {
        let width = self.width();
        let groups = groups(self.offsets);
        let mut weights = vec![T::ZERO; self.x.len() / width];
        let pieces = split_rows(&mut weights, &groups, 1);
        let means_of = threads::map(groups.len(), |index| {
            let group = &groups[index];
            let mut weights = pieces[index].lock().unwrap_or_else(PoisonError::into_inner);
            let mut means = vec![T::ZERO; group.sequences.len() * width];
            for (sequence, mean) in group.sequences.iter().zip(means.chunks_exact_mut(width)) {
                let weights = &mut weights[sequence.rows.clone()];
                let rows = group.rows_of(sequence);
                self.weigh(rows.clone(), weights);
                weighted_sum(self.rows(rows), weights, mean);
            }
            means
        });
        let mut means = vec![T::ZERO; (self.offsets.len() - 1) * width];
        for (group, found) in groups.iter().zip(&means_of) {
            for (sequence, mean) in group.sequences.iter().zip(found.chunks_exact(width)) {
                means[sequence.index * width..][..width].copy_from_slice(mean);
            }
        }
        let mut y = vec![T::ZERO; means.len()];
        layer_norm_rows(&means, self.norm, &mut y);
        drop(pieces);
        (y, Kept { means, weights })
    }

    /// The gradient of x, and those of query, norm weight and norm bias end to end.
    pub(super) fn backward(&self, kept: &Kept<T>, dy: &[T]) -> (Vec<T>, Vec<T>) {
        let width = self.width();
        let mut sums = vec![T::ZERO; 3 * width];
        let (d_query, norm) = sums.split_at_mut(width);
        let (weight, bias) = norm.split_at_mut(width);
        let mut d_means = vec![T::ZERO; kept.means.len()];
        layer_norm_rows_backward(&kept.means, self.norm, dy, &mut d_means, NormGradient { weight, bias });

        let groups = groups(self.offsets);
        let mut dx = recycle::vector_of::<T>(self.x.len());
        let pieces = split_rows(&mut dx, &groups, width);
        let shards = shard_count(groups.len(), width);
        let parts = threads::map(shards, |shard| {
            let mut d_query = vec![T::ZERO; width];
            for index in (shard..groups.len()).step_by(shards) {
                let mut dx = pieces[index].lock().unwrap_or_else(PoisonError::into_inner);
                self.backward_group(&groups[index], kept, &d_means, &mut dx, &mut d_query);
            }
            d_query
        });
        for part in &parts {
            for (sum, x) in d_query.iter_mut().zip(part) {
                *sum += *x;
            }
        }
        drop(pieces);
        (dx, sums)
    }

    fn backward_group(&self, group: &Group, kept: &Kept<T>, d_means: &[T], dx: &mut [T], d_query: &mut [T]) {
        let width = self.width();
        let mut part = vec![T::ZERO; width];
        let mut d_scores = vec![T::ZERO; group.longest()];
        for sequence in &group.sequences {
            let rows = group.rows_of(sequence);
            let (x, weights) = (self.rows(rows.clone()), &kept.weights[rows.clone()]);
            let d_mean = &d_means[sequence.index * width..][..width];
            let d_scores = &mut d_scores[..rows.len()];
            self.score_gradients(rows, weights, d_mean, d_scores);
            let dx = &mut dx[sequence.rows.start * width..sequence.rows.end * width];
            rows_backward(dx, weights, d_scores, d_mean, self.query);
            weighted_sum(x, d_scores, &mut part);
            for (sum, x) in d_query.iter_mut().zip(&part) {
                *sum += *x;
            }
        }
    }

    /// Gradients of `q·x_j`; zero where the weights do not depend on it.
    fn score_gradients(&self, rows: Range<usize>, weights: &[T], d_mean: &[T], d_scores: &mut [T]) {
        let mask = self.mask(rows.clone());
        if mask.is_some_and(|mask| mask.iter().all(|mask| *mask == 0)) {
            d_scores.fill(T::ZERO);
            return;
        }
        // Over visible rows the softmax p sums to 1 whatever the scores are, so w = p / (1 + e) and
        // the gradient of a score is p_i (g_i - sum p_j g_j) / (1 + e) = w_i (g_i - (1 + e) sum w_j g_j).
        products(self.rows(rows), d_mean, d_scores);
        let epsilon = if mask.is_some() { WEIGHT_EPSILON } else { 0.0 };
        let mean = dot(d_scores, weights) * T::from_f64(1.0 + epsilon);
        for (d, weight) in d_scores.iter_mut().zip(weights) {
            *d = *weight * (*d - mean) * self.score_scale();
        }
    }
}
