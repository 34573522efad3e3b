//! The most multiply-adds that one thread of this processor can do, measured: what products are held against.

use std::hint::black_box;
use std::time::Instant;

/// Chains of dependent multiply-adds side by side: more than any processor needs to hide their latency.
const CHAINS: usize = 24;
const ROUNDS: usize = 20;
const STEPS: usize = 200_000;

/// Floating-point operations (two per multiply-add) that one thread does per second in `f32`, with the widest vectors
/// that the products of this crate use here; the best of several rounds of a few milliseconds. NaN where there is no
/// probe for the processor.
pub fn peak_operations_per_second() -> f64 {
    #[cfg(target_arch = "x86_64")]
    {
        use crate::arithmetic::{has_avx2_and_fma, has_avx512};
        if has_avx512() {
            // SAFETY: the line above found the feature.
            return best(16, || unsafe { chains_avx512() });
        }
        if has_avx2_and_fma() {
            // SAFETY: the line above found both features.
            return best(8, || unsafe { chains_avx2() });
        }
    }
    f64::NAN
}

#[cfg(target_arch = "x86_64")]
fn best(lanes: usize, work: impl Fn()) -> f64 {
    let seconds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64()
    });
    (2 * lanes * CHAINS * STEPS) as f64 / seconds.fold(f64::INFINITY, f64::min)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn chains_avx512() {
    use std::arch::x86_64::{_mm512_fmadd_ps, _mm512_set1_ps, _mm512_setzero_ps};
    let (x, y) = (_mm512_set1_ps(black_box(0.999)), _mm512_set1_ps(black_box(1e-9)));
    let mut sums = [_mm512_setzero_ps(); CHAINS];
    for _ in 0..STEPS {
        for sum in &mut sums {
            *sum = _mm512_fmadd_ps(*sum, x, y);
        }
    }
    black_box(sums);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn chains_avx2() {
    use std::arch::x86_64::{_mm256_fmadd_ps, _mm256_set1_ps, _mm256_setzero_ps};
    // Two halves, because 24 sums do not fit into 16 registers.
    let (x, y) = (_mm256_set1_ps(black_box(0.999)), _mm256_set1_ps(black_box(1e-9)));
    for _ in 0..2 {
        let mut sums = [_mm256_setzero_ps(); CHAINS / 2];
        for _ in 0..STEPS {
            for sum in &mut sums {
                *sum = _mm256_fmadd_ps(*sum, x, y);
            }
        }
        black_box(sums);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_a_rate_that_a_processor_can_have() {
        let peak = peak_operations_per_second();
        assert!(peak.is_nan() || (1e8..1e13).contains(&peak), "{peak}");
    }
}
