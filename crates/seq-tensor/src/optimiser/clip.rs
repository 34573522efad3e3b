//! Clipping of gradients by their global norm.

use crate::dispatch_float;
use crate::element::Element;
use crate::error::{Result, TensorError};
use crate::lanes;
use crate::parameters::{Entry, ParameterStore};
use crate::pieces::PIECE;
use crate::tensor::Buffer;
use crate::threads;

const OP: &str = "clip_global_norm";
/// Added to the norm before dividing by it.
const EPSILON: f64 = 1e-6;

/// Multiplies all gradients by `max_norm / (norm + 1e-6)` where that is below 1, and returns the Euclidean
/// norm of all gradients as it was before.
///
/// Counts the trainable parameters that have a gradient, in f64 and in a fixed order. A norm that is not
/// finite is returned and changes nothing.
///
/// # Errors
/// `TENSOR_VALUE` unless `max_norm` is positive; infinity is allowed and only measures.
pub fn clip_global_norm(store: &ParameterStore, max_norm: f64) -> Result<f64> {
    if max_norm.is_nan() || max_norm <= 0.0 {
        return Err(TensorError::Value {
            op: OP,
            problem: format!("the largest norm must be positive, got {max_norm}"),
        });
    }
    let dtype = store.dtype();
    store
        .update_gradients(|entries, gradients| dispatch_float!(OP, dtype, T => clip::<T>(entries, gradients, max_norm)))
}

fn clip<T: Element>(entries: &[Entry], gradients: &mut Buffer, max_norm: f64) -> Result<f64> {
    let found = gradients.dtype();
    let wrong = TensorError::DType { op: OP, expected: "the dtype of the store".into(), found };
    let gradients = T::slice_mut(gradients).ok_or(wrong)?;
    let used = || entries.iter().filter(|entry| entry.trainable && entry.has_gradient);
    let norm = used().map(|entry| sum_of_squares(&gradients[entry.offset..][..entry.len()])).sum::<f64>().sqrt();
    let factor = max_norm / (norm + EPSILON);
    if factor < 1.0 && norm.is_finite() {
        let factor = T::from_f64(factor);
        for entry in used() {
            threads::for_each_piece(&mut gradients[entry.offset..][..entry.len()], PIECE, |_, piece| {
                piece.iter_mut().for_each(|gradient| *gradient *= factor);
            });
        }
    }
    Ok(norm)
}

fn sum_of_squares<T: Element>(values: &[T]) -> f64 {
    let pieces = threads::map(values.len().div_ceil(PIECE), |piece| {
        let values = &values[piece * PIECE..((piece + 1) * PIECE).min(values.len())];
        lanes::sum_of(values, |value| value.to_f64() * value.to_f64())
    });
    pieces.iter().sum()
}
