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
