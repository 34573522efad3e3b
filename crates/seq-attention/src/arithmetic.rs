//! Compiles one loop for several instruction sets and picks one at run time. Knows no mathematics.
//!
//! Within one machine every call picks the same, so results repeat; between machines they may differ
//! in the last bit, because a fused multiply-add rounds once where a separate one rounds twice.

#[cfg(target_arch = "x86_64")]
use std::sync::LazyLock;

use crate::random_words::{BATCH, WordSource, batch_plain};
use crate::real::Real;
#[cfg(target_arch = "x86_64")]
use crate::transpose::transpose_avx2;
use crate::transpose::{BLOCK, transpose_plain};

/// Blocks of a batch of random words.
const COUNTERS: u32 = BATCH as u32 / 4;

/// What the chosen instruction set computes differently.
pub(crate) trait Arithmetic {
    /// `a * b + c`.
    fn multiply_add<T: Real>(a: T, b: T, c: T) -> T;

    /// The random words of consecutive batches of eight blocks.
    fn random_words(source: WordSource, block: u32, words: &mut [[u32; BATCH]]);

    /// Columns of a block of eight by eight as rows.
    #[inline(always)]
    fn transpose<W: Copy>(block: [[W; BLOCK]; BLOCK]) -> [[W; BLOCK]; BLOCK] {
        transpose_plain(block)
    }
}

/// One rounding. Used only where the processor has an instruction for it, on x86-64 only with AVX2.
pub(crate) struct Fused;

/// Two roundings and nothing that not every processor of the target has.
pub(crate) struct Separate;

impl Arithmetic for Fused {
    #[inline(always)]
    fn multiply_add<T: Real>(a: T, b: T, c: T) -> T {
        a.fused_multiply_add(b, c)
    }

    #[inline(always)]
    fn random_words(source: WordSource, block: u32, words: &mut [[u32; BATCH]]) {
        for (i, words) in (0..).zip(words) {
            let block = block.wrapping_add(i * COUNTERS);
            #[cfg(target_arch = "x86_64")]
            // SAFETY: on this target `Fused` is chosen only after AVX2 was found.
            unsafe {
                crate::random_words::batch_avx2(source, block, words);
            }
            #[cfg(not(target_arch = "x86_64"))]
            batch_plain(source, block, words);
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn transpose<W: Copy>(block: [[W; BLOCK]; BLOCK]) -> [[W; BLOCK]; BLOCK] {
        // SAFETY: as in `random_words`.
        unsafe { transpose_avx2(block) }
    }
}

/// One rounding, with vectors of 512 bits.
#[cfg(target_arch = "x86_64")]
pub(crate) struct FusedWide;

#[cfg(target_arch = "x86_64")]
impl Arithmetic for FusedWide {
    #[inline(always)]
    fn multiply_add<T: Real>(a: T, b: T, c: T) -> T {
        a.fused_multiply_add(b, c)
    }

    #[inline(always)]
    fn random_words(source: WordSource, block: u32, words: &mut [[u32; BATCH]]) {
        // SAFETY: this is chosen only after AVX-512 was found.
        unsafe {
            crate::random_words::batches_avx512(source, block, words);
        }
    }

    #[inline(always)]
    fn transpose<W: Copy>(block: [[W; BLOCK]; BLOCK]) -> [[W; BLOCK]; BLOCK] {
        // SAFETY: as in `random_words`; AVX-512 is chosen only where AVX2 is.
        unsafe { transpose_avx2(block) }
    }
}

impl Arithmetic for Separate {
    #[inline(always)]
    fn multiply_add<T: Real>(a: T, b: T, c: T) -> T {
        a * b + c
    }

    #[inline(always)]
    fn random_words(source: WordSource, block: u32, words: &mut [[u32; BATCH]]) {
        for (i, words) in (0..).zip(words) {
            batch_plain(source, block.wrapping_add(i * COUNTERS), words);
        }
    }
}

/// True if the processor has 8-lane vectors and fused multiply-add.
#[cfg(target_arch = "x86_64")]
pub(crate) fn has_avx2_and_fma() -> bool {
    std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma")
}

/// True if the processor has vectors of 512 bits, with the operations on bytes and double words.
#[cfg(target_arch = "x86_64")]
pub(crate) fn has_avx512() -> bool {
    has_avx2_and_fma()
        && std::arch::is_x86_feature_detected!("avx512f")
        && std::arch::is_x86_feature_detected!("avx512bw")
        && std::arch::is_x86_feature_detected!("avx512dq")
        && std::arch::is_x86_feature_detected!("avx512vl")
}

/// True if the processor also multiplies pairs of bf16.
#[cfg(target_arch = "x86_64")]
pub(crate) fn has_avx512_bf16() -> bool {
    has_avx512() && std::arch::is_x86_feature_detected!("avx512bf16")
}

/// True if it does so faster than it multiplies as many `f32`.
#[cfg(target_arch = "x86_64")]
pub(crate) fn pairs_are_fast() -> bool {
    static FAST: LazyLock<bool> = LazyLock::new(|| {
        let has_fp16 = std::arch::is_x86_feature_detected!("avx512fp16");
        has_avx512_bf16() && !multiplies_pairs_slowly(std::arch::x86_64::__cpuid(0).ebx, has_fp16)
    });
    *FAST
}

/// Whether a processor with AVX512-BF16 starts so few of its instructions per cycle that fused multiply-adds of `f32` do
/// more work. Those of Intel do from Sapphire Rapids on, where another unit (AMX) is for bf16, and are known by
/// AVX512-FP16; measured on an Emerald Rapids: 90 and 181 GFLOP/s. `vendor` is the first four letters of the vendor's name.
#[cfg(target_arch = "x86_64")]
fn multiplies_pairs_slowly(vendor: u32, has_avx512_fp16: bool) -> bool {
    vendor == u32::from_le_bytes(*b"Genu") && has_avx512_fp16
}

/// Defines a function over a [`Real`] type whose loops the compiler vectorises: once for AVX-512, once for
/// AVX2 with FMA, once for what every processor of the target has. The body sees the chosen [`Arithmetic`] as `$a`.
macro_rules! vectorised {
    (
        $(#[$meta:meta])*
        $visibility:vis fn $name:ident<$t:ident, $a:ident $(, const $size:ident: usize)?>($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block
    ) => {
        $(#[$meta])*
        $visibility fn $name<$t: $crate::real::Real $(, const $size: usize)?>($($argument: $type),*) $(-> $result)? {
            #[inline(always)]
            fn body<$t: $crate::real::Real, $a: $crate::arithmetic::Arithmetic $(, const $size: usize)?>($($argument: $type),*) $(-> $result)? $body

            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2,fma")]
                fn wide<$t: $crate::real::Real $(, const $size: usize)?>($($argument: $type),*) $(-> $result)? {
                    body::<$t, $crate::arithmetic::Fused $(, $size)?>($($argument),*)
                }
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
                fn widest<$t: $crate::real::Real $(, const $size: usize)?>($($argument: $type),*) $(-> $result)? {
                    body::<$t, $crate::arithmetic::FusedWide $(, $size)?>($($argument),*)
                }
                if $crate::arithmetic::has_avx512() {
                    // SAFETY: the line above found the features that `widest` is compiled for.
                    return unsafe { widest::<$t $(, $size)?>($($argument),*) };
                }
                if $crate::arithmetic::has_avx2_and_fma() {
                    // SAFETY: the line above found the features that `wide` is compiled for.
                    return unsafe { wide::<$t $(, $size)?>($($argument),*) };
                }
            }
            #[cfg(target_arch = "aarch64")]
            {
                body::<$t, $crate::arithmetic::Fused $(, $size)?>($($argument),*)
            }
            #[cfg(not(target_arch = "aarch64"))]
            {
                body::<$t, $crate::arithmetic::Separate $(, $size)?>($($argument),*)
            }
        }
    };
}
pub(crate) use vectorised;

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    #[test]
    fn only_late_processors_of_intel_multiply_pairs_slowly() {
        let [intel, amd] = [b"Genu", b"Auth"].map(|name| u32::from_le_bytes(*name));
        assert!(multiplies_pairs_slowly(intel, true));
        // Cooper Lake, and processors of AMD with and without AVX512-FP16.
        for (vendor, has_fp16) in [(intel, false), (amd, false), (amd, true)] {
            assert!(!multiplies_pairs_slowly(vendor, has_fp16));
        }
        assert!(!pairs_are_fast() || has_avx512_bf16());
    }
}
