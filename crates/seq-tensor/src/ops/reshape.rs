//! `reshape`: the same elements in the same order under another shape; nothing is copied.
//!
//! Shapes: equal numbers of elements. DTypes: any. `dx` is `dy` under the old shape.
//! Errors: `TENSOR_SHAPE`.

use crate::error::{Result, TensorError};
use crate::tape::record_one;
use crate::tensor::Tensor;

const OP: &str = "reshape";

/// The elements in row-major order under another shape.
///
/// # Errors
/// `TENSOR_SHAPE` if the shapes have different numbers of elements.
pub fn reshape(x: &Tensor, shape: &[usize]) -> Result<Tensor> {
    if shape.iter().product::<usize>() != x.len() {
        return Err(TensorError::shape(OP, "both shapes must have equally many elements", &[x.shape(), shape]));
    }
    let from = x.shape().to_vec();
    Ok(record_one(OP, &[x], x.with_shape(shape), move |gradient| Ok(vec![Some(gradient.with_shape(&from))])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_against, code, random, wanted};

    #[test]
    fn elements_stay_in_order() {
        for (from, to) in [(&[2, 6][..], &[3, 4][..]), (&[1], &[]), (&[], &[1, 1]), (&[0, 3], &[5, 0])] {
            let want = |t: &[crate::testing::Input]| wanted(to, t[0].data.clone());
            check_against("reshape", &[random(91, from)], |t| reshape(&t[0], to), want);
        }
        assert_eq!(code(reshape(&random(91, &[2, 3]).tensor(), &[5])), "TENSOR_SHAPE");
    }

    #[test]
    fn nothing_is_copied() {
        let x = Tensor::new(vec![1i32, 2, 3, 4], &[4]).unwrap();
        let y = reshape(&x, &[2, 2]).unwrap();
        assert_eq!(x.elements::<i32>("t").unwrap().as_ptr(), y.elements::<i32>("t").unwrap().as_ptr());
    }
}
