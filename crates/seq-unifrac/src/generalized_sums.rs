//! The three sums of generalised UniFrac in 32 bits, and the distance from them. Knows no power.
//!
//! Numerator and denominator are sums over all branches of either sample. The dense ones of the column are summed; dense ones
//! of the row alone are its total less what it has on branches of the column; sparse ones are the totals of both, corrected
//! on branches that both have.

use crate::lanes::Number;
use crate::term::{Sums, Totals, fraction};

/// Positions of the sums.
pub(crate) struct GeneralizedSums;

impl GeneralizedSums {
    /// Numerator.
    pub const DIFFERENCE: usize = 0;
    /// Denominator.
    pub const WHOLE: usize = 1;
    /// What the row adds alone on dense branches of the column.
    pub const ALONE: usize = 2;
}

/// Adds what a row and a column have together on a dense branch, and what the row would add alone.
#[inline(always)]
pub(crate) fn add_dense<N: Number>(sums: &mut Sums<N::U>, (difference, whole): (N::U, N::U), alone: N::U) {
    sums[GeneralizedSums::DIFFERENCE] = N::plus(sums[GeneralizedSums::DIFFERENCE], difference);
    sums[GeneralizedSums::WHOLE] = N::plus(sums[GeneralizedSums::WHOLE], whole);
    sums[GeneralizedSums::ALONE] = N::plus(sums[GeneralizedSums::ALONE], alone);
}

/// What both add together instead of alone.
#[inline(always)]
pub(crate) fn correction<N: Number>((difference, whole): (N::U, N::U), alone: N::U) -> Sums<N::U> {
    [N::minus(difference, alone), N::minus(whole, alone), N::splat(0)]
}

/// Numerator divided by denominator.
#[inline(always)]
pub(crate) fn distance(row: Totals, column: Totals, [difference, whole, alone]: Sums<u32>) -> f32 {
    let rest = row.all.wrapping_add(column.sparse).wrapping_sub(alone);
    fraction(difference.wrapping_add(rest), whole.wrapping_add(rest))
}
