//! The larger and the smaller of two values. A NaN on either side gives NaN; a tie sends half of the
//! gradient to each side.

use super::{Pairing, apply};
use crate::element::Element;
use crate::error::Result;
use crate::tensor::Tensor;

/// 1 where the first value wins, 0 where it loses, one half for ties.
fn share<T: Element>(wins: bool, ties: bool) -> T {
    if wins {
        T::ONE
    } else if ties {
        T::from_f64(0.5)
    } else {
        T::ZERO
    }
}

#[derive(Clone, Copy)]
struct Maximum;

impl Pairing for Maximum {
    const OP: &'static str = "maximum";
    const CONSTANT_SLOPES: Option<[f64; 2]> = None;
    fn value<T: Element>(a: T, b: T) -> T {
        a.max(b)
    }
    fn slope_a<T: Element>(a: T, b: T) -> T {
        share(a > b, a == b)
    }
    fn slope_b<T: Element>(a: T, b: T) -> T {
        share(b > a, a == b)
    }
}

/// The larger of `a` and `b`, element by element.
///
/// # Errors
/// `TENSOR_SHAPE`, `TENSOR_DTYPE`.
pub fn maximum(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    apply(Maximum, a, b)
}

#[derive(Clone, Copy)]
struct Minimum;

impl Pairing for Minimum {
    const OP: &'static str = "minimum";
    const CONSTANT_SLOPES: Option<[f64; 2]> = None;
    fn value<T: Element>(a: T, b: T) -> T {
        -((-a).max(-b))
    }
    fn slope_a<T: Element>(a: T, b: T) -> T {
        share(a < b, a == b)
    }
    fn slope_b<T: Element>(a: T, b: T) -> T {
        share(b < a, a == b)
    }
}

/// The smaller of `a` and `b`, element by element.
///
/// # Errors
/// `TENSOR_SHAPE`, `TENSOR_DTYPE`.
pub fn minimum(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    apply(Minimum, a, b)
}
