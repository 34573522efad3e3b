//! `cast`: the same numbers in another dtype.
//!
//! Shapes: any, kept. DTypes: any to any; to i32 and u8 fractions are cut and values outside the range go
//! to its ends, NaN to 0. The gradient of a cast between floats is cast back; casts to or from integers
//! have none (backward through them is an error). Errors: none of its own.

use crate::dispatch_stored;
use crate::error::Result;
use crate::tape::{Gradient, record, record_one};
use crate::tensor::{DType, Tensor};

const OP: &str = "cast";

/// The elements as another dtype; the tensor itself if it has that dtype already.
///
/// # Errors
/// None of its own.
pub fn cast(x: &Tensor, dtype: DType) -> Result<Tensor> {
    if x.dtype() == dtype {
        return Ok(x.clone());
    }
    let y = converted(x, dtype)?;
    let is_float = |dtype| matches!(dtype, DType::F32 | DType::F64);
    if !is_float(x.dtype()) || !is_float(dtype) {
        let gradient = || Gradient::NotDifferentiable("integers do not change smoothly");
        return Ok(record(OP, &[x], vec![y], gradient).swap_remove(0));
    }
    let from = x.dtype();
    Ok(record_one(OP, &[x], y, move |gradient| Ok(vec![Some(converted(&gradient, from)?)])))
}

fn converted(x: &Tensor, dtype: DType) -> Result<Tensor> {
    dispatch_stored!(x.dtype(), From => {
        let elements = x.elements::<From>(OP)?;
        dispatch_stored!(dtype, To => Tensor::new(elements.iter().map(|value| *value as To).collect(), x.shape()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::backward;
    use crate::testing::code;

    #[test]
    fn numbers_keep_their_value_where_the_dtype_has_it() {
        let x = Tensor::new(vec![-1.7f64, 0.0, 2.9, 300.0, f64::NAN], &[5]).unwrap();
        assert_eq!(cast(&x, DType::I32).unwrap().to_vec::<i32>().unwrap(), [-1, 0, 2, 300, 0]);
        assert_eq!(cast(&x, DType::U8).unwrap().to_vec::<u8>().unwrap(), [0, 0, 2, 255, 0]);
        let mask = Tensor::new(vec![0u8, 1, 7], &[3]).unwrap();
        assert_eq!(cast(&mask, DType::F32).unwrap().to_vec::<f32>().unwrap(), [0.0, 1.0, 7.0]);
        let large = Tensor::new(vec![i32::MAX], &[1]).unwrap();
        assert_eq!(cast(&large, DType::F64).unwrap().to_vec::<f64>().unwrap(), [2_147_483_647.0]);
        assert_eq!(cast(&mask, DType::U8).unwrap().to_vec::<u8>().unwrap(), [0, 1, 7]);
    }

    #[test]
    fn gradients_flow_between_floats_and_not_through_integers() {
        let x = Tensor::new(vec![1.5f32], &[1]).unwrap().variable();
        let gradients = backward(&cast(&x, DType::F64).unwrap()).unwrap();
        assert_eq!(gradients.get(&x).unwrap().to_vec::<f32>().unwrap(), [1.0]);
        let through = cast(&cast(&x, DType::I32).unwrap(), DType::F32).unwrap();
        assert_eq!(code(backward(&through).map(|_| ())), "NOT_DIFFERENTIABLE");
    }
}
