//! Sum, difference, product, quotient.

use super::{Pairing, apply};
use crate::element::Element;
use crate::error::Result;
use crate::tensor::Tensor;

#[derive(Clone, Copy)]
struct Add;

impl Pairing for Add {
    const OP: &'static str = "add";
    const CONSTANT_SLOPES: Option<[f64; 2]> = Some([1.0, 1.0]);
    fn value<T: Element>(a: T, b: T) -> T {
        a + b
    }
    fn slope_a<T: Element>(_: T, _: T) -> T {
        T::ONE
    }
    fn slope_b<T: Element>(_: T, _: T) -> T {
        T::ONE
    }
}

/// `a + b`.
///
/// # Errors
/// `TENSOR_SHAPE`, `TENSOR_DTYPE`.
pub fn add(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    apply(Add, a, b)
}

#[derive(Clone, Copy)]
struct Sub;

impl Pairing for Sub {
    const OP: &'static str = "sub";
    const CONSTANT_SLOPES: Option<[f64; 2]> = Some([1.0, -1.0]);
    fn value<T: Element>(a: T, b: T) -> T {
        a - b
    }
    fn slope_a<T: Element>(_: T, _: T) -> T {
        T::ONE
    }
    fn slope_b<T: Element>(_: T, _: T) -> T {
        -T::ONE
    }
}

/// `a - b`.
///
/// # Errors
/// `TENSOR_SHAPE`, `TENSOR_DTYPE`.
pub fn sub(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    apply(Sub, a, b)
}

#[derive(Clone, Copy)]
struct Mul;

impl Pairing for Mul {
    const OP: &'static str = "mul";
    const CONSTANT_SLOPES: Option<[f64; 2]> = None;
    fn value<T: Element>(a: T, b: T) -> T {
        a * b
    }
    fn slope_a<T: Element>(_: T, b: T) -> T {
        b
    }
    fn slope_b<T: Element>(a: T, _: T) -> T {
        a
    }
}

/// `a * b`, element by element.
///
/// # Errors
/// `TENSOR_SHAPE`, `TENSOR_DTYPE`.
pub fn mul(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    apply(Mul, a, b)
}

#[derive(Clone, Copy)]
struct Div;

impl Pairing for Div {
    const OP: &'static str = "div";
    const CONSTANT_SLOPES: Option<[f64; 2]> = None;
    fn value<T: Element>(a: T, b: T) -> T {
        a / b
    }
    fn slope_a<T: Element>(_: T, b: T) -> T {
        T::ONE / b
    }
    fn slope_b<T: Element>(a: T, b: T) -> T {
        -a / (b * b)
    }
}

/// `a / b`, element by element; division by 0 gives infinities and NaN.
///
/// # Errors
/// `TENSOR_SHAPE`, `TENSOR_DTYPE`.
pub fn div(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    apply(Div, a, b)
}
