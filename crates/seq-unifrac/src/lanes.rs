//! Sixteen numbers at once, in the widest registers that the processor has: AVX-512, AVX2, or plain arrays that the compiler
//! may turn into any other. Every operation rounds alike everywhere, so all give the same bits. Knows no kernel.

/// Numbers in one register.
pub(crate) const GROUP: usize = 16;

/// Sixteen numbers in as few lines of the cache as may be. Those of 32 bits fill one: no load of a register touches two.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[repr(align(64))]
pub(crate) struct Line<T>(pub [T; GROUP]);

/// Whole numbers and floats of 32 bits, one or several at once.
pub(crate) trait Number: Copy {
    type U: Copy;
    type F: Copy;

    fn splat(value: u32) -> Self::U;
    fn splat_float(value: f32) -> Self::F;
    /// The bits as a float.
    fn float(bits: Self::U) -> Self::F;
    fn bits(value: Self::F) -> Self::U;
    /// Wraps around, as do all sums and differences of whole numbers.
    fn plus(a: Self::U, b: Self::U) -> Self::U;
    fn minus(a: Self::U, b: Self::U) -> Self::U;
    fn smaller(a: Self::U, b: Self::U) -> Self::U;
    fn and(a: Self::U, b: Self::U) -> Self::U;
    fn shift_right<const BY: u32>(a: Self::U) -> Self::U;
    fn shift_left<const BY: u32>(a: Self::U) -> Self::U;
    fn add(a: Self::F, b: Self::F) -> Self::F;
    fn sub(a: Self::F, b: Self::F) -> Self::F;
    fn mul(a: Self::F, b: Self::F) -> Self::F;
    /// `a * b + c`, rounded once.
    fn mul_add(a: Self::F, b: Self::F, c: Self::F) -> Self::F;
    fn div(a: Self::F, b: Self::F) -> Self::F;
    fn abs(a: Self::F) -> Self::F;
    /// The nearest whole number, ties to even, of a float in `[-2^31, 2^31)`, in two's complement.
    fn round(a: Self::F) -> Self::U;
    /// A whole number in two's complement as a float.
    fn from_signed(a: Self::U) -> Self::F;
}

/// Sixteen at once.
pub(crate) trait Lanes: Number {
    /// How many sixteens of sums stay in registers beside what is added to them.
    const ROOM: usize;

    fn load(from: &[u32; 16]) -> Self::U;
    fn store(value: Self::U, to: &mut [u32; 16]);
}

/// One at a time.
#[derive(Clone, Copy)]
pub(crate) struct One;

impl Number for One {
    type U = u32;
    type F = f32;

    #[inline(always)]
    fn splat(value: u32) -> u32 {
        value
    }
    #[inline(always)]
    fn splat_float(value: f32) -> f32 {
        value
    }
    #[inline(always)]
    fn float(bits: u32) -> f32 {
        f32::from_bits(bits)
    }
    #[inline(always)]
    fn bits(value: f32) -> u32 {
        value.to_bits()
    }
    #[inline(always)]
    fn plus(a: u32, b: u32) -> u32 {
        a.wrapping_add(b)
    }
    #[inline(always)]
    fn minus(a: u32, b: u32) -> u32 {
        a.wrapping_sub(b)
    }
    #[inline(always)]
    fn smaller(a: u32, b: u32) -> u32 {
        a.min(b)
    }
    #[inline(always)]
    fn and(a: u32, b: u32) -> u32 {
        a & b
    }
    #[inline(always)]
    fn shift_right<const BY: u32>(a: u32) -> u32 {
        a >> BY
    }
    #[inline(always)]
    fn shift_left<const BY: u32>(a: u32) -> u32 {
        a << BY
    }
    #[inline(always)]
    fn add(a: f32, b: f32) -> f32 {
        a + b
    }
    #[inline(always)]
    fn sub(a: f32, b: f32) -> f32 {
        a - b
    }
    #[inline(always)]
    fn mul(a: f32, b: f32) -> f32 {
        a * b
    }
    #[inline(always)]
    fn mul_add(a: f32, b: f32, c: f32) -> f32 {
        a.mul_add(b, c)
    }
    #[inline(always)]
    fn div(a: f32, b: f32) -> f32 {
        a / b
    }
    #[inline(always)]
    fn abs(a: f32) -> f32 {
        f32::from_bits(a.to_bits() & 0x7fff_ffff)
    }
    #[inline(always)]
    fn round(a: f32) -> u32 {
        a.round_ties_even() as i32 as u32
    }
    #[inline(always)]
    fn from_signed(a: u32) -> f32 {
        a as i32 as f32
    }
}

/// Arrays.
#[derive(Clone, Copy)]
pub(crate) struct Plain;

macro_rules! lanewise {
    ($($name:ident($($argument:ident: $from:ty),+) -> $to:ty;)+) => {$(
        #[inline(always)]
        fn $name($($argument: [$from; 16]),+) -> [$to; 16] {
            std::array::from_fn(|lane| One::$name($($argument[lane]),+))
        }
    )+};
}

impl Number for Plain {
    type U = [u32; 16];
    type F = [f32; 16];

    #[inline(always)]
    fn splat(value: u32) -> [u32; 16] {
        [value; 16]
    }
    #[inline(always)]
    fn splat_float(value: f32) -> [f32; 16] {
        [value; 16]
    }
    #[inline(always)]
    fn shift_right<const BY: u32>(a: [u32; 16]) -> [u32; 16] {
        a.map(|value| value >> BY)
    }
    #[inline(always)]
    fn shift_left<const BY: u32>(a: [u32; 16]) -> [u32; 16] {
        a.map(|value| value << BY)
    }
    lanewise! {
        float(bits: u32) -> f32;
        bits(value: f32) -> u32;
        plus(a: u32, b: u32) -> u32;
        minus(a: u32, b: u32) -> u32;
        smaller(a: u32, b: u32) -> u32;
        and(a: u32, b: u32) -> u32;
        add(a: f32, b: f32) -> f32;
        sub(a: f32, b: f32) -> f32;
        mul(a: f32, b: f32) -> f32;
        mul_add(a: f32, b: f32, c: f32) -> f32;
        div(a: f32, b: f32) -> f32;
        abs(a: f32) -> f32;
        round(a: f32) -> u32;
        from_signed(a: u32) -> f32;
    }
}

impl Lanes for Plain {
    const ROOM: usize = 4;

    #[inline(always)]
    fn load(from: &[u32; 16]) -> [u32; 16] {
        *from
    }
    #[inline(always)]
    fn store(value: [u32; 16], to: &mut [u32; 16]) {
        *to = value;
    }
}

/// A loop that is compiled once per kind of registers; `run` must be `#[inline(always)]`.
pub(crate) trait LaneLoop {
    type Output;

    fn run<L: Lanes>(self) -> Self::Output;
}

/// Runs a loop in the widest registers there are.
pub(crate) fn run_in_lanes<W: LaneLoop>(work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    {
        use crate::lanes_x86::{run_avx2, run_avx512};
        if std::arch::is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has AVX-512F, as was just checked.
            return unsafe { run_avx512(work) };
        }
        if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
            // SAFETY: the processor has AVX2 and FMA, as was just checked.
            return unsafe { run_avx2(work) };
        }
    }
    work.run::<Plain>()
}
