//! Sums and maxima over slices in a fixed pattern of eight partial results, which vectorises and rounds
//! less than one running sum. The pattern depends on the length alone.

use crate::arithmetic::Arithmetic;
use crate::real::Real;

pub(crate) const LANES: usize = 8;

#[inline(always)]
fn fold<T: Copy>(l: [T; LANES], join: impl Fn(T, T) -> T) -> T {
    join(join(join(l[0], l[4]), join(l[2], l[6])), join(join(l[1], l[5]), join(l[3], l[7])))
}

/// The sum of `term(x)` over a slice.
#[inline(always)]
pub(crate) fn sum<T: Real>(x: &[T], term: impl Fn(T) -> T) -> T {
    let mut sums = [T::ZERO; LANES];
    let (chunks, rest) = x.as_chunks::<LANES>();
    for chunk in chunks {
        for i in 0..LANES {
            sums[i] += term(chunk[i]);
        }
    }
    for (sum, x) in sums.iter_mut().zip(rest) {
        *sum += term(*x);
    }
    fold(sums, |a, b| a + b)
}

/// The sum of `x y` over two slices of equal length.
#[inline(always)]
pub(crate) fn dot<T: Real, A: Arithmetic>(x: &[T], y: &[T]) -> T {
    let mut sums = [T::ZERO; LANES];
    let (x_chunks, x_rest) = x.as_chunks::<LANES>();
    let (y_chunks, y_rest) = y.as_chunks::<LANES>();
    for (x, y) in x_chunks.iter().zip(y_chunks) {
        for i in 0..LANES {
            sums[i] = A::multiply_add(x[i], y[i], sums[i]);
        }
    }
    for (sum, (x, y)) in sums.iter_mut().zip(x_rest.iter().zip(y_rest)) {
        *sum = A::multiply_add(*x, *y, *sum);
    }
    fold(sums, |a, b| a + b)
}

/// The sums of both parts of `term(x, y, z)` over three slices of equal length.
#[inline(always)]
pub(crate) fn two_sums<T: Real>(x: &[T], y: &[T], z: &[T], term: impl Fn(T, T, T) -> (T, T)) -> (T, T) {
    let (mut first, mut second) = ([T::ZERO; LANES], [T::ZERO; LANES]);
    let (x_chunks, x_rest) = x.as_chunks::<LANES>();
    let (y_chunks, y_rest) = y.as_chunks::<LANES>();
    let (z_chunks, z_rest) = z.as_chunks::<LANES>();
    for ((x, y), z) in x_chunks.iter().zip(y_chunks).zip(z_chunks) {
        for i in 0..LANES {
            let (a, b) = term(x[i], y[i], z[i]);
            first[i] += a;
            second[i] += b;
        }
    }
    for (i, ((x, y), z)) in x_rest.iter().zip(y_rest).zip(z_rest).enumerate() {
        let (a, b) = term(*x, *y, *z);
        first[i] += a;
        second[i] += b;
    }
    (fold(first, |a, b| a + b), fold(second, |a, b| a + b))
}

/// The largest element, negative infinity for none; NaNs are passed over.
#[inline(always)]
pub(crate) fn maximum<T: Real>(x: &[T]) -> T {
    let larger = |a: T, b: T| if b > a { b } else { a };
    let mut largest = [T::NEG_INFINITY; LANES];
    let (chunks, rest) = x.as_chunks::<LANES>();
    for chunk in chunks {
        for i in 0..LANES {
            largest[i] = larger(largest[i], chunk[i]);
        }
    }
    for (largest, x) in largest.iter_mut().zip(rest) {
        *largest = larger(*largest, *x);
    }
    fold(largest, larger)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::Separate;

    #[test]
    fn sums_and_maxima_are_right_for_every_length() {
        for len in 0..40usize {
            let x: Vec<f64> = (0..len).map(|i| ((i * 7 + 3) % 11) as f64 - 5.0).collect();
            let y: Vec<f64> = (0..len).map(|i| i as f64).collect();
            assert_eq!(sum(&x, |x| x * x), x.iter().map(|x| x * x).sum::<f64>());
            assert_eq!(dot::<f64, Separate>(&x, &y), x.iter().zip(&y).map(|(x, y)| x * y).sum::<f64>());
            let expected = (x.iter().sum::<f64>(), x.iter().zip(&y).map(|(x, y)| x * y * y).sum::<f64>());
            assert_eq!(two_sums(&x, &y, &y, |x, y, z| (x, x * y * z)), expected);
            assert_eq!(maximum(&x), x.iter().copied().fold(f64::NEG_INFINITY, f64::max));
        }
    }
}
