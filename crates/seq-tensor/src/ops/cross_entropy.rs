//! `cross_entropy` and `nll`: the weighted mean of minus the log-probability of each row's class.
//!
//! `cross_entropy = sum(w_t (ln sum exp(x_t) - x_t[class_t])) / sum(w)`, fused, and
//! `nll = sum(-w_t p_t[class_t]) / sum(w)` for rows that are log-probabilities already.
//! Shapes: [T, V], targets i32 [T], weights [T] of the same float or none (all 1); the result has no axes.
//! A row of weight 0 is not looked at: its target and values may be anything. If all are, the result is 0.
//! Weights are constants: they get no gradient. Sums in f64 in order. Gradients overwrite.
//! Errors: `TENSOR_SHAPE`, `TENSOR_DTYPE`, `TENSOR_INDEX` for classes, `TENSOR_VALUE` for weights that are
//! negative or not finite, or that need a gradient.

use crate::dispatch_float;
use crate::element::Element;
use crate::error::{Result, TensorError};
use crate::ops::softmax::log_sum_exp;
use crate::pieces::{PIECE, filled, rows_per_piece};
use crate::tape::record_one;
use crate::tensor::Tensor;

/// Cross-entropy of softmax probabilities with one class per row, from logits.
///
/// # Errors
/// `TENSOR_SHAPE`, `TENSOR_DTYPE`, `TENSOR_INDEX`, `TENSOR_VALUE`.
pub fn cross_entropy(logits: &Tensor, targets: &Tensor, weights: Option<&Tensor>) -> Result<Tensor> {
    const OP: &str = "cross_entropy";
    dispatch_float!(OP, logits.dtype(), T => {
        let rows = WeightedRows::<T>::new(OP, logits, targets, weights)?;
        let width = rows.classes;
        let log_sums = {
            let logits = logits.elements::<T>(OP)?;
            filled(rows.shares.len(), rows_per_piece(width, PIECE / 4), |start, piece: &mut [T]| {
                for (i, out) in piece.iter_mut().enumerate() {
                    let is_used = rows.shares[start + i] > 0.0;
                    *out = if is_used { log_sum_exp(&logits[(start + i) * width..][..width]) } else { T::ZERO };
                }
            })
        };
        let loss = rows.weighted_sum(&logits.elements::<T>(OP)?, |row, x| log_sums[row] - x);
        let saved = logits.detach();
        Ok(record_one(OP, &[logits], Tensor::scalar(T::from_f64(loss)), move |gradient| {
            let scale = gradient.elements::<T>(OP)?[0];
            let logits = saved.elements::<T>(OP)?;
            let dx = rows.gradient(|row, dx| {
                let share = scale * T::from_f64(rows.shares[row]);
                let x = &logits[row * width..][..width];
                dx.iter_mut().zip(x).for_each(|(dx, x)| *dx = share * (*x - log_sums[row]).exp());
                dx[rows.targets[row]] -= share;
            });
            Ok(vec![Some(Tensor::new(dx, saved.shape())?)])
        }))
    })
}

/// Minus the log-probability of one class per row, averaged like [`cross_entropy`].
///
/// # Errors
/// `TENSOR_SHAPE`, `TENSOR_DTYPE`, `TENSOR_INDEX`, `TENSOR_VALUE`.
pub fn nll(log_probabilities: &Tensor, targets: &Tensor, weights: Option<&Tensor>) -> Result<Tensor> {
    const OP: &str = "nll";
    dispatch_float!(OP, log_probabilities.dtype(), T => {
        let rows = WeightedRows::<T>::new(OP, log_probabilities, targets, weights)?;
        let loss = rows.weighted_sum(&log_probabilities.elements::<T>(OP)?, |_, x| -x);
        let shape = log_probabilities.shape().to_vec();
        Ok(record_one(OP, &[log_probabilities], Tensor::scalar(T::from_f64(loss)), move |gradient| {
            let scale = gradient.elements::<T>(OP)?[0];
            let dx = rows.gradient(|row, dx| dx[rows.targets[row]] = -scale * T::from_f64(rows.shares[row]));
            Ok(vec![Some(Tensor::new(dx, &shape)?)])
        }))
    })
}

/// The class of each row and its share of the mean.
struct WeightedRows<T> {
    classes: usize,
    /// 0 where the row is not looked at.
    targets: Vec<usize>,
    /// Weights divided by their sum.
    shares: Vec<f64>,
    element: std::marker::PhantomData<T>,
}

impl<T: Element> WeightedRows<T> {
    fn new(op: &'static str, x: &Tensor, targets: &Tensor, weights: Option<&Tensor>) -> Result<Self> {
        let shapes: Vec<&[usize]> =
            [Some(x), Some(targets), weights].into_iter().flatten().map(Tensor::shape).collect();
        let fits = |other: &[usize]| other.len() == 1 && x.shape().first() == other.first();
        if x.shape().len() != 2 || !shapes[1..].iter().all(|shape| fits(shape)) {
            let problem = "rows [T, V], targets [T] and, if any, weights [T] are needed";
            return Err(TensorError::shape(op, problem, &shapes));
        }
        let (count, classes) = (x.shape()[0], x.shape()[1]);
        let weights = match weights {
            Some(weights) => checked_weights::<T>(op, weights)?,
            None => vec![1.0; count],
        };
        let total: f64 = weights.iter().sum();
        let shares: Vec<f64> = weights.iter().map(|w| if *w > 0.0 { w / total } else { 0.0 }).collect();
        let targets = checked_targets(op, &targets.elements::<i32>(op)?, &shares, classes)?;
        Ok(Self { classes, targets, shares, element: std::marker::PhantomData })
    }

    /// `sum(share * f(row, x[target]))` in order, in f64.
    fn weighted_sum(&self, x: &[T], f: impl Fn(usize, T) -> T) -> f64 {
        let used = self.shares.iter().zip(&self.targets).enumerate().filter(|(_, (share, _))| **share > 0.0);
        used.map(|(row, (share, target))| share * f(row, x[row * self.classes + target]).to_f64()).sum()
    }

    /// Zeros, with `write(row, part)` called for the rows that count.
    fn gradient(&self, write: impl Fn(usize, &mut [T]) + Sync) -> Vec<T> {
        let (width, rows) = (self.classes, rows_per_piece(self.classes, PIECE / 4));
        filled(self.shares.len() * width, rows * width, |start, piece: &mut [T]| {
            for (i, dx) in piece.chunks_exact_mut(width).enumerate() {
                dx.fill(T::ZERO);
                if self.shares[start / width + i] > 0.0 {
                    write(start / width + i, dx);
                }
            }
        })
    }
}

fn checked_weights<T: Element>(op: &'static str, weights: &Tensor) -> Result<Vec<f64>> {
    let fail = |problem: String| Err(TensorError::Value { op, problem });
    if weights.needs_gradient() {
        return fail("weights are constants here, but a gradient for them is asked for; detach them".into());
    }
    let weights: Vec<f64> = weights.elements::<T>(op)?.iter().map(|w| w.to_f64()).collect();
    let is_bad = |w: &&f64| !(**w >= 0.0 && w.is_finite());
    match weights.iter().position(|w| is_bad(&w)) {
        None => Ok(weights),
        Some(row) => {
            let count = weights.iter().filter(is_bad).count();
            fail(format!(
                "weights must be finite and at least 0, got {} in row {row} ({count} such rows)",
                weights[row]
            ))
        }
    }
}

fn checked_targets(op: &'static str, targets: &[i32], shares: &[f64], classes: usize) -> Result<Vec<usize>> {
    let class = |target: i32| usize::try_from(target).ok().filter(|&class| class < classes);
    let is_bad = |&(target, share): &(&i32, &f64)| *share > 0.0 && class(*target).is_none();
    let pairs = || targets.iter().zip(shares);
    if let Some(position) = pairs().position(|pair| is_bad(&pair)) {
        let (index, count) = (i64::from(targets[position]), pairs().filter(is_bad).count());
        return Err(TensorError::Index { op, index, position, limit: classes, count });
    }
    Ok(pairs().map(|(target, share)| if *share > 0.0 { class(*target).unwrap_or(0) } else { 0 }).collect())
}

#[cfg(test)]
mod tests;
