//! Exponential and logarithms.

use super::{Curve, Saved, apply};
use crate::element::Element;
use crate::error::Result;
use crate::tensor::Tensor;

#[derive(Clone, Copy)]
struct Exp;

impl Curve for Exp {
    const OP: &'static str = "exp";
    const SAVED: Saved = Saved::Output;
    #[inline(always)]
    fn value<T: Element>(self, x: T) -> T {
        x.exp()
    }
    #[inline(always)]
    fn slope<T: Element>(self, y: T) -> T {
        y
    }
}

/// Natural exponential.
///
/// # Errors
/// `TENSOR_DTYPE`.
pub fn exp(x: &Tensor) -> Result<Tensor> {
    apply(Exp, x)
}

#[derive(Clone, Copy)]
struct Ln;

impl Curve for Ln {
    const OP: &'static str = "ln";
    const SAVED: Saved = Saved::Input;
    #[inline(always)]
    fn value<T: Element>(self, x: T) -> T {
        x.ln()
    }
    #[inline(always)]
    fn slope<T: Element>(self, x: T) -> T {
        T::ONE / x
    }
}

/// Natural logarithm; minus infinity at 0, NaN below.
///
/// # Errors
/// `TENSOR_DTYPE`.
pub fn ln(x: &Tensor) -> Result<Tensor> {
    apply(Ln, x)
}

#[derive(Clone, Copy)]
struct Ln1p;

impl Curve for Ln1p {
    const OP: &'static str = "ln_1p";
    const SAVED: Saved = Saved::Input;
    #[inline(always)]
    fn value<T: Element>(self, x: T) -> T {
        x.ln_1p()
    }
    #[inline(always)]
    fn slope<T: Element>(self, x: T) -> T {
        T::ONE / (T::ONE + x)
    }
}

/// `ln(1 + x)`, exact for small `x`.
///
/// # Errors
/// `TENSOR_DTYPE`.
pub fn ln_1p(x: &Tensor) -> Result<Tensor> {
    apply(Ln1p, x)
}
