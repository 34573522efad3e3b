//! The two floating-point types that kernels are written for: `f32` to work, `f64` to check gradients.

use std::fmt::Debug;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::single;
use crate::tensor::{DType, Stored};

/// A floating-point element of a tensor.
///
/// Methods are single correctly defined functions of one value; kernels call them in loops over slices.
pub trait Element:
    Copy
    + Debug
    + Default
    + PartialOrd
    + Stored
    + Sum
    + Add<Output = Self>
    + AddAssign
    + Sub<Output = Self>
    + SubAssign
    + Mul<Output = Self>
    + MulAssign
    + Div<Output = Self>
    + DivAssign
    + Neg<Output = Self>
    + 'static
{
    /// The tensor dtype of this type.
    const DTYPE: DType;
    /// Zero.
    const ZERO: Self;
    /// One.
    const ONE: Self;
    /// Negative infinity.
    const NEG_INFINITY: Self;

    /// Rounds a double to this type.
    fn from_f64(value: f64) -> Self;
    /// Widens to a double, exactly.
    fn to_f64(self) -> f64;
    /// Natural exponential.
    fn exp(self) -> Self;
    /// Natural logarithm.
    fn ln(self) -> Self;
    /// Natural logarithm of one plus the value, exact near zero.
    fn ln_1p(self) -> Self;
    /// Square root.
    fn sqrt(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
    /// Error function.
    fn erf(self) -> Self;
    /// Absolute value.
    fn abs(self) -> Self;
    /// The larger of two values; a NaN on either side gives NaN.
    fn max(self, other: Self) -> Self;
    /// True for values that are neither infinite nor NaN.
    fn is_finite(self) -> bool;

    /// `c = alpha * a * b + beta * c` on strided matrices, one thread.
    ///
    /// # Safety
    /// Every element reached through the strides must lie inside its allocation, and `c` must not
    /// overlap `a` or `b`.
    #[expect(clippy::too_many_arguments, reason = "the BLAS convention")]
    unsafe fn gemm(
        m: usize,
        k: usize,
        n: usize,
        alpha: Self,
        a: *const Self,
        row_a: isize,
        column_a: isize,
        b: *const Self,
        row_b: isize,
        column_b: isize,
        beta: Self,
        c: *mut Self,
        row_c: isize,
        column_c: isize,
    );
}

macro_rules! element {
    ($type:ty, $dtype:expr, $exp:path, $tanh:path, $erf:path, $gemm:path) => {
        impl Element for $type {
            const DTYPE: DType = $dtype;
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const NEG_INFINITY: Self = <$type>::NEG_INFINITY;

            fn from_f64(value: f64) -> Self {
                value as $type
            }
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn exp(self) -> Self {
                $exp(self)
            }
            fn ln(self) -> Self {
                self.ln()
            }
            fn ln_1p(self) -> Self {
                self.ln_1p()
            }
            fn sqrt(self) -> Self {
                self.sqrt()
            }
            #[inline(always)]
            fn tanh(self) -> Self {
                $tanh(self)
            }
            #[inline(always)]
            fn erf(self) -> Self {
                $erf(self)
            }
            fn abs(self) -> Self {
                self.abs()
            }
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                // Written so that it becomes a compare and a select.
                let other_wins = other > self || other.is_nan();
                if other_wins { other } else { self }
            }
            fn is_finite(self) -> bool {
                self.is_finite()
            }

            unsafe fn gemm(
                m: usize,
                k: usize,
                n: usize,
                alpha: Self,
                a: *const Self,
                row_a: isize,
                column_a: isize,
                b: *const Self,
                row_b: isize,
                column_b: isize,
                beta: Self,
                c: *mut Self,
                row_c: isize,
                column_c: isize,
            ) {
                // SAFETY: the caller's promise is the library's own condition.
                unsafe { $gemm(m, k, n, alpha, a, row_a, column_a, b, row_b, column_b, beta, c, row_c, column_c) }
            }
        }
    };
}

element!(f32, DType::F32, single::exp, single::tanh, single::erf, matrixmultiply::sgemm);
element!(f64, DType::F64, f64::exp, f64::tanh, libm::erf, matrixmultiply::dgemm);
