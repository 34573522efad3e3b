//! Registers of x86-64 as lanes: one of AVX-512, or two of AVX2. What each operation means stands in `lanes.rs`.
//!
//! The types are made only inside [`run_avx512`] and [`run_avx2`], whose callers have checked the processor; every intrinsic
//! below is therefore one that the processor has.

use std::arch::x86_64::*;

use crate::lanes::{LaneLoop, Lanes, Number};

/// Runs a loop with AVX-512.
#[target_feature(enable = "avx512f")]
pub(crate) fn run_avx512<W: LaneLoop>(work: W) -> W::Output {
    work.run::<Avx512>()
}

/// Runs a loop with AVX2 and FMA.
#[target_feature(enable = "avx2,fma")]
pub(crate) fn run_avx2<W: LaneLoop>(work: W) -> W::Output {
    work.run::<Avx2>()
}

/// One register of 512 bits.
#[derive(Clone, Copy)]
pub(crate) struct Avx512;

/// Two registers of 256 bits.
#[derive(Clone, Copy)]
pub(crate) struct Avx2;

impl Number for Avx512 {
    type U = __m512i;
    type F = __m512;

    #[inline(always)]
    fn splat(value: u32) -> __m512i {
        // SAFETY: the processor has the instruction, see above.
        unsafe { _mm512_set1_epi32(value as i32) }
    }
    #[inline(always)]
    fn splat_float(value: f32) -> __m512 {
        // SAFETY: the processor has the instruction, see above.
        unsafe { _mm512_set1_ps(value) }
    }
    #[inline(always)]
    fn float(bits: __m512i) -> __m512 {
        // SAFETY: the processor has the instruction, see above.
        unsafe { _mm512_castsi512_ps(bits) }
    }
    #[inline(always)]
    fn bits(value: __m512) -> __m512i {
        // SAFETY: the processor has the instruction, see above.
        unsafe { _mm512_castps_si512(value) }
    }
    #[inline(always)]
    fn plus(a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: the processor has the instruction, see above.
        unsafe { _mm512_add_epi32(a, b) }
    }
    #[inline(always)]
    fn minus(a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: the processor has the instruction, see above.
        unsafe { _mm512_sub_epi32(a, b) }
    }
    #[inline(always)]
    fn smaller(a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: the processor has the instruction, see above.
        unsafe { _mm512_min_epu32(a, b) }
    }
    #[inline(always)]
    fn and(a: __m512i, b: __m512i) -> __m512i {
        // SAFETY: the processor has the instruction, see above.
        unsafe { _mm512_and_si512(a, b) }
    }
    #[inline(always)]
    fn shift_right<const BY: u32>(a: __m512i) -> __m512i {
        // SAFETY: the processor has the instruction, see above.
        unsafe { _mm512_srli_epi32::<BY>(a) }
    }
    #[inline(always)]
    fn shift_left<const BY: u32>(a: __m512i) -> __m512i {
        // SAFETY: the processor has the instruction, see above.
        unsafe { _mm512_slli_epi32::<BY>(a) }
    }
    #[inline(always)]
    fn add(a: __m512, b: __m512) -> __m512 {
        // SAFETY: the processor has the instruction, see above.
        unsafe { _mm512_add_ps(a, b) }
    }
    #[inline(always)]
    fn sub(a: __m512, b: __m512) -> __m512 {
        // SAFETY: the processor has the instruction, see above.
        unsafe { _mm512_sub_ps(a, b) }
    }
    #[inline(always)]
    fn mul(a: __m512, b: __m512) -> __m512 {
        // SAFETY: the processor has the instruction, see above.
        unsafe { _mm512_mul_ps(a, b) }
    }
    #[inline(always)]
    fn mul_add(a: __m512, b: __m512, c: __m512) -> __m512 {
        // SAFETY: the processor has the instruction, see above.
        unsafe { _mm512_fmadd_ps(a, b, c) }
    }
    #[inline(always)]
    fn div(a: __m512, b: __m512) -> __m512 {
        // SAFETY: the processor has the instruction, see above.
        unsafe { _mm512_div_ps(a, b) }
    }
    #[inline(always)]
    fn abs(a: __m512) -> __m512 {
        // SAFETY: the processor has the instruction, see above.
        unsafe { _mm512_abs_ps(a) }
    }
    #[inline(always)]
    fn round(a: __m512) -> __m512i {
        // SAFETY: the processor has the instruction, see above.
        unsafe { _mm512_cvtps_epi32(a) }
    }
    #[inline(always)]
    fn from_signed(a: __m512i) -> __m512 {
        // SAFETY: the processor has the instruction, see above.
        unsafe { _mm512_cvtepi32_ps(a) }
    }
}

impl Number for Avx2 {
    type U = [__m256i; 2];
    type F = [__m256; 2];

    #[inline(always)]
    fn splat(value: u32) -> [__m256i; 2] {
        // SAFETY: the processor has the instruction, see above.
        unsafe { [_mm256_set1_epi32(value as i32); 2] }
    }
    #[inline(always)]
    fn splat_float(value: f32) -> [__m256; 2] {
        // SAFETY: the processor has the instruction, see above.
        unsafe { [_mm256_set1_ps(value); 2] }
    }
    #[inline(always)]
    fn float(bits: [__m256i; 2]) -> [__m256; 2] {
        // SAFETY: the processor has the instruction, see above.
        unsafe { [_mm256_castsi256_ps(bits[0]), _mm256_castsi256_ps(bits[1])] }
    }
    #[inline(always)]
    fn bits(value: [__m256; 2]) -> [__m256i; 2] {
        // SAFETY: the processor has the instruction, see above.
        unsafe { [_mm256_castps_si256(value[0]), _mm256_castps_si256(value[1])] }
    }
    #[inline(always)]
    fn plus(a: [__m256i; 2], b: [__m256i; 2]) -> [__m256i; 2] {
        // SAFETY: the processor has the instruction, see above.
        unsafe { [_mm256_add_epi32(a[0], b[0]), _mm256_add_epi32(a[1], b[1])] }
    }
    #[inline(always)]
    fn minus(a: [__m256i; 2], b: [__m256i; 2]) -> [__m256i; 2] {
        // SAFETY: the processor has the instruction, see above.
        unsafe { [_mm256_sub_epi32(a[0], b[0]), _mm256_sub_epi32(a[1], b[1])] }
    }
    #[inline(always)]
    fn smaller(a: [__m256i; 2], b: [__m256i; 2]) -> [__m256i; 2] {
        // SAFETY: the processor has the instruction, see above.
        unsafe { [_mm256_min_epu32(a[0], b[0]), _mm256_min_epu32(a[1], b[1])] }
    }
    #[inline(always)]
    fn and(a: [__m256i; 2], b: [__m256i; 2]) -> [__m256i; 2] {
        // SAFETY: the processor has the instruction, see above.
        unsafe { [_mm256_and_si256(a[0], b[0]), _mm256_and_si256(a[1], b[1])] }
    }
    #[inline(always)]
    fn shift_right<const BY: u32>(a: [__m256i; 2]) -> [__m256i; 2] {
        // SAFETY: the processor has the instruction, see above.
        unsafe {
            [_mm256_srl_epi32(a[0], _mm_cvtsi32_si128(BY as i32)), _mm256_srl_epi32(a[1], _mm_cvtsi32_si128(BY as i32))]
        }
    }
    #[inline(always)]
    fn shift_left<const BY: u32>(a: [__m256i; 2]) -> [__m256i; 2] {
        // SAFETY: the processor has the instruction, see above.
        unsafe {
            [_mm256_sll_epi32(a[0], _mm_cvtsi32_si128(BY as i32)), _mm256_sll_epi32(a[1], _mm_cvtsi32_si128(BY as i32))]
        }
    }
    #[inline(always)]
    fn add(a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
        // SAFETY: the processor has the instruction, see above.
        unsafe { [_mm256_add_ps(a[0], b[0]), _mm256_add_ps(a[1], b[1])] }
    }
    #[inline(always)]
    fn sub(a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
        // SAFETY: the processor has the instruction, see above.
        unsafe { [_mm256_sub_ps(a[0], b[0]), _mm256_sub_ps(a[1], b[1])] }
    }
    #[inline(always)]
    fn mul(a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
        // SAFETY: the processor has the instruction, see above.
        unsafe { [_mm256_mul_ps(a[0], b[0]), _mm256_mul_ps(a[1], b[1])] }
    }
    #[inline(always)]
    fn mul_add(a: [__m256; 2], b: [__m256; 2], c: [__m256; 2]) -> [__m256; 2] {
        // SAFETY: the processor has the instruction, see above.
        unsafe { [_mm256_fmadd_ps(a[0], b[0], c[0]), _mm256_fmadd_ps(a[1], b[1], c[1])] }
    }
    #[inline(always)]
    fn div(a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
        // SAFETY: the processor has the instruction, see above.
        unsafe { [_mm256_div_ps(a[0], b[0]), _mm256_div_ps(a[1], b[1])] }
    }
    #[inline(always)]
    fn abs(a: [__m256; 2]) -> [__m256; 2] {
        // SAFETY: the processor has the instruction, see above.
        unsafe { [_mm256_andnot_ps(_mm256_set1_ps(-0.0), a[0]), _mm256_andnot_ps(_mm256_set1_ps(-0.0), a[1])] }
    }
    #[inline(always)]
    fn round(a: [__m256; 2]) -> [__m256i; 2] {
        // SAFETY: the processor has the instruction, see above.
        unsafe { [_mm256_cvtps_epi32(a[0]), _mm256_cvtps_epi32(a[1])] }
    }
    #[inline(always)]
    fn from_signed(a: [__m256i; 2]) -> [__m256; 2] {
        // SAFETY: the processor has the instruction, see above.
        unsafe { [_mm256_cvtepi32_ps(a[0]), _mm256_cvtepi32_ps(a[1])] }
    }
}

impl Lanes for Avx512 {
    const ROOM: usize = 16;

    #[inline(always)]
    fn load(from: &[u32; 16]) -> __m512i {
        // SAFETY: the processor has the instruction, see above; 64 bytes may be read.
        unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
    }
    #[inline(always)]
    fn store(value: __m512i, to: &mut [u32; 16]) {
        // SAFETY: the processor has the instruction, see above; 64 bytes may be written.
        unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), value) }
    }
}

impl Lanes for Avx2 {
    const ROOM: usize = 4;

    #[inline(always)]
    fn load(from: &[u32; 16]) -> [__m256i; 2] {
        let from = from.as_ptr();
        // SAFETY: the processor has the instruction, see above; 64 bytes may be read.
        unsafe { [_mm256_loadu_si256(from.cast()), _mm256_loadu_si256(from.add(8).cast())] }
    }
    #[inline(always)]
    fn store(value: [__m256i; 2], to: &mut [u32; 16]) {
        let to = to.as_mut_ptr();
        // SAFETY: the processor has the instruction, see above; 64 bytes may be written.
        unsafe {
            _mm256_storeu_si256(to.cast(), value[0]);
            _mm256_storeu_si256(to.add(8).cast(), value[1]);
        }
    }
}
