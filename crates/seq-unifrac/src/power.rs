//! Generalised UniFrac of any alpha in 32 bits: `L s^alpha |p - q| / s` over `L s^alpha`, with `s = p + q`.

use crate::generalized_sums::{add_dense, correction, distance};
use crate::lanes::Number;
use crate::term::{Sums, Term, Totals, Weighed};

/// Weights are shares `p` as floats, as bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Power {
    pub alpha: f32,
}

impl Term for Power {
    const SUMS: usize = 3;
    const LANE_STEP: f64 = 3.0;

    #[inline(always)]
    fn weight(self, length: f64, share: f64) -> u32 {
        // Less than half a unit would be rounded to none. No power of a share is smaller than the share, or than 1 above it.
        let counts = length * share.min(1.0) >= 0.5 || self.unrounded(length, share) >= 0.5;
        if counts { (share.max(Self::SMALLEST) as f32).to_bits() } else { 0 }
    }

    #[inline(always)]
    fn unrounded(self, length: f64, share: f64) -> f64 {
        length * share.powf(f64::from(self.alpha))
    }

    #[inline(always)]
    fn alone<N: Number>(self, weight: N::U, length: f32) -> N::U {
        // All ones where there is a weight.
        let present = N::minus(N::splat(0), N::smaller(weight, N::splat(1)));
        N::and(present, N::round(self.whole::<N>(N::float(weight), length)))
    }

    #[inline(always)]
    fn add<N: Number>(self, sums: &mut Sums<N::U>, rows: N::U, alone: N::U, own: N::U, length: f32) {
        add_dense::<N>(sums, self.terms::<N>(rows, own, length), alone);
    }

    #[inline(always)]
    fn shared<N: Number>(self, row: Weighed<N::U>, own: Weighed<N::U>, length: f32) -> Sums<N::U> {
        correction::<N>(self.terms::<N>(row.weight, own.weight, length), N::plus(row.alone, own.alone))
    }

    #[inline(always)]
    fn distance(self, row: Totals, column: Totals, sums: Sums<u32>) -> f32 {
        distance(row, column, sums)
    }
}

impl Power {
    /// No share is taken to be smaller, so that logarithms stay in the range of floats.
    pub const SMALLEST: f64 = 1e-30;

    /// Difference and whole of two weights. Where one weight is 0, both are what the other adds alone.
    #[inline(always)]
    fn terms<N: Number>(self, a: N::U, b: N::U, length: f32) -> (N::U, N::U) {
        let (a, b) = (N::float(a), N::float(b));
        let sum = N::add(a, b);
        let part = N::div(N::abs(N::sub(a, b)), sum);
        let whole = self.whole::<N>(sum, length);
        (N::round(N::mul(whole, part)), N::round(whole))
    }

    /// `L s^alpha` of `s >= 1e-30`, within `4e-7` of itself.
    #[inline(always)]
    pub fn whole<N: Number>(self, sum: N::F, length: f32) -> N::F {
        let alpha = N::splat_float(self.alpha);
        let (exponent, logarithm) = split_logarithm::<N>(sum);
        let near = N::round(N::mul_add(alpha, exponent, N::mul(alpha, logarithm)));
        let rest = N::mul_add(alpha, exponent, N::sub(N::splat_float(0.0), N::from_signed(near)));
        let power = power_of_two::<N>(N::mul_add(alpha, logarithm, rest));
        let scaled = N::float(N::plus(N::bits(power), N::shift_left::<23>(near)));
        N::mul(scaled, N::splat_float(length))
    }
}

/// The logarithm to base two as a whole number, and the rest, which is 1/2 at most either way.
#[inline(always)]
fn split_logarithm<N: Number>(x: N::F) -> (N::F, N::F) {
    const ROOT_HALF: u32 = 0x3f35_04f3;
    const ABOVE: u32 = 128 << 23;
    let steps = N::shift_right::<23>(N::plus(N::bits(x), N::splat(ABOVE - ROOT_HALF)));
    let exponent = N::from_signed(N::minus(steps, N::splat(128)));
    let mantissa = N::float(N::plus(N::minus(N::bits(x), N::shift_left::<23>(steps)), N::splat(ABOVE)));
    let one = N::splat_float(1.0);
    let z = N::div(N::sub(mantissa, one), N::add(mantissa, one));
    let square = N::mul(z, z);
    // 2 / ln 2 times the series of the inverse hyperbolic tangent.
    let series = [2.885_39, 0.961_796_7, 0.577_078_04, 0.412_198_57, 0.320_598_9];
    (exponent, N::mul(z, polynomial::<N, 5>(square, series)))
}

/// `2^x` of `x` in [-0.6, 0.6]; exactly 1 of 0.
#[inline(always)]
fn power_of_two<N: Number>(x: N::F) -> N::F {
    let series =
        [1.0, std::f32::consts::LN_2, 0.240_226_5, 0.055_504_11, 0.009_618_129, 0.001_333_355_8, 0.000_154_035_3];
    polynomial::<N, 7>(x, series)
}

#[inline(always)]
fn polynomial<N: Number, const COEFFICIENTS: usize>(x: N::F, coefficients: [f32; COEFFICIENTS]) -> N::F {
    let last = N::splat_float(coefficients[COEFFICIENTS - 1]);
    coefficients.iter().rev().skip(1).fold(last, |sum, &coefficient| N::mul_add(sum, x, N::splat_float(coefficient)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::One;

    #[test]
    fn powers_are_good_to_the_last_bits_of_a_float() {
        for alpha in [0.0f32, 0.1, 0.37, 0.9, 1.0] {
            let mut worst = 0.0f64;
            for step in 0..400_000u32 {
                let x = f32::from_bits(0x0e00_0000 + step * 2053);
                let want = f64::from(x).powf(f64::from(alpha)) * 5.0;
                worst = worst.max((f64::from(Power { alpha }.whole::<One>(x, 5.0)) / want - 1.0).abs());
            }
            assert!(worst <= 4e-7, "{alpha}: {worst:e}");
        }
    }

    #[test]
    fn an_absent_weight_adds_nothing_and_leaves_the_other_alone() {
        let term = Power { alpha: 0.1 };
        assert_eq!(term.alone::<One>(0, 1e6), 0);
        for share in [1e-20, 1e-3, 0.7] {
            let weight = term.weight(1e6, share);
            let alone = term.alone::<One>(weight, 1e6);
            assert!(alone > 0);
            assert_eq!(term.terms::<One>(0, weight, 1e6), (alone, alone));
        }
    }

    #[test]
    fn what_adds_less_than_half_a_unit_by_itself_has_no_weight() {
        for (alpha, length) in [(0.0, 0.5), (0.7, 0.5 / 0.01f64.powf(0.7)), (0.9, 0.5 / 0.01f64.powf(0.9))] {
            let term = Power { alpha: alpha as f32 };
            assert_eq!(term.weight(length * 0.999, 0.01), 0);
            assert_eq!(term.weight(length * 1.001, 0.01), 0.01f32.to_bits());
            assert_eq!(term.weight(0.499, 30.0), if alpha == 0.0 { 0 } else { 30f32.to_bits() });
        }
    }
}
