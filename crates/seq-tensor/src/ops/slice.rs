//! `slice`: a range of positions along one axis, copied.
//!
//! Shapes: the axis shrinks to `end - start`. DTypes: any. `dx` is `dy` inside the range and 0 outside;
//! gradients overwrite. Errors: `TENSOR_SHAPE` unless `start <= end <= size`.

use crate::error::{Result, TensorError};
use crate::recycle;
use crate::tape::record_one;
use crate::tensor::Tensor;
use crate::{dispatch_float, dispatch_stored};

const OP: &str = "slice";

/// Positions `start..end` of `axis`.
///
/// # Errors
/// `TENSOR_SHAPE`.
pub fn slice(x: &Tensor, axis: usize, start: usize, end: usize) -> Result<Tensor> {
    if x.shape().get(axis).is_none_or(|&size| start > end || end > size) {
        let problem = format!("axis {axis} must exist and contain positions {start}..{end}");
        return Err(TensorError::shape(OP, problem, &[x.shape()]));
    }
    let from = x.shape().to_vec();
    let inner: usize = from[axis + 1..].iter().product();
    let (block, part) = (from[axis] * inner, start * inner..end * inner);
    let mut shape = from.clone();
    shape[axis] = end - start;
    let y = dispatch_stored!(x.dtype(), T => {
        let elements = x.elements::<T>(OP)?;
        let mut out = Vec::with_capacity(shape.iter().product());
        elements.chunks_exact(block.max(1)).for_each(|block| out.extend_from_slice(&block[part.clone()]));
        Tensor::new(out, &shape)
    })?;
    Ok(record_one(OP, &[x], y, move |gradient| {
        dispatch_float!(OP, gradient.dtype(), T => {
            let dy = gradient.elements::<T>(OP)?;
            let mut dx: Vec<T> = recycle::zeros(from.iter().product());
            let blocks = dx.chunks_exact_mut(block.max(1)).zip(dy.chunks_exact(part.len().max(1)));
            blocks.for_each(|(dx, dy)| dx[part.clone()].copy_from_slice(dy));
            Ok(vec![Some(Tensor::new(dx, &from)?)])
        })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Input, check_against, code, random, wanted};

    #[test]
    fn the_range_is_copied_and_the_rest_gets_no_gradient() {
        let cases: [(&[usize], usize, usize, usize); 7] = [
            (&[5], 0, 1, 4),
            (&[3, 4], 0, 1, 3),
            (&[3, 4], 1, 0, 4),
            (&[2, 3, 4], 1, 2, 3),
            (&[2, 3, 4], 2, 1, 1),
            (&[2, 0, 4], 1, 0, 0),
            (&[0, 3], 1, 1, 2),
        ];
        for (shape, axis, start, end) in cases {
            let inner: usize = shape[axis + 1..].iter().product();
            let want = |t: &[Input]| {
                let position = |flat: usize| flat / inner.max(1) % shape[axis].max(1);
                let kept = (0..t[0].data.len()).filter(|&flat| (start..end).contains(&position(flat)));
                let mut shape = shape.to_vec();
                shape[axis] = end - start;
                wanted(&shape, kept.map(|flat| t[0].data[flat]).collect())
            };
            check_against("slice", &[random(94, shape)], |t| slice(&t[0], axis, start, end), want);
        }
    }

    #[test]
    fn ranges_outside_the_axis_are_refused() {
        let x = random(95, &[2, 3]).tensor();
        for (axis, start, end) in [(2, 0, 1), (1, 2, 1), (1, 0, 4)] {
            assert_eq!(code(slice(&x, axis, start, end)), "TENSOR_SHAPE");
        }
    }
}
