//! Generalised UniFrac of alpha 0.5 in 32 bits: `L |p - q| / sqrt(p + q)` over `L sqrt(p + q)`.
//!
//! The weights are `L^2 p`, which takes the length out of the loop: with `s` the sum of two of them, the terms are their
//! difference divided by `sqrt(s)`, and `sqrt(s)`.

use crate::generalized_sums::{add_dense, correction, distance};
use crate::lanes::Number;
use crate::term::{Sums, Term, Totals, Weighed};

/// Weights are floats, as bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SquareRoot;

impl Term for SquareRoot {
    const SUMS: usize = 3;
    const LANE_STEP: f64 = 1.5;

    #[inline(always)]
    fn weight(self, length: f64, share: f64) -> u32 {
        let weight = length * length * share;
        // The root of a quarter is half a unit; less would be rounded to none.
        if weight < 0.25 { 0 } else { (weight as f32).to_bits() }
    }

    #[inline(always)]
    fn unrounded(self, length: f64, share: f64) -> f64 {
        length * share.sqrt()
    }

    #[inline(always)]
    fn alone<N: Number>(self, weight: N::U, _: f32) -> N::U {
        let weight = N::float(weight);
        N::round(N::mul(weight, inverse_root::<N>(weight)))
    }

    #[inline(always)]
    fn add<N: Number>(self, sums: &mut Sums<N::U>, rows: N::U, alone: N::U, own: N::U, _: f32) {
        add_dense::<N>(sums, terms::<N>(rows, own), alone);
    }

    #[inline(always)]
    fn shared<N: Number>(self, row: Weighed<N::U>, own: Weighed<N::U>, _: f32) -> Sums<N::U> {
        correction::<N>(terms::<N>(row.weight, own.weight), N::plus(row.alone, own.alone))
    }

    #[inline(always)]
    fn distance(self, row: Totals, column: Totals, sums: Sums<u32>) -> f32 {
        distance(row, column, sums)
    }
}

/// Difference and whole of two weights. Where one weight is 0, both are what the other adds alone.
#[inline(always)]
fn terms<N: Number>(a: N::U, b: N::U) -> (N::U, N::U) {
    let (a, b) = (N::float(a), N::float(b));
    let sum = N::add(a, b);
    let inverse = inverse_root::<N>(sum);
    let difference = N::abs(N::sub(a, b));
    (N::round(N::mul(difference, inverse)), N::round(N::mul(sum, inverse)))
}

/// `1 / sqrt(x)` within `1.1e-6` of itself, and some finite number for 0.
///
/// A guess from the bits, off by 3.4 % at most, and the cubic polynomial that is nearest to the rest (7.5e-7 at most, and the roundings). As
/// both sums of a distance have the same factors, it is off by no more than half of that.
#[inline(always)]
fn inverse_root<N: Number>(x: N::F) -> N::F {
    let guess = N::float(N::minus(N::splat(0x5f37_5a86), N::shift_right::<1>(N::bits(x))));
    let square = N::mul(N::mul(x, guess), guess);
    let [c0, c1, c2, c3] = [2.189_314_8, -2.191_664_2, 1.315_382, -0.313_033_46].map(N::splat_float);
    let polynomial = N::mul_add(square, N::mul_add(square, N::mul_add(square, c3, c2), c1), c0);
    N::mul(guess, polynomial)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::One;

    #[test]
    fn the_inverse_root_is_good_to_a_millionth() {
        let mut worst = 0.0f64;
        for step in 0..2_000_000u32 {
            let x = f32::from_bits(0x1000_0000 + step * 781);
            let want = 1.0 / f64::from(x).sqrt();
            worst = worst.max((f64::from(inverse_root::<One>(x)) / want - 1.0).abs());
        }
        assert!(worst <= 1.1e-6, "{worst:e}");
        assert!(inverse_root::<One>(0.0).is_finite());
        assert_eq!(SquareRoot.alone::<One>(0, 1.0), 0);
    }

    #[test]
    fn what_adds_less_than_half_a_unit_by_itself_has_no_weight() {
        assert_eq!(SquareRoot.weight(4.99, 0.01), 0);
        assert_eq!(SquareRoot.weight(5.01, 0.01), ((5.01 * 5.01 * 0.01) as f32).to_bits());
    }
}
