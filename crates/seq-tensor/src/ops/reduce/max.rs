//! `max`: the largest element over chosen axes; ties share the gradient evenly.

use super::sum_kernel::sum_axes;
use super::{ReducedAxes, kept_shape, marked, result_shape};
use crate::broadcast::Rows;
use crate::dispatch_float;
use crate::element::Element;
use crate::error::{Result, TensorError};
use crate::lanes;
use crate::ops::binary::pair_row;
use crate::ops::expand::expanded;
use crate::pieces::{PIECE, filled, rows_per_piece};
use crate::tape::record_one;
use crate::tensor::Tensor;

const OP: &str = "max";

/// The largest element over `axes`; a NaN among them gives NaN. Elements equal to it get equal shares of
/// the gradient.
///
/// # Errors
/// `TENSOR_SHAPE`, also where there is nothing to choose from; `TENSOR_DTYPE`.
pub fn max(x: &Tensor, axes: &[usize], reduced_axes: ReducedAxes) -> Result<Tensor> {
    dispatch_float!(OP, x.dtype(), T => max_typed::<T>(x, axes, reduced_axes))
}

fn max_typed<T: Element>(x: &Tensor, axes: &[usize], reduced_axes: ReducedAxes) -> Result<Tensor> {
    let reduced = marked(OP, x.shape(), axes)?;
    let count: usize = x.shape().iter().zip(&reduced).filter(|(_, gone)| **gone).map(|(size, _)| size).product();
    if count == 0 {
        return Err(TensorError::shape(OP, "at least one element to choose from is needed", &[x.shape()]));
    }
    let largest = max_axes(&x.elements::<T>(OP)?, x.shape(), &reduced);
    let y = Tensor::new(largest, &result_shape(x.shape(), &reduced, reduced_axes))?;
    let (input, output) = (x.detach(), y.clone());
    Ok(record_one(OP, &[x], y, move |gradient| {
        let kept = kept_shape(input.shape(), &reduced);
        let x = input.elements::<T>(OP)?;
        let is_largest = |x: T, y: T| if x == y { T::ONE } else { T::ZERO };
        let mut dx = against_kept(&x, input.shape(), &output.elements::<T>(OP)?, &kept, is_largest);
        let ties = sum_axes(&dx, input.shape(), &reduced, 1.0);
        let shares: Vec<T> = gradient.elements::<T>(OP)?.iter().zip(&ties).map(|(g, ties)| *g / *ties).collect();
        let shares = expanded(&shares, &kept, input.shape());
        dx.iter_mut().zip(&shares).for_each(|(mark, share)| *mark = if *mark > T::ZERO { *share } else { T::ZERO });
        Ok(vec![Some(Tensor::new(dx, input.shape())?)])
    }))
}

/// `f(x, y)` for every element of `x` and the element of `y` that its reduced axes led to.
fn against_kept<T: Element>(x: &[T], shape: &[usize], y: &[T], kept: &[usize], f: impl Fn(T, T) -> T + Sync) -> Vec<T> {
    let rows = Rows::new(shape, [shape, kept]);
    filled(x.len(), PIECE, |start, piece: &mut [T]| {
        rows.visit(start..start + piece.len(), |elements, [x_start, y_start]| {
            pair_row(&mut piece[elements], &x[x_start..], &y[y_start..], rows.steps(), &f);
        });
    })
}

fn max_axes<T: Element>(data: &[T], shape: &[usize], reduced: &[bool]) -> Vec<T> {
    let mut shape = shape.to_vec();
    let mut current: Option<Vec<T>> = None;
    for axis in (0..shape.len()).rev().filter(|&axis| reduced[axis]) {
        let n = shape[axis];
        let inner: usize = shape[axis + 1..].iter().product();
        let source = current.as_deref().unwrap_or(data);
        let outer: usize = shape[..axis].iter().product();
        current = Some(max_middle(source, [outer, n, inner]));
        shape[axis] = 1;
    }
    current.unwrap_or_else(|| data.to_vec())
}

fn max_middle<T: Element>(data: &[T], [outer, n, inner]: [usize; 3]) -> Vec<T> {
    let outers = rows_per_piece(n * inner, PIECE);
    filled(outer * inner, outers * inner, |start, piece: &mut [T]| {
        for (i, out) in piece.chunks_exact_mut(inner).enumerate() {
            let block = &data[(start / inner + i) * n * inner..][..n * inner];
            if inner == 1 {
                out[0] = lanes::largest(block);
                continue;
            }
            out.copy_from_slice(&block[..inner]);
            for row in block.chunks_exact(inner).skip(1) {
                out.iter_mut().zip(row).for_each(|(y, x)| *y = y.max(*x));
            }
        }
    })
}
