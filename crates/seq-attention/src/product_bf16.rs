//! The loops of [`crate::product`] for pairs of bf16 with AVX512-BF16.

use std::arch::x86_64::{__m512, __m512bh, __m512i, _mm512_dpbf16_ps, _mm512_loadu_si512, _mm512_set1_epi32};

use crate::packed::Matrix;
use crate::pairs::{PairPanels, Pairs};
use crate::product::Start;
use crate::tiles_avx512::{Left, Tile, for_each_tile, tile_loops};

/// 16 words.
///
/// # Safety
/// They must be readable.
#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn load(words: *const u32) -> __m512i {
    // SAFETY: the caller's promise.
    unsafe { _mm512_loadu_si512(words.cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn spread(word: u32) -> __m512i {
    _mm512_set1_epi32(word.cast_signed())
}

mod native {
    use super::*;

    #[inline]
    #[target_feature(enable = "avx512f,avx512bf16")]
    pub(super) fn multiply_add(x: __m512i, b: __m512i, sum: __m512) -> __m512 {
        // SAFETY: both types are 512 bits of any content.
        let [x, b] = [x, b].map(|words| unsafe { std::mem::transmute::<__m512i, __m512bh>(words) });
        _mm512_dpbf16_ps(sum, x, b)
    }

    tile_loops!("avx512f,avx512bf16", u32, __m512i, load, spread, multiply_add);

    /// [`super::product`] tile by tile.
    ///
    /// # Safety
    /// As there.
    #[target_feature(enable = "avx512f,avx512bf16")]
    pub(super) unsafe fn product(left: Left<'_, u32>, right: &PairPanels, start: Start<'_, f32>, c: (*mut f32, usize)) {
        for_each_tile(left, right.words(), right.columns(), start, c, |rows, place, start| {
            // SAFETY: pairs and panels hold the words of their shapes; the caller vouches for `c` and the row.
            unsafe { tile_of(rows, place, start) }
        });
    }
}

/// `c = start + left right`.
///
/// # Safety
/// The processor must have AVX512-BF16, `c` must have `(rows - 1) stride + columns` elements with `stride >= columns`,
/// the inner dimensions must agree, and a row of `Start::Row` must have `columns` elements.
pub(crate) unsafe fn product(
    left: Matrix<'_, f32>,
    right: &PairPanels,
    start: Start<'_, f32>,
    c: &mut [f32],
    stride: usize,
) {
    let pairs = Pairs::new(left);
    // SAFETY: the caller's promise.
    unsafe { native::product(words(&pairs), right, start, (c.as_mut_ptr(), stride)) }
}

fn words(pairs: &Pairs) -> Left<'_, u32> {
    let Pairs { ref data, rows, depth, transposed } = *pairs;
    let (row_step, depth_step) = if transposed { (1, rows) } else { (depth, 1) };
    Left { data, rows, depth, row_step, depth_step }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::{has_avx512, has_avx512_bf16};
    use crate::bf16_vectors::SUMS;
    use crate::product_avx512;
    use crate::rounded::RoundedPanels;
    use crate::testing::noise;

    /// The same loops with the instruction spelled out, so that they run on any processor with AVX-512.
    mod spelled_out {
        use std::arch::x86_64::{_mm512_and_si512, _mm512_castsi512_ps, _mm512_fmadd_ps, _mm512_slli_epi32};

        use super::super::*;

        #[inline]
        #[target_feature(enable = "avx512f")]
        pub(super) fn multiply_add(x: __m512i, b: __m512i, sum: __m512) -> __m512 {
            let upper = spread(0xffff_0000);
            let odd = [x, b].map(|words| _mm512_castsi512_ps(_mm512_and_si512(words, upper)));
            let even = [x, b].map(|words| _mm512_castsi512_ps(_mm512_slli_epi32::<16>(words)));
            _mm512_fmadd_ps(even[0], even[1], _mm512_fmadd_ps(odd[0], odd[1], sum))
        }

        tile_loops!("avx512f", u32, __m512i, load, spread, multiply_add);

        /// As [`super::super::product`], without the feature.
        #[target_feature(enable = "avx512f")]
        pub(super) unsafe fn product(
            left: Left<'_, u32>,
            right: &PairPanels,
            start: Start<'_, f32>,
            c: (*mut f32, usize),
        ) {
            for_each_tile(left, right.words(), right.columns(), start, c, |rows, place, start| {
                // SAFETY: as in `native`.
                unsafe { tile_of(rows, place, start) }
            });
        }
    }

    /// Adds the products of two pairs to a number by `multiply_add`.
    fn added(multiply_add: unsafe fn(__m512i, __m512i, __m512) -> __m512, [x, y, sum]: [u32; 3]) -> u32 {
        use std::arch::x86_64::{_mm512_castps_si512, _mm512_castsi512_ps, _mm512_storeu_si512};
        let mut found = [0u32; 16];
        // SAFETY: the callers saw the features.
        unsafe {
            let sums = multiply_add(spread(x), spread(y), _mm512_castsi512_ps(spread(sum)));
            _mm512_storeu_si512(found.as_mut_ptr().cast(), _mm512_castps_si512(sums));
        }
        found[0]
    }

    #[test]
    fn pairs_are_added_as_an_emulator_of_the_instruction_adds_them() {
        for [x, y, before, after] in SUMS.iter().copied() {
            if has_avx512() {
                let found = added(spelled_out::multiply_add, [x, y, before]);
                let [found, expected] = [found, after].map(f32::from_bits);
                // Bits are equal unless something is subnormal.
                let difference = (found - expected).abs();
                assert!(difference <= 2.0 * f32::MIN_POSITIVE, "{x:x} {y:x} {before:x}: {found}, not {expected}");
            }
            if has_avx512_bf16() {
                assert_eq!(added(native::multiply_add, [x, y, before]), after);
            }
        }
    }

    const SHAPES: [(usize, usize, usize); 8] =
        [(1, 1, 1), (3, 5, 7), (7, 9, 17), (13, 2, 33), (25, 513, 48), (150, 300, 33), (193, 20, 64), (5, 1500, 40)];

    /// A product by one of the loops.
    type Loops = unsafe fn(Left<'_, u32>, &PairPanels, Start<'_, f32>, (*mut f32, usize));

    /// Runs `products` of both operands in every orientation and asserts that they give the bits of `expected`.
    fn assert_same_bits(products: Loops) {
        for (rows, depth, columns) in SHAPES {
            let numbers = |seed, len| -> Vec<f32> { noise(seed, len).into_iter().map(|x| x as f32).collect() };
            let (a, b) = (numbers(1, rows * depth), numbers(2, depth * columns));
            let (row, before) = (numbers(3, columns), numbers(4, rows * (columns + 3)));
            let lefts = [Matrix::new(&a, rows, depth, depth), Matrix::new(&a, depth, rows, rows).t()];
            let rights = [Matrix::new(&b, depth, columns, columns), Matrix::new(&b, columns, depth, depth).t()];
            for (left, right) in lefts.into_iter().flat_map(|left| rights.map(|right| (left, right))) {
                let pairs = Pairs::new(left);
                let (panels, scale) = (PairPanels::new(right, 0.3), 0.3);
                let plain = RoundedPanels::of_numbers(right, scale, Some(product_avx512::PANEL));
                for start in [Start::Zero, Start::Row(&row), Start::Present] {
                    let (mut found, mut expected) = (before.clone(), before.clone());
                    // SAFETY: the callers saw the features, and all sizes agree.
                    unsafe {
                        products(words(&pairs), &panels, start, (found.as_mut_ptr(), columns + 3));
                        plain.product(left, start, &mut expected, columns + 3);
                    }
                    let [found, expected] =
                        [found, expected].map(|c| c.into_iter().map(f32::to_bits).collect::<Vec<_>>());
                    assert_eq!(found, expected, "{rows} x {depth} x {columns}");
                }
            }
        }
    }

    #[test]
    fn loops_over_pairs_give_the_bits_of_rounded_numbers() {
        if has_avx512() {
            assert_same_bits(|left, right, start, c| {
                // SAFETY: the feature is there; the rest is checked by the caller.
                unsafe { spelled_out::product(left, right, start, c) }
            });
        }
    }

    #[test]
    fn the_instruction_gives_the_bits_of_rounded_numbers() {
        if !has_avx512_bf16() {
            eprintln!("skipped: this processor has no AVX512-BF16");
            return;
        }
        assert_same_bits(|left, right, start, c| {
            // SAFETY: the feature is there; the rest is checked by the caller.
            unsafe { native::product(left, right, start, c) }
        });
    }
}
