//! Negation, square, root, absolute value, affine maps, the Huber penalty.

use super::{Curve, Saved, apply};
use crate::element::Element;
use crate::error::{Result, TensorError};
use crate::tensor::Tensor;

#[derive(Clone, Copy)]
struct Affine {
    scale: f64,
    shift: f64,
}

impl Curve for Affine {
    const OP: &'static str = "scale_shift";
    const SAVED: Saved = Saved::Nothing;
    #[inline(always)]
    fn value<T: Element>(self, x: T) -> T {
        x * T::from_f64(self.scale) + T::from_f64(self.shift)
    }
    #[inline(always)]
    fn slope<T: Element>(self, _: T) -> T {
        T::from_f64(self.scale)
    }
}

/// `scale * x + shift` for two numbers.
///
/// # Errors
/// `TENSOR_DTYPE`.
pub fn scale_shift(x: &Tensor, scale: f64, shift: f64) -> Result<Tensor> {
    apply(Affine { scale, shift }, x)
}

#[derive(Clone, Copy)]
struct Neg;

impl Curve for Neg {
    const OP: &'static str = "neg";
    const SAVED: Saved = Saved::Nothing;
    #[inline(always)]
    fn value<T: Element>(self, x: T) -> T {
        -x
    }
    #[inline(always)]
    fn slope<T: Element>(self, _: T) -> T {
        -T::ONE
    }
}

/// `-x`.
///
/// # Errors
/// `TENSOR_DTYPE`.
pub fn neg(x: &Tensor) -> Result<Tensor> {
    apply(Neg, x)
}

#[derive(Clone, Copy)]
struct Square;

impl Curve for Square {
    const OP: &'static str = "square";
    const SAVED: Saved = Saved::Input;
    #[inline(always)]
    fn value<T: Element>(self, x: T) -> T {
        x * x
    }
    #[inline(always)]
    fn slope<T: Element>(self, x: T) -> T {
        x + x
    }
}

/// `x * x`.
///
/// # Errors
/// `TENSOR_DTYPE`.
pub fn square(x: &Tensor) -> Result<Tensor> {
    apply(Square, x)
}

#[derive(Clone, Copy)]
struct Sqrt;

impl Curve for Sqrt {
    const OP: &'static str = "sqrt";
    const SAVED: Saved = Saved::Output;
    #[inline(always)]
    fn value<T: Element>(self, x: T) -> T {
        x.sqrt()
    }
    #[inline(always)]
    fn slope<T: Element>(self, y: T) -> T {
        T::from_f64(0.5) / y
    }
}

/// Square root; NaN below 0, infinite slope at 0.
///
/// # Errors
/// `TENSOR_DTYPE`.
pub fn sqrt(x: &Tensor) -> Result<Tensor> {
    apply(Sqrt, x)
}

#[derive(Clone, Copy)]
struct Abs;

impl Curve for Abs {
    const OP: &'static str = "abs";
    const SAVED: Saved = Saved::Input;
    #[inline(always)]
    fn value<T: Element>(self, x: T) -> T {
        x.abs()
    }
    #[inline(always)]
    fn slope<T: Element>(self, x: T) -> T {
        if x > T::ZERO {
            T::ONE
        } else if x < T::ZERO {
            -T::ONE
        } else {
            T::ZERO
        }
    }
}

/// Absolute value; slope 0 at 0.
///
/// # Errors
/// `TENSOR_DTYPE`.
pub fn abs(x: &Tensor) -> Result<Tensor> {
    apply(Abs, x)
}

#[derive(Clone, Copy)]
struct Huber {
    delta: f64,
}

impl Curve for Huber {
    const OP: &'static str = "huber";
    const SAVED: Saved = Saved::Input;
    #[inline(always)]
    fn value<T: Element>(self, x: T) -> T {
        let (delta, half, size) = (T::from_f64(self.delta), T::from_f64(0.5), x.abs());
        if size <= delta { half * x * x } else { delta * (size - half * delta) }
    }
    #[inline(always)]
    fn slope<T: Element>(self, x: T) -> T {
        let delta = T::from_f64(self.delta);
        if x > delta {
            delta
        } else if x < -delta {
            -delta
        } else {
            x
        }
    }
}

/// `x² / 2` where `|x| <= delta`, else `delta * (|x| - delta / 2)`: the Huber penalty of an error.
///
/// Source: Huber 1964, "Robust estimation of a location parameter", doi:10.1214/aoms/1177703732.
///
/// # Errors
/// `TENSOR_VALUE` unless `delta` is positive and finite; `TENSOR_DTYPE`.
pub fn huber(x: &Tensor, delta: f64) -> Result<Tensor> {
    if !(delta > 0.0 && delta.is_finite()) {
        let problem = format!("delta must be positive and finite, got {delta}");
        return Err(TensorError::Value { op: "huber", problem });
    }
    apply(Huber { delta }, x)
}
