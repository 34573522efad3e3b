//! Layer norm of consecutive rows on one thread, forward and backward.

use crate::element::Element;
use crate::lanes;

/// What backward needs to know of a row.
#[derive(Clone, Copy, Debug, Default)]
pub struct Statistics<T> {
    /// Mean of the row.
    pub mean: T,
    /// One over the root of variance plus epsilon.
    pub inverse_deviation: T,
}

/// Normalises whole rows of `weight.len()` elements from `x` into `y`.
pub fn forward_rows<T: Element>(x: &[T], weight: &[T], bias: &[T], epsilon: f64, y: &mut [T]) -> Vec<Statistics<T>> {
    let width = weight.len();
    if width == 0 {
        return Vec::new();
    }
    let rows = x.chunks_exact(width).zip(y.chunks_exact_mut(width));
    rows.map(|(x, y)| {
        let mean = lanes::sum(x) / width as f64;
        let variance = lanes::sum_of(x, |x| (x.to_f64() - mean) * (x.to_f64() - mean)) / width as f64;
        let (mean, inverse) = (T::from_f64(mean), T::from_f64(1.0 / (variance + epsilon).sqrt()));
        for (((y, x), w), b) in y.iter_mut().zip(x).zip(weight).zip(bias) {
            *y = (*x - mean) * inverse * *w + *b;
        }
        Statistics { mean, inverse_deviation: inverse }
    })
    .collect()
}

/// Writes `dx` (overwrites) and adds to `dweight` and `dbias` (accumulates), for whole rows.
///
/// With `n = (x - mean) * inverse` and `g = dy * weight`: `dx = inverse * (g - mean(g) - n * mean(g n))`.
pub fn backward_rows<T: Element>(
    x: &[T],
    weight: &[T],
    statistics: &[Statistics<T>],
    dy: &[T],
    dx: &mut [T],
    dweight: &mut [T],
    dbias: &mut [T],
) {
    let width = weight.len();
    if width == 0 {
        return;
    }
    let rows = x.chunks_exact(width).zip(dy.chunks_exact(width)).zip(dx.chunks_exact_mut(width));
    for (((x, dy), dx), row) in rows.zip(statistics) {
        let (mean, inverse) = (row.mean, row.inverse_deviation);
        for (((dweight, x), dy), dbias) in dweight.iter_mut().zip(x).zip(dy).zip(dbias.iter_mut()) {
            *dweight += *dy * ((*x - mean) * inverse);
            *dbias += *dy;
        }
        for ((dx, dy), weight) in dx.iter_mut().zip(dy).zip(weight) {
            *dx = *dy * *weight;
        }
        let mean_g = T::from_f64(lanes::sum(dx) / width as f64);
        let (m, s) = (mean.to_f64(), inverse.to_f64());
        let mean_gn =
            T::from_f64(lanes::sum_of_pairs(dx, x, |g, x| g.to_f64() * ((x.to_f64() - m) * s)) / width as f64);
        for (dx, x) in dx.iter_mut().zip(x) {
            *dx = inverse * (*dx - mean_g - (*x - mean) * inverse * mean_gn);
        }
    }
}
