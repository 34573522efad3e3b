//! Layer norm of consecutive rows on one thread, forward and backward.

use crate::element::Element;

/// Independent partial sums, so that additions overlap in time.
const LANES: usize = 8;

/// What backward needs to know of a row.
#[derive(Clone, Copy, Debug, Default)]
pub struct Statistics<T> {
    /// Mean of the row.
    pub mean: T,
    /// One over the root of variance plus epsilon.
    pub inverse_deviation: T,
}

/// Sum over `f` of up to two rows' elements, in f64 and in an order fixed by the length.
#[inline(always)]
fn sum_f64<T: Element>(a: &[T], b: &[T], f: impl Fn(f64, f64) -> f64) -> f64 {
    let mut lanes = [0.0; LANES];
    let (mut a_chunks, mut b_chunks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    for (a, b) in (&mut a_chunks).zip(&mut b_chunks) {
        for i in 0..LANES {
            lanes[i] += f(a[i].to_f64(), b[i].to_f64());
        }
    }
    let mut tail = 0.0;
    for (a, b) in a_chunks.remainder().iter().zip(b_chunks.remainder()) {
        tail += f(a.to_f64(), b.to_f64());
    }
    lanes.iter().sum::<f64>() + tail
}

/// Normalises whole rows of `weight.len()` elements from `x` into `y`.
pub fn forward_rows<T: Element>(x: &[T], weight: &[T], bias: &[T], epsilon: f64, y: &mut [T]) -> Vec<Statistics<T>> {
    let width = weight.len();
    if width == 0 {
        return Vec::new();
    }
    let rows = x.chunks_exact(width).zip(y.chunks_exact_mut(width));
    rows.map(|(x, y)| {
        let mean = sum_f64(x, x, |x, _| x) / width as f64;
        let variance = sum_f64(x, x, |x, _| (x - mean) * (x - mean)) / width as f64;
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
        for i in 0..width {
            let normalised = (x[i] - mean) * inverse;
            dweight[i] += dy[i] * normalised;
            dbias[i] += dy[i];
            dx[i] = dy[i] * weight[i];
        }
        let mean_g = T::from_f64(sum_f64(dx, dx, |g, _| g) / width as f64);
        let (m, s) = (mean.to_f64(), inverse.to_f64());
        let mean_gn = T::from_f64(sum_f64(dx, x, |g, x| g * ((x - m) * s)) / width as f64);
        for (dx, x) in dx.iter_mut().zip(x) {
            *dx = inverse * (*dx - mean_g - (*x - mean) * inverse * mean_gn);
        }
    }
}
