//! The activation between the two linear maps of a layer: values, and values with derivatives.

use crate::arithmetic::{Arithmetic, vectorised};
use crate::real::Real;

/// What stands between the two linear maps of a transformer layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// `x (1 + erf(x / sqrt 2)) / 2`, the exact form.
    Gelu,
    /// `max(x, 0)`; derivative 0 at 0.
    Relu,
}

/// GELU and its derivative: `max(x, 0) - |x| above(|x|)` keeps full relative precision on both sides.
#[inline(always)]
fn gelu<T: Real, A: Arithmetic>(x: T) -> (T, T) {
    let magnitude = x.abs();
    let tail = magnitude.normal_tail::<A>();
    let (positive, below) = if x > T::ZERO { (x, T::ONE - tail.above) } else { (T::ZERO, tail.above) };
    (A::multiply_add(-magnitude, tail.above, positive), A::multiply_add(x, tail.density, below))
}

vectorised! {
    fn gelu_values<T, A>(x: &[T], values: &mut [T]) {
        for (x, value) in x.iter().zip(values) {
            *value = gelu::<T, A>(*x).0;
        }
    }
}

vectorised! {
    fn gelu_with_derivatives<T, A>(x: &[T], values: &mut [T], derivatives: &mut [T]) {
        for ((x, value), derivative) in x.iter().zip(values).zip(derivatives) {
            (*value, *derivative) = gelu::<T, A>(*x);
        }
    }
}

vectorised! {
    fn relu_with_derivatives<T, A>(x: &[T], values: &mut [T], derivatives: &mut [T]) {
        for ((x, value), derivative) in x.iter().zip(values).zip(derivatives) {
            // Written so that a NaN stays one.
            let hidden = *x <= T::ZERO;
            (*value, *derivative) = if hidden { (T::ZERO, T::ZERO) } else { (*x, T::ONE) };
        }
    }
}

impl Activation {
    /// `values = activation(x)`; equal to the values of [`Self::with_derivatives`] to the last bit.
    pub(crate) fn values<T: Real>(self, x: &[T], values: &mut [T]) {
        match self {
            Self::Gelu => gelu_values(x, values),
            Self::Relu => {
                for (x, value) in x.iter().zip(values) {
                    *value = if *x <= T::ZERO { T::ZERO } else { *x };
                }
            }
        }
    }

    /// `values = activation(x)` and `derivatives = activation'(x)`.
    pub(crate) fn with_derivatives<T: Real>(self, x: &[T], values: &mut [T], derivatives: &mut [T]) {
        match self {
            Self::Gelu => gelu_with_derivatives(x, values, derivatives),
            Self::Relu => relu_with_derivatives(x, values, derivatives),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(x: f64) -> (f64, f64) {
        let below = 0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2);
        (x * below, below + x * (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt())
    }

    #[test]
    fn gelu_and_its_derivative_equal_the_library_within_rounding() {
        let x: Vec<f32> = (-1_500_000..=1_500_000).map(|i| i as f32 * 1e-5).collect();
        let (mut values, mut derivatives, mut alone) = (x.clone(), x.clone(), x.clone());
        Activation::Gelu.with_derivatives(&x, &mut values, &mut derivatives);
        Activation::Gelu.values(&x, &mut alone);
        assert_eq!(values, alone);
        for ((x, value), derivative) in x.iter().zip(&values).zip(&derivatives) {
            let (expected, slope) = exact(f64::from(*x));
            let allowed = 1e-7 * f64::from(x.abs()).max(1.0);
            assert!((f64::from(*value) - expected).abs() <= allowed, "gelu({x}) = {value}, not {expected}");
            assert!((f64::from(*derivative) - slope).abs() <= 2e-7, "gelu'({x}) = {derivative}, not {slope}");
        }
    }

    #[test]
    fn both_activations_have_the_derivative_of_their_values_in_double_precision() {
        let x: Vec<f64> = (-400..=400).map(|i| f64::from(i) * 0.01 + 0.003).collect();
        for activation in [Activation::Gelu, Activation::Relu] {
            let (mut values, mut derivatives) = (x.clone(), x.clone());
            activation.with_derivatives(&x, &mut values, &mut derivatives);
            let at = |shift: f64| {
                let moved: Vec<f64> = x.iter().map(|x| x + shift).collect();
                let mut values = moved.clone();
                activation.values(&moved, &mut values);
                values
            };
            for ((up, down), derivative) in at(1e-5).iter().zip(at(-1e-5)).zip(&derivatives) {
                assert!(((up - down) / 2e-5 - derivative).abs() <= 1e-9);
            }
        }
    }

    #[test]
    fn no_activation_hides_a_nan() {
        for activation in [Activation::Gelu, Activation::Relu] {
            let (mut values, mut derivatives) = ([0f32], [0f32]);
            activation.with_derivatives(&[f32::NAN], &mut values, &mut derivatives);
            assert!(
                values[0].is_nan() && derivatives[0].is_nan() || activation == Activation::Relu && values[0].is_nan()
            );
        }
    }
}
