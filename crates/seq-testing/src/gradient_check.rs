//! Analytic gradients against central differences in f64.

use crate::random::Random;
use crate::tolerance::{Tolerance, close};

/// Step of the differences. The five-point rule errs by about `STEP^4`, rounding by about `1e-16 / STEP`.
const STEP: f64 = 1e-3;
/// Inputs of up to this many elements are checked element by element.
const SMALL: usize = 64;
/// Random directions through all inputs at once.
const DIRECTIONS: usize = 4;

/// Checks the gradient of `f` at `inputs`: along random directions through all inputs, and for each element
/// of small inputs. `f` must be smooth within 0.002 of the inputs.
///
/// # Errors
/// A sentence that names the input and element, or the direction, with both slopes.
///
/// # Panics
/// If `analytic` is not laid out as `inputs`.
pub fn gradient_check(
    f: impl Fn(&[Vec<f64>]) -> f64,
    inputs: &[Vec<f64>],
    analytic: &[Vec<f64>],
    tolerance: &Tolerance,
) -> Result<(), String> {
    assert_eq!(inputs.len(), analytic.len(), "one gradient per input is needed");
    for (i, (input, gradient)) in inputs.iter().zip(analytic).enumerate() {
        assert_eq!(input.len(), gradient.len(), "the gradient of input {i} has another length than the input");
        if input.len() > SMALL {
            continue;
        }
        for (element, analytic) in gradient.iter().enumerate() {
            let slope = slope(&f, inputs, |j, k| if (j, k) == (i, element) { 1.0 } else { 0.0 });
            close(&[*analytic], &[slope], tolerance)
                .map_err(|mismatch| format!("gradient of input {i}, element {element}: {mismatch}"))?;
        }
    }
    let mut random = Random::new(0x5eed);
    for number in 0..DIRECTIONS {
        let direction: Vec<Vec<f64>> = inputs.iter().map(|input| random.uniforms(input.len(), -1.0, 1.0)).collect();
        let slope = slope(&f, inputs, |j, k| direction[j][k]);
        let expected: f64 = analytic.iter().flatten().zip(direction.iter().flatten()).map(|(g, d)| g * d).sum();
        close(&[expected], &[slope], tolerance)
            .map_err(|mismatch| format!("gradient along random direction {number}: {mismatch}"))?;
    }
    Ok(())
}

/// The derivative of `f` along a direction, by the five-point rule.
fn slope(f: &impl Fn(&[Vec<f64>]) -> f64, inputs: &[Vec<f64>], direction: impl Fn(usize, usize) -> f64) -> f64 {
    let at = |step: f64| {
        let moved: Vec<Vec<f64>> = inputs
            .iter()
            .enumerate()
            .map(|(j, input)| input.iter().enumerate().map(|(k, x)| x + step * direction(j, k)).collect())
            .collect();
        f(&moved)
    };
    (8.0 * (at(STEP) - at(-STEP)) - (at(2.0 * STEP) - at(-2.0 * STEP))) / (12.0 * STEP)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLERANCE: Tolerance =
        Tolerance { absolute: 1e-9, relative: 1e-9, relative_to_largest: 0.0, largest_at_least: 0.0 };

    fn f(x: &[Vec<f64>]) -> f64 {
        x[0].iter().zip(&x[1]).map(|(a, b)| a.sin() * b * b).sum()
    }

    fn gradient(x: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let pairs = || x[0].iter().zip(&x[1]);
        vec![pairs().map(|(a, b)| a.cos() * b * b).collect(), pairs().map(|(a, b)| 2.0 * a.sin() * b).collect()]
    }

    #[test]
    fn right_gradients_pass_for_small_and_large_inputs() {
        for count in [1, 5, 100] {
            let mut random = Random::new(3);
            let x = [random.uniforms(count, -1.0, 1.0), random.uniforms(count, -1.0, 1.0)];
            gradient_check(f, &x, &gradient(&x), &TOLERANCE).unwrap();
        }
    }

    #[test]
    fn one_wrong_element_is_found_in_small_and_large_inputs() {
        for count in [5, 100] {
            let mut random = Random::new(3);
            let x = [random.uniforms(count, -1.0, 1.0), random.uniforms(count, -1.0, 1.0)];
            let mut wrong = gradient(&x);
            wrong[1][3] += 1e-5;
            assert!(gradient_check(f, &x, &wrong, &TOLERANCE).is_err());
            wrong[1][3] = f64::NAN;
            assert!(gradient_check(f, &x, &wrong, &TOLERANCE).is_err());
        }
    }
}
