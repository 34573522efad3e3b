//! Floats of 32 and 64 bits as one kind of number. Knows no kernel.

use std::ops::{Add, AddAssign, Div, Mul, Sub};

use crate::lanes::One;
use crate::power::Power;

/// A float that distances can be summed in.
pub(crate) trait Float:
    Copy
    + Default
    + PartialOrd
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + AddAssign
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
{
    const ONE: Self;

    fn of(value: f64) -> Self;
    fn widened(self) -> f64;
    fn abs(self) -> Self;
    fn sqrt(self) -> Self;
    /// `self^exponent` of a number >= 0 and an exponent in (0, 1]; about 0 of 0.
    fn power(self, exponent: f64) -> Self;
}

impl Float for f64 {
    const ONE: Self = 1.0;

    #[inline(always)]
    fn of(value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn widened(self) -> f64 {
        self
    }
    #[inline(always)]
    fn abs(self) -> Self {
        self.abs()
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        self.sqrt()
    }
    #[inline(always)]
    fn power(self, exponent: f64) -> Self {
        // Most are 0 where few rows have a branch, and the function is slow.
        if self > 0.0 { self.powf(exponent) } else { 0.0 }
    }
}

impl Float for f32 {
    const ONE: Self = 1.0;

    #[inline(always)]
    fn of(value: f64) -> Self {
        value as f32
    }
    #[inline(always)]
    fn widened(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn abs(self) -> Self {
        self.abs()
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        self.sqrt()
    }
    #[inline(always)]
    fn power(self, exponent: f64) -> Self {
        Power { alpha: exponent as f32 }.whole::<One>(self.max(Power::SMALLEST as f32), 1.0)
    }
}
