//! Layer normalisation of rows: `(x - mean) / sqrt(variance + epsilon) * weight + bias` with the biased
//! variance over the last axis. Two passes over the row, so that small variances keep their digits.

use crate::arithmetic::vectorised;
use crate::lanes;
use crate::long_rows::for_rows;
use crate::real::Real;

/// The affine part and the epsilon of one norm.
#[derive(Clone, Copy)]
pub(crate) struct Norm<'a, T> {
    pub weight: &'a [T],
    pub bias: &'a [T],
    pub epsilon: f64,
}

/// Where the gradients of one norm's parameters are added.
pub(crate) struct NormGradient<'a, T> {
    pub weight: &'a mut [T],
    pub bias: &'a mut [T],
}

#[inline(always)]
fn statistics<T: Real>(x: &[T], epsilon: T) -> (T, T) {
    let width = T::from_f64(x.len() as f64);
    let mean = lanes::sum(x, |x| x) / width;
    let variance = lanes::sum(x, |x| (x - mean) * (x - mean)) / width;
    (mean, T::ONE / (variance + epsilon).sqrt())
}

/// `out = norm(x)` row by row.
pub(crate) fn layer_norm_rows<T: Real>(x: &[T], norm: Norm<'_, T>, out: &mut [T]) {
    let width = norm.weight.len();
    for_rows(out, width, |rows, out| normalised(&x[rows.start * width..rows.end * width], norm, out));
}

vectorised! {
    fn normalised<T, A>(x: &[T], norm: Norm<'_, T>, out: &mut [T]) {
        let width = norm.weight.len();
        let epsilon = T::from_f64(norm.epsilon);
        for (x, out) in x.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
            let (mean, scale) = statistics(x, epsilon);
            for ((x, out), (weight, bias)) in x.iter().zip(out).zip(norm.weight.iter().zip(norm.bias)) {
                *out = A::multiply_add((*x - mean) * scale, *weight, *bias);
            }
        }
    }
}

vectorised! {
    /// Adds the gradient with respect to `x` to `dx`, those of weight and bias to `gradient`; `dy` is that of the result.
    pub(crate) fn layer_norm_rows_backward<T, A>(
        x: &[T], norm: Norm<'_, T>, dy: &[T], dx: &mut [T], gradient: NormGradient<'_, T>,
    ) {
        let width = norm.weight.len();
        let epsilon = T::from_f64(norm.epsilon);
        let inverse = T::ONE / T::from_f64(width as f64);
        let (weight, dw, db) = (norm.weight, gradient.weight, gradient.bias);
        let rows = x.chunks_exact(width).zip(dy.chunks_exact(width)).zip(dx.chunks_exact_mut(width));
        for ((x, dy), dx) in rows {
            let (mean, scale) = statistics(x, epsilon);
            for ((x, dy), (dw, db)) in x.iter().zip(dy).zip(dw.iter_mut().zip(db.iter_mut())) {
                *dw = A::multiply_add(*dy, (*x - mean) * scale, *dw);
                *db += *dy;
            }
            let (sum_g, sum_product) = lanes::two_sums(x, dy, weight, |x, dy, weight| {
                let g = dy * weight;
                (g, g * ((x - mean) * scale))
            });
            let (mean_g, mean_product) = (sum_g * inverse, sum_product * inverse);
            for ((x, dy), (dx, weight)) in x.iter().zip(dy).zip(dx.iter_mut().zip(weight)) {
                let normal = (*x - mean) * scale;
                let g = A::multiply_add(-normal, mean_product, *dy * *weight - mean_g);
                *dx = A::multiply_add(scale, g, *dx);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_the_mean_and_spread_of_bias_and_weight() {
        let x: Vec<f64> = (0..21).map(|i| (f64::from(i) * 1.7).sin() * 3.0 + 5.0).collect();
        let (weight, bias) = (vec![2.0; 7], vec![0.5; 7]);
        let mut out = vec![0.0; 21];
        layer_norm_rows(&x, Norm { weight: &weight, bias: &bias, epsilon: 0.0 }, &mut out);
        for row in out.chunks(7) {
            let mean = row.iter().sum::<f64>() / 7.0;
            let variance = row.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / 7.0;
            assert!((mean - 0.5).abs() <= 1e-12 && (variance - 4.0).abs() <= 1e-12);
        }
    }

    #[test]
    fn gradients_equal_finite_differences_and_are_added() {
        for width in [1, 5, 8, 19] {
            let wave = |seed: f64| -> Vec<f64> { (0..3 * width).map(|i| (i as f64 * seed).sin()).collect() };
            let (x, dy, affine) = (wave(1.3), wave(0.7), wave(2.1));
            let parameters = affine[..2 * width].to_vec();
            let loss = |x: &[f64], parameters: &[f64]| -> f64 {
                let norm = Norm { weight: &parameters[..width], bias: &parameters[width..], epsilon: 1e-3 };
                let mut out = vec![0.0; x.len()];
                layer_norm_rows(x, norm, &mut out);
                out.iter().zip(&dy).map(|(y, g)| y * g).sum()
            };
            let mut dx = vec![10.0; x.len()];
            let (mut dw, mut db) = (vec![20.0; width], vec![30.0; width]);
            let norm = Norm { weight: &parameters[..width], bias: &parameters[width..], epsilon: 1e-3 };
            let gradient = NormGradient { weight: &mut dw, bias: &mut db };
            layer_norm_rows_backward(&x, norm, &dy, &mut dx, gradient);
            let slope = |data: &[f64], i: usize, at: &dyn Fn(&[f64]) -> f64| {
                let (mut up, mut down) = (data.to_vec(), data.to_vec());
                up[i] += 1e-6;
                down[i] -= 1e-6;
                (at(&up) - at(&down)) / 2e-6
            };
            for (i, dx) in dx.iter().enumerate() {
                let expected = 10.0 + slope(&x, i, &|x| loss(x, &parameters));
                assert!((dx - expected).abs() <= 1e-7, "dx[{i}] = {dx}, not {expected}");
            }
            for i in 0..width {
                let expected = 20.0 + slope(&parameters, i, &|p| loss(&x, p));
                assert!((dw[i] - expected).abs() <= 1e-7, "dw[{i}] = {}, not {expected}", dw[i]);
                let expected = 30.0 + slope(&parameters, width + i, &|p| loss(&x, p));
                assert!((db[i] - expected).abs() <= 1e-7, "db[{i}] = {}, not {expected}", db[i]);
            }
        }
    }
}
