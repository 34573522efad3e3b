//! `where_mask`: `y = a` where the mask is not 0, else `b`, with broadcasting of all three.
//!
//! Shapes: broadcast. DTypes: mask u8, a and b the same float. The gradient goes to the side that was
//! taken, exactly 0 to the other (also where the other holds a NaN). Gradients overwrite.
//! Errors: `TENSOR_SHAPE`, `TENSOR_DTYPE`.

use crate::broadcast::{Rows, broadcast_shape};
use crate::dispatch_float;
use crate::element::Element;
use crate::error::Result;
use crate::ops::reduce::sum_to_shape;
use crate::pieces::{PIECE, filled};
use crate::tape::record_one;
use crate::tensor::Tensor;

const OP: &str = "where_mask";

/// Elements of `a` where `mask` is not 0, else of `b`.
///
/// # Errors
/// `TENSOR_SHAPE`, `TENSOR_DTYPE`.
pub fn where_mask(mask: &Tensor, a: &Tensor, b: &Tensor) -> Result<Tensor> {
    let shape = broadcast_shape(OP, &[mask.shape(), a.shape(), b.shape()])?;
    dispatch_float!(OP, a.dtype(), T => {
        let y = {
            let (a_elements, b_elements) = (a.elements::<T>(OP)?, b.elements::<T>(OP)?);
            chosen::<T>(&mask.elements::<u8>(OP)?, mask.shape(), &shape, Some((&a_elements, a.shape())), Some((&b_elements, b.shape())))
        };
        let needs = [a.needs_gradient(), b.needs_gradient()];
        let shapes = [a.shape().to_vec(), b.shape().to_vec()];
        let mask = mask.detach();
        Ok(record_one(OP, &[a, b], Tensor::new(y, &shape)?, move |gradient| {
            let dy = gradient.elements::<T>(OP)?;
            let mask_elements = mask.elements::<u8>(OP)?;
            let dy: Side<'_, T> = Some((&dy, gradient.shape()));
            let one = |side: usize| -> Result<Option<Tensor>> {
                if !needs[side] {
                    return Ok(None);
                }
                let (a, b) = if side == 0 { (dy, None) } else { (None, dy) };
                let full = chosen(&mask_elements, mask.shape(), gradient.shape(), a, b);
                Ok(Some(sum_to_shape::<T>(Tensor::new(full, gradient.shape())?, &shapes[side])?))
            };
            Ok(vec![one(0)?, one(1)?])
        }))
    })
}

/// Elements and their shape; none stands for zeros.
type Side<'a, T> = Option<(&'a [T], &'a [usize])>;

fn chosen<T: Element>(mask: &[u8], mask_shape: &[usize], shape: &[usize], a: Side<'_, T>, b: Side<'_, T>) -> Vec<T> {
    let zero: (&[T], &[usize]) = (&[T::ZERO], &[]);
    let ((a, a_shape), (b, b_shape)) = (a.unwrap_or(zero), b.unwrap_or(zero));
    let rows = Rows::new(shape, [mask_shape, a_shape, b_shape]);
    let steps = rows.steps();
    filled(shape.iter().product(), PIECE, |start, piece: &mut [T]| {
        rows.visit(start..start + piece.len(), |elements, [mask_start, a_start, b_start]| {
            for (i, y) in piece[elements].iter_mut().enumerate() {
                let taken = mask[mask_start + i * steps[0]] != 0;
                *y = if taken { a[a_start + i * steps[1]] } else { b[b_start + i * steps[2]] };
            }
        });
    })
}

#[cfg(test)]
mod tests {
    use seq_testing::Random;

    use super::*;
    use crate::tape::backward;
    use crate::testing::{Input, check_against, code, doubles, random, wanted};

    #[test]
    fn elements_and_gradients_come_from_the_side_that_the_mask_takes() {
        let cases: [(&[usize], &[usize], &[usize]); 7] = [
            (&[4], &[4], &[4]),
            (&[3, 1], &[3, 4], &[]),
            (&[2, 3], &[3], &[2, 1]),
            (&[], &[2], &[2]),
            (&[1, 4], &[3, 1], &[1]),
            (&[0], &[1], &[0]),
            (&[300, 1], &[300, 257], &[257]),
        ];
        for (mask_shape, a, b) in cases {
            let mut source = Random::new(101);
            let marks: Vec<u8> = (0..mask_shape.iter().product()).map(|_| source.below(2) as u8 * 3).collect();
            let mask = Tensor::new(marks.clone(), mask_shape).unwrap();
            let marks = wanted(mask_shape, marks.into_iter().map(f64::from).collect());
            let want = |t: &[Input]| {
                use crate::ops::binary::tests::reference;
                let chosen = reference(&[marks.clone(), t[0].clone()], |m, a| if m != 0.0 { a } else { 0.0 });
                let other = reference(&[marks.clone(), t[1].clone()], |m, b| if m != 0.0 { 0.0 } else { b });
                reference(&[chosen, other], |a, b| a + b)
            };
            let inputs = [random(102, a), random(103, b)];
            check_against("where_mask", &inputs, |t| where_mask(&mask, &t[0], &t[1]), want);
        }
    }

    #[test]
    fn a_nan_on_the_side_not_taken_leaves_no_trace() {
        let mask = Tensor::new(vec![1u8, 0], &[2]).unwrap();
        let a = Tensor::new(vec![1.0f32, f32::NAN], &[2]).unwrap().variable();
        let y = where_mask(&mask, &a, &Tensor::scalar(5f32)).unwrap();
        assert_eq!(doubles(&y), [1.0, 5.0]);
        let total = crate::ops::sum(&y, &[0], crate::ops::ReducedAxes::Drop).unwrap();
        assert_eq!(doubles(backward(&total).unwrap().get(&a).unwrap()), [1.0, 0.0]);
    }

    #[test]
    fn masks_must_be_bytes_and_shapes_must_fit() {
        let x = random(104, &[2]).tensor();
        assert_eq!(code(where_mask(&x, &x, &x)), "TENSOR_DTYPE");
        let mask = Tensor::new(vec![1u8; 3], &[3]).unwrap();
        assert_eq!(code(where_mask(&mask, &x, &x)), "TENSOR_SHAPE");
    }
}
