//! The two float types with the functions that attention needs in a form the compiler can vectorise.
//!
//! For `f64` these are the library functions: it serves gradient checks, where speed does not matter.
//! For `f32` they are polynomials without branches. The coefficients are minimax fits made for this
//! crate (iteratively reweighted least squares on 4,001 Chebyshev points); the tests compare with
//! libm on dense grids.

use seq_tensor::Element;
use seq_tensor::tensor::Stored;

use crate::arithmetic::Arithmetic;
use crate::packed::{Matrix, Panels};
use crate::pairs::PairPanels;
use crate::precision::bf16_bits;
use crate::product::{Start, plain_product};
use crate::scratch::Reusable;

/// The upper half of the standard normal distribution at some `a >= 0`.
#[derive(Clone, Copy)]
pub(crate) struct NormalTail<T> {
    /// Probability of a draw above `a`: `(1 - erf(a / sqrt 2)) / 2`.
    pub above: T,
    /// Density at `a`: `exp(-a a / 2) / sqrt(2 pi)`.
    pub density: T,
}

/// `f32` or `f64`.
pub(crate) trait Real: Element + Stored + Reusable {
    /// `self * a + b` with one rounding; slow where the processor has no instruction for it.
    fn fused_multiply_add(self, a: Self, b: Self) -> Self;

    /// Exponential of a number that is not positive; exactly 0 for negative infinity, NaN for NaN.
    ///
    /// `f32`: relative error below 1.5e-7; results below the smallest normal number are 0.
    fn exp_nonpositive<A: Arithmetic>(self) -> Self;

    /// Tail probability and density at `self >= 0`.
    ///
    /// `f32`: absolute error of the probability below 5e-8, relative error below 1e-6 up to 13.
    fn normal_tail<A: Arithmetic>(self) -> NormalTail<Self>;

    /// Columns of the panels that [`Real::product`] wants right operands in, if it is an own loop.
    fn panel() -> Option<usize>;

    /// `c = start + left right`.
    ///
    /// # Safety
    /// The conditions that [`crate::product::product`] checks.
    unsafe fn product(
        left: Matrix<'_, Self>,
        right: &Panels<Self>,
        start: Start<'_, Self>,
        c: &mut [Self],
        stride: usize,
    );

    /// The nearest bf16; see [`crate::precision`].
    fn to_bf16(self) -> Self;

    /// The bits of the nearest bf16 as `f32`, of which the lower half is zero.
    fn bf16_bits(self) -> u32;

    /// `scale` times a matrix in the form that [`Real::product_of_pairs`] wants, if the processor is fast at bf16.
    fn pair_panels(matrix: Matrix<'_, Self>, scale: Self) -> Option<PairPanels>;

    /// `c = start + left right` with both operands rounded to bf16, by the processor's own instruction.
    ///
    /// # Safety
    /// The conditions that [`crate::product::product`] checks.
    unsafe fn product_of_pairs(
        left: Matrix<'_, Self>,
        right: &PairPanels,
        start: Start<'_, Self>,
        c: &mut [Self],
        stride: usize,
    );
}

const DENSITY_AT_ZERO: f64 = 0.398_942_280_401_432_7;

impl Real for f64 {
    #[inline(always)]
    fn fused_multiply_add(self, a: Self, b: Self) -> Self {
        self.mul_add(a, b)
    }

    #[inline(always)]
    fn exp_nonpositive<A: Arithmetic>(self) -> Self {
        self.exp()
    }

    #[inline(always)]
    fn normal_tail<A: Arithmetic>(self) -> NormalTail<Self> {
        let above = 0.5 * libm::erfc(self * std::f64::consts::FRAC_1_SQRT_2);
        NormalTail { above, density: DENSITY_AT_ZERO * (-0.5 * self * self).exp() }
    }

    fn panel() -> Option<usize> {
        None
    }

    unsafe fn product(left: Matrix<'_, f64>, right: &Panels<f64>, start: Start<'_, f64>, c: &mut [f64], stride: usize) {
        plain_product(left, right, start, c, stride);
    }

    fn to_bf16(self) -> Self {
        f64::from((self as f32).to_bf16())
    }

    #[inline(always)]
    fn bf16_bits(self) -> u32 {
        bf16_bits(self as f32)
    }

    fn pair_panels(_: Matrix<'_, f64>, _: f64) -> Option<PairPanels> {
        None
    }

    unsafe fn product_of_pairs(_: Matrix<'_, f64>, _: &PairPanels, _: Start<'_, f64>, _: &mut [f64], _: usize) {
        unreachable!("no processor multiplies pairs of f64");
    }
}

/// Below this the exponential is under the smallest normal `f32`.
const LOWEST_EXPONENT: f32 = -87.336_54;
/// Adding and subtracting it rounds to an integer, which then stands in the low bits.
const ROUND_TO_INTEGER: f32 = 12_582_912.0;
/// ln 2 in two parts; the first has so few bits that multiples of it up to 127 are exact.
const LN_2_HIGH: f32 = 355.0 / 512.0;
const LN_2_LOW: f32 = -2.121_944_4e-4;
/// `(exp(r) - 1 - r) / r^2` for |r| <= ln 2 / 2; relative error of the exponential 3.1e-9.
const EXP_SERIES: [f32; 5] = [0.499_999_93, 0.166_665_2, 0.041_668_39, 0.008_368_745, 0.001_381_454];
/// Where the series around zero hands over to the series of the tail.
const CENTRE_END: f32 = 1.25;
/// `(1/2 - above(a)) / a` in powers of `a^2` for a <= 1.25; relative error 2.3e-10.
const CENTRE_SERIES: [f32; 7] =
    [0.398_942_3, -0.066_490_375, 0.009_973_5, -0.001_187_109_6, 1.150_321_6e-4, -9.058_442e-6, 4.760_75e-7];
/// `above(a) exp(a^2 / 2) / t` in powers of `t = 1 / (1 + 0.4 a)` for 1.25 <= a <= 14; relative error 5.9e-8.
const TAIL_SERIES: [f32; 7] =
    [0.159_597_95, 0.159_060_76, 0.139_282_24, 0.054_527_738, 0.107_330_3, -0.188_380_66, 0.068_898_46];
const TAIL_SLOPE: f32 = 0.4;

#[inline(always)]
fn polynomial<A: Arithmetic, const N: usize>(coefficients: &[f32; N], x: f32) -> f32 {
    let mut sum = coefficients[N - 1];
    let mut i = N - 1;
    while i > 0 {
        i -= 1;
        sum = A::multiply_add(sum, x, coefficients[i]);
    }
    sum
}

impl Real for f32 {
    #[inline(always)]
    fn fused_multiply_add(self, a: Self, b: Self) -> Self {
        self.mul_add(a, b)
    }

    #[inline(always)]
    fn exp_nonpositive<A: Arithmetic>(self) -> Self {
        let x = if self < LOWEST_EXPONENT { LOWEST_EXPONENT } else { self };
        let shifted = A::multiply_add(x, std::f32::consts::LOG2_E, ROUND_TO_INTEGER);
        let n = shifted - ROUND_TO_INTEGER;
        let r = A::multiply_add(n, -LN_2_LOW, A::multiply_add(n, -LN_2_HIGH, x));
        let series = A::multiply_add(polynomial::<A, 5>(&EXP_SERIES, r), r * r, r) + 1.0;
        // The low bits of `shifted` are n; moved into the exponent they multiply 1.0 by 2^n.
        let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(1f32.to_bits()));
        let value = series * power;
        if self < LOWEST_EXPONENT { 0.0 } else { value }
    }

    #[inline(always)]
    fn normal_tail<A: Arithmetic>(self) -> NormalTail<Self> {
        let square = self * self;
        let exponential = (-0.5 * square).exp_nonpositive::<A>();
        let t = 1.0 / A::multiply_add(self, TAIL_SLOPE, 1.0);
        let outer = polynomial::<A, 7>(&TAIL_SERIES, t) * t * exponential;
        let centre = A::multiply_add(polynomial::<A, 7>(&CENTRE_SERIES, square), -self, 0.5);
        let above = if self < CENTRE_END { centre } else { outer };
        NormalTail { above, density: DENSITY_AT_ZERO as f32 * exponential }
    }

    #[cfg(target_arch = "x86_64")]
    fn panel() -> Option<usize> {
        use crate::arithmetic::{has_avx2_and_fma, has_avx512};
        if has_avx512() {
            return Some(crate::product_avx512::PANEL);
        }
        has_avx2_and_fma().then_some(crate::product_avx2::PANEL)
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn panel() -> Option<usize> {
        None
    }

    unsafe fn product(left: Matrix<'_, f32>, right: &Panels<f32>, start: Start<'_, f32>, c: &mut [f32], stride: usize) {
        #[cfg(target_arch = "x86_64")]
        {
            use crate::{product_avx2, product_avx512};
            match Self::panel() {
                // SAFETY: panels are this wide only where AVX-512 is, and the caller keeps the conditions on shapes.
                Some(product_avx512::PANEL) => unsafe {
                    return product_avx512::product(left, right, start, c, stride);
                },
                // SAFETY: panels are this wide only where AVX2 and FMA are; the rest is the caller's promise.
                Some(product_avx2::PANEL) => unsafe {
                    return product_avx2::product(left, right, start, c, stride);
                },
                _ => {}
            }
        }
        plain_product(left, right, start, c, stride);
    }

    #[inline(always)]
    fn to_bf16(self) -> Self {
        Self::from_bits(bf16_bits(self))
    }

    #[inline(always)]
    fn bf16_bits(self) -> u32 {
        bf16_bits(self)
    }

    fn pair_panels(_matrix: Matrix<'_, f32>, _scale: f32) -> Option<PairPanels> {
        #[cfg(target_arch = "x86_64")]
        if crate::arithmetic::pairs_are_fast() {
            return Some(PairPanels::new(_matrix, _scale));
        }
        None
    }

    unsafe fn product_of_pairs(
        _left: Matrix<'_, f32>,
        _right: &PairPanels,
        _start: Start<'_, f32>,
        _c: &mut [f32],
        _stride: usize,
    ) {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: panels of pairs are made only where the instruction is; the rest is the caller's promise.
        unsafe {
            crate::product_bf16::product(_left, _right, _start, _c, _stride);
        }
        #[cfg(not(target_arch = "x86_64"))]
        unreachable!("panels of pairs are made only where there is an instruction for them");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::{Fused, Separate};

    fn grid(from: f32, to: f32, count: usize) -> Vec<f32> {
        (0..=count).map(|i| from + (to - from) * (i as f32 / count as f32)).collect()
    }

    fn assert_exponential<A: Arithmetic>() {
        for x in grid(-87.3, 0.0, 2_000_000) {
            let (found, expected) = (x.exp_nonpositive::<A>(), f64::from(x).exp());
            assert!((f64::from(found) / expected - 1.0).abs() <= 1.5e-7, "exp({x}) = {found}, not {expected}");
        }
        assert_eq!([0.0, f32::NEG_INFINITY, -1e30, -87.4].map(f32::exp_nonpositive::<A>), [1.0, 0.0, 0.0, 0.0]);
        assert!(f32::NAN.exp_nonpositive::<A>().is_nan());
    }

    fn assert_tail<A: Arithmetic>(allowed_of_erf: f64) {
        for a in [grid(0.0, 2.0, 1_000_000), grid(2.0, 14.0, 1_000_000)].concat() {
            let NormalTail { above, density } = a.normal_tail::<A>();
            let wide = f64::from(a);
            let erf = libm::erf(wide * std::f64::consts::FRAC_1_SQRT_2);
            let found = 1.0 - 2.0 * f64::from(above);
            assert!((found - erf).abs() <= allowed_of_erf, "erf at {a}: {found}, not {erf}");
            let expected = 0.5 * libm::erfc(wide * std::f64::consts::FRAC_1_SQRT_2);
            if a <= 13.0 {
                // What rounding a^2 / 2 does to its exponential grows with the exponent.
                let allowed = 5e-7 + 1e-7 * wide * wide;
                assert!((f64::from(above) / expected - 1.0).abs() <= allowed, "tail at {a}: {above}, not {expected}");
            }
            let expected = DENSITY_AT_ZERO * (-0.5 * wide * wide).exp();
            assert!((f64::from(density) - expected).abs() <= 5e-8, "density at {a}: {density}, not {expected}");
        }
    }

    #[test]
    fn the_exponential_of_single_precision_equals_the_library_within_rounding() {
        assert_exponential::<Fused>();
        assert_exponential::<Separate>();
    }

    #[test]
    fn the_error_function_of_single_precision_equals_the_library_within_rounding() {
        assert_tail::<Fused>(1e-7);
        assert_tail::<Separate>(1.2e-7);
    }
}
