//! Activations: tanh, logistic sigmoid, ReLU, exact GELU, softplus.

use super::{Curve, Saved, apply};
use crate::element::Element;
use crate::error::Result;
use crate::tensor::Tensor;

/// Above this softplus is the identity, as in PyTorch.
const SOFTPLUS_THRESHOLD: f64 = 20.0;
/// `1 / sqrt(2 pi)`.
const NORMAL_DENSITY_AT_ZERO: f64 = 0.398_942_280_401_432_7;

#[derive(Clone, Copy)]
struct Tanh;

impl Curve for Tanh {
    const OP: &'static str = "tanh";
    const SAVED: Saved = Saved::Output;
    #[inline(always)]
    fn value<T: Element>(self, x: T) -> T {
        x.tanh()
    }
    #[inline(always)]
    fn slope<T: Element>(self, y: T) -> T {
        T::ONE - y * y
    }
}

/// Hyperbolic tangent.
///
/// # Errors
/// `TENSOR_DTYPE`.
pub fn tanh(x: &Tensor) -> Result<Tensor> {
    apply(Tanh, x)
}

#[inline(always)]
fn logistic<T: Element>(x: T) -> T {
    T::ONE / (T::ONE + (-x).exp())
}

#[derive(Clone, Copy)]
struct Sigmoid;

impl Curve for Sigmoid {
    const OP: &'static str = "sigmoid";
    const SAVED: Saved = Saved::Output;
    #[inline(always)]
    fn value<T: Element>(self, x: T) -> T {
        logistic(x)
    }
    #[inline(always)]
    fn slope<T: Element>(self, y: T) -> T {
        y * (T::ONE - y)
    }
}

/// `1 / (1 + exp(-x))`.
///
/// # Errors
/// `TENSOR_DTYPE`.
pub fn sigmoid(x: &Tensor) -> Result<Tensor> {
    apply(Sigmoid, x)
}

#[derive(Clone, Copy)]
struct Relu;

impl Curve for Relu {
    const OP: &'static str = "relu";
    const SAVED: Saved = Saved::Input;
    #[inline(always)]
    fn value<T: Element>(self, x: T) -> T {
        if x <= T::ZERO { T::ZERO } else { x }
    }
    #[inline(always)]
    fn slope<T: Element>(self, x: T) -> T {
        if x > T::ZERO { T::ONE } else { T::ZERO }
    }
}

/// The larger of `x` and 0; slope 0 at 0. A NaN stays.
///
/// # Errors
/// `TENSOR_DTYPE`.
pub fn relu(x: &Tensor) -> Result<Tensor> {
    apply(Relu, x)
}

/// `x Φ(x)`, where Φ is the distribution function of the standard normal.
#[inline(always)]
pub fn gelu_value<T: Element>(x: T) -> T {
    T::from_f64(0.5) * x * (T::ONE + (x * T::from_f64(std::f64::consts::FRAC_1_SQRT_2)).erf())
}

/// `Φ(x) + x φ(x)`: the slope of [`gelu_value`].
#[inline(always)]
pub fn gelu_slope<T: Element>(x: T) -> T {
    let half = T::from_f64(0.5);
    let distribution = half * (T::ONE + (x * T::from_f64(std::f64::consts::FRAC_1_SQRT_2)).erf());
    distribution + x * T::from_f64(NORMAL_DENSITY_AT_ZERO) * (-half * x * x).exp()
}

#[derive(Clone, Copy)]
struct Gelu;

impl Curve for Gelu {
    const OP: &'static str = "gelu";
    const SAVED: Saved = Saved::Input;
    #[inline(always)]
    fn value<T: Element>(self, x: T) -> T {
        gelu_value(x)
    }
    #[inline(always)]
    fn slope<T: Element>(self, x: T) -> T {
        gelu_slope(x)
    }
}

/// `x Φ(x)` with the exact distribution function of the standard normal, not the tanh approximation.
///
/// Source: Hendrycks & Gimpel 2016, arXiv:1606.08415.
///
/// # Errors
/// `TENSOR_DTYPE`.
pub fn gelu(x: &Tensor) -> Result<Tensor> {
    apply(Gelu, x)
}

#[derive(Clone, Copy)]
struct Softplus;

impl Curve for Softplus {
    const OP: &'static str = "softplus";
    const SAVED: Saved = Saved::Input;
    #[inline(always)]
    fn value<T: Element>(self, x: T) -> T {
        if x > T::from_f64(SOFTPLUS_THRESHOLD) { x } else { x.exp().ln_1p() }
    }
    #[inline(always)]
    fn slope<T: Element>(self, x: T) -> T {
        if x > T::from_f64(SOFTPLUS_THRESHOLD) { T::ONE } else { logistic(x) }
    }
}

/// `ln(1 + exp(x))`, and `x` itself above 20.
///
/// # Errors
/// `TENSOR_DTYPE`.
pub fn softplus(x: &Tensor) -> Result<Tensor> {
    apply(Softplus, x)
}
