//! Sums and largest elements of one row, with several partial results so that the steps of one row overlap
//! in time. The order depends on the length alone.

use crate::element::Element;

const LANES: usize = 8;

/// The sum over `f(x)` of a row, in f64.
#[inline(always)]
pub fn sum_of<T: Element>(row: &[T], f: impl Fn(T) -> f64) -> f64 {
    let mut lanes = [0.0; LANES];
    let (chunks, tail) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane += f(*x);
        }
    }
    combined(lanes) + tail.iter().map(|x| f(*x)).sum::<f64>()
}

/// The sum over `f(a, b)` of two rows of equal length, in f64.
///
/// # Panics
/// If the lengths differ.
#[inline(always)]
pub fn sum_of_pairs<T: Element>(a: &[T], b: &[T], f: impl Fn(T, T) -> f64) -> f64 {
    assert_eq!(a.len(), b.len(), "rows must be equally long");
    let mut lanes = [0.0; LANES];
    let ((a_chunks, a_tail), (b_chunks, b_tail)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += f(*a, *b);
        }
    }
    combined(lanes) + a_tail.iter().zip(b_tail).map(|(a, b)| f(*a, *b)).sum::<f64>()
}

/// The sum of a row, in f64.
#[inline(always)]
pub fn sum<T: Element>(row: &[T]) -> f64 {
    sum_of(row, T::to_f64)
}

/// The largest element of a row; minus infinity of an empty one, NaN where one is among them.
#[inline(always)]
pub fn largest<T: Element>(row: &[T]) -> T {
    let mut lanes = [T::NEG_INFINITY; LANES];
    let (chunks, tail) = row.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane = lane.max(*x);
        }
    }
    lanes.iter().chain(tail).fold(T::NEG_INFINITY, |largest, x| largest.max(*x))
}

fn combined(lanes: [f64; LANES]) -> f64 {
    let pairs: [f64; 4] = std::array::from_fn(|i| lanes[i] + lanes[i + 4]);
    (pairs[0] + pairs[2]) + (pairs[1] + pairs[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_any_length_equal_plain_loops() {
        for len in 0..40 {
            let row: Vec<f64> = (0..len).map(|i| f64::from((i * 7 + 3) % 11)).collect();
            assert_eq!(sum(&row), row.iter().sum::<f64>());
            assert_eq!(sum_of(&row, |x| x * x), row.iter().map(|x| x * x).sum::<f64>());
            assert_eq!(sum_of_pairs(&row, &row, |a, b| a * b), row.iter().map(|x| x * x).sum::<f64>());
            assert_eq!(largest(&row), row.iter().copied().fold(f64::NEG_INFINITY, f64::max));
        }
        for place in [0, 9, 16] {
            let mut row = [1.0f32; 17];
            row[place] = f32::NAN;
            assert!(largest(&row).is_nan() && sum(&row).is_nan());
        }
    }
}
