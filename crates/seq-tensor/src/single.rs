//! Functions of one `f32` without branches or calls, so that the compiler can vectorise loops over them.
//!
//! Coefficients are Chebyshev interpolations made for this crate; the tests compare with the `f64` library
//! functions on dense grids. For `f64` the library functions themselves are used.

/// `ln 2` as a number with few bits, whose products with small integers are exact, and the rest.
const LN_2: (f32, f32) = (355.0 / 512.0, -2.121_944_4e-4);
/// Adding and subtracting this rounds to an integer, which the low bits of the sum hold.
const ROUNDING: f32 = 12_582_912.0;

/// `c[0] + c[1] x + c[2] x² + ..`.
#[inline(always)]
fn polynomial<const N: usize>(x: f32, coefficients: [f32; N]) -> f32 {
    let mut sum = coefficients[N - 1];
    for i in (0..N - 1).rev() {
        sum = sum * x + coefficients[i];
    }
    sum
}

/// `a` where the condition holds, else `b`; by masks, since the compiler would make a branch of an `if`.
#[inline(always)]
fn select(condition: bool, a: f32, b: f32) -> f32 {
    let mask = u32::from(condition).wrapping_neg();
    f32::from_bits((a.to_bits() & mask) | (b.to_bits() & !mask))
}

/// `2^n` for `n` from -126 to 127.
#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits(((n + 127) << 23) as u32)
}

/// Natural exponential; relative error below 1.5e-7 where the result is a normal number.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    // Beyond these ends the result is infinite or 0. A NaN passes both comparisons unchanged.
    let x = if x > 89.0 { 89.0 } else { x };
    let x = if x < -104.0 { -104.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + ROUNDING;
    let n = shifted - ROUNDING;
    let r = (x - n * LN_2.0) - n * LN_2.1;
    let q = polynomial(r, [0.5, 0.166_666_67, 0.041_666_464, 0.008_333_311, 0.001_393_373_1, 1.989_108e-4]);
    let p = 1.0 + (r + r * r * q);
    // In two steps, since 2^n alone may be too large or too small for a normal number.
    let n = shifted.to_bits().wrapping_sub(ROUNDING.to_bits()) as i32;
    let half = n >> 1;
    p * power_of_two(half) * power_of_two(n - half)
}

/// Error function; absolute error below 2e-7, relative error below 3e-7.
#[inline(always)]
pub fn erf(x: f32) -> f32 {
    const SMALL: [f32; 7] = [
        std::f32::consts::FRAC_2_SQRT_PI,
        -0.376_126_27,
        0.112_835_95,
        -0.026_854_212,
        0.005_189_087_4,
        -8.016_864e-4,
        7.875_875e-5,
    ];
    // Of `-ln(1 - erf(x))` for x from 1 to 4.
    const LARGE: [f32; 9] = [
        -3.201_380_5e-4,
        1.130_233_4,
        0.631_826_06,
        0.110_080_08,
        -0.026_421_136,
        0.004_759_596,
        -5.968_056e-4,
        4.605_804e-5,
        -1.637_151_4e-6,
    ];
    let size = x.abs();
    let small = x * polynomial(x * x, SMALL);
    let capped = if size > 4.0 { 4.0 } else { size };
    let large = (1.0 - exp(-polynomial(capped, LARGE))).copysign(x);
    select(size > 1.0, large, small)
}

/// Hyperbolic tangent; relative error below 3e-7.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    const SMALL: [f32; 6] = [1.0, -0.333_332_6, 0.133_311_14, -0.053_720_11, 0.020_588_191, -0.005_657_135];
    let size = x.abs();
    let small = x * polynomial(x * x, SMALL);
    let large = (1.0 - 2.0 / (exp(2.0 * size) + 1.0)).copysign(x);
    select(size > 0.625, large, small)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest error over a dense grid, relative to the larger of the result and `floor`.
    fn worst(low: f32, high: f32, floor: f64, f: fn(f32) -> f32, exact: fn(f64) -> f64) -> f64 {
        let count = 400_000;
        let errors = (0..=count).map(|i| {
            let x = low + (high - low) * (i as f32 / count as f32);
            let want = exact(f64::from(x));
            (f64::from(f(x)) - want).abs() / want.abs().max(floor)
        });
        errors.fold(0.0, |worst, error| if error <= worst { worst } else { error })
    }

    #[test]
    fn errors_stay_below_those_promised() {
        assert!(worst(-87.0, 88.7, 0.0, exp, f64::exp) <= 1.5e-7);
        assert!(worst(-1.0, 1.0, 0.0, exp, f64::exp) <= 1.5e-7);
        assert!(worst(-104.0, -87.0, 1.2e-38, exp, f64::exp) <= 1.5e-7);
        let erf_error = worst(-5.0, 5.0, 1.0, erf, libm::erf);
        assert!(erf_error <= 2e-7, "{erf_error:e}");
        let erf_error = worst(-1.0, 1.0, 1e-30, erf, libm::erf);
        assert!(erf_error <= 3e-7, "{erf_error:e}");
        assert!(worst(-12.0, 12.0, 1e-30, tanh, f64::tanh) <= 3e-7);
        assert!(worst(-1e-3, 1e-3, 1e-30, tanh, f64::tanh) <= 3e-7);
    }

    #[test]
    fn ends_and_special_values_are_right() {
        let infinity = f32::INFINITY;
        assert_eq!(
            [exp(0.0), exp(-infinity), exp(infinity), exp(89.0), exp(-200.0)],
            [1.0, 0.0, infinity, infinity, 0.0]
        );
        assert_eq!([erf(0.0), erf(infinity), erf(-infinity), erf(5.0)], [0.0, 1.0, -1.0, 1.0]);
        assert_eq!([tanh(0.0), tanh(infinity), tanh(-infinity), tanh(50.0)], [0.0, 1.0, -1.0, 1.0]);
        for f in [exp, erf, tanh] {
            assert!(f(f32::NAN).is_nan());
        }
        assert!(erf(-0.0).is_sign_negative() && tanh(-0.0).is_sign_negative());
    }
}
