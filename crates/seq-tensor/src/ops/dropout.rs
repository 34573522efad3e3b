//! `dropout`: sets elements to 0 with probability `p` and multiplies the others by `1 / (1 - p)`.
//!
//! Element `(position, d)` of a packed sequence with id `s` is dropped where word `position * D + d` of
//! sequence `s` in the stream is below `p * 2^32`, so the mask depends neither on packing nor on threads,
//! and backward draws it again. Shapes: x [T, D], kept. DTypes: floats. Gradients overwrite.
//! Errors: `TENSOR_SHAPE`, `TENSOR_DTYPE`, `TENSOR_VALUE`.
//! Source: Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting".

use crate::dispatch_float;
use crate::element::Element;
use crate::error::{Result, TensorError};
use crate::philox::{Stream, drop_threshold};
use crate::pieces::{PIECE, rows_per_piece};
use crate::ragged::{check_offsets, check_sequence_ids, ranges};
use crate::recycle;
use crate::tape::record_one;
use crate::tensor::Tensor;
use crate::threads;

const OP: &str = "dropout";

/// Drops elements of packed sequences at random and scales the rest; `probability` 0 returns `x` itself.
///
/// # Errors
/// `TENSOR_SHAPE` unless x is [T, D]; `TENSOR_VALUE` if `probability` is outside [0, 1), offsets do not fit,
/// ids are missing or a sequence has more than 2^32 elements; `TENSOR_DTYPE`.
pub fn dropout(x: &Tensor, probability: f64, stream: Stream, offsets: &[u32], sequence_ids: &[u32]) -> Result<Tensor> {
    let &[count, width] = x.shape() else {
        return Err(TensorError::shape(OP, "packed rows [T, D] are needed", &[x.shape()]));
    };
    let fail = |problem: String| Err(TensorError::Value { op: OP, problem });
    if !(0.0..1.0).contains(&probability) {
        return fail(format!("probability must be at least 0 and below 1, got {probability}"));
    }
    check_offsets(OP, offsets, count)?;
    check_sequence_ids(OP, offsets, sequence_ids)?;
    if ranges(offsets).any(|range| range.len() * width > u32::MAX as usize) {
        return fail(format!("a sequence may have at most {} elements", u32::MAX));
    }
    if probability == 0.0 {
        return Ok(x.clone());
    }
    let mask = Mask { probability, stream, width, segments: segments(offsets, sequence_ids, width) };
    dispatch_float!(OP, x.dtype(), T => {
        let y = Tensor::new(mask.apply::<T>(&x.elements::<T>(OP)?), x.shape())?;
        Ok(record_one(OP, &[x], y, move |gradient| {
            let dx = mask.apply::<T>(&gradient.elements::<T>(OP)?);
            Ok(vec![Some(Tensor::new(dx, gradient.shape())?)])
        }))
    })
}

/// Consecutive elements of one sequence.
struct Segment {
    sequence_id: u32,
    first_position: u32,
    elements: std::ops::Range<usize>,
}

/// Cuts every sequence into segments of at most a piece.
fn segments(offsets: &[u32], sequence_ids: &[u32], width: usize) -> Vec<Segment> {
    let mut segments = Vec::new();
    for (range, &sequence_id) in ranges(offsets).zip(sequence_ids) {
        let (start, len) = (range.start * width, range.len() * width);
        for first in (0..len).step_by(PIECE) {
            let elements = start + first..start + (first + PIECE).min(len);
            segments.push(Segment { sequence_id, first_position: first as u32, elements });
        }
    }
    segments
}

struct Mask {
    probability: f64,
    stream: Stream,
    width: usize,
    segments: Vec<Segment>,
}

impl Mask {
    fn apply<T: Element>(&self, x: &[T]) -> Vec<T> {
        let threshold = drop_threshold(self.probability);
        let scale = T::from_f64(1.0 / (1.0 - self.probability));
        debug_assert!(self.width > 0 || x.is_empty());
        let mut y = recycle::vector_of(x.len());
        let mut parts = Vec::with_capacity(self.segments.len());
        let mut rest = y.as_mut_slice();
        for segment in &self.segments {
            let (part, tail) = rest.split_at_mut(segment.elements.len());
            parts.push((segment, part));
            rest = tail;
        }
        let per_piece = rows_per_piece(x.len() / parts.len().max(1), PIECE);
        threads::for_each_piece(&mut parts, per_piece, |_, parts| {
            let mut words = [0u32; 256];
            for (segment, part) in parts {
                let x = &x[segment.elements.clone()];
                let mut position = segment.first_position;
                for (y, x) in part.chunks_mut(words.len()).zip(x.chunks(words.len())) {
                    let words = &mut words[..y.len()];
                    self.stream.words(segment.sequence_id, position, words);
                    position = position.wrapping_add(y.len() as u32);
                    for ((y, x), word) in y.iter_mut().zip(x).zip(words) {
                        *y = if *word < threshold { T::ZERO } else { *x * scale };
                    }
                }
            }
        });
        y
    }
}

#[cfg(test)]
mod tests;
