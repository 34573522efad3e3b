//! Blocks of eight by eight elements in each other's place: how columns become rows of panels. It knows no panels.

/// Rows of a block.
pub(crate) const BLOCK: usize = 8;

/// Column `i` of the block as row `i`.
#[inline(always)]
pub(crate) fn transpose_plain<W: Copy>(block: [[W; BLOCK]; BLOCK]) -> [[W; BLOCK]; BLOCK] {
    std::array::from_fn(|row| std::array::from_fn(|column| block[column][row]))
}

/// The same; elements of 32 bits are moved in whole vectors.
#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
pub(crate) fn transpose_avx2<W: Copy>(block: [[W; BLOCK]; BLOCK]) -> [[W; BLOCK]; BLOCK] {
    if size_of::<W>() != 4 {
        return transpose_plain(block);
    }
    // SAFETY: both are eight rows of 32 bytes, and any bits are integers.
    let rows = unsafe { std::mem::transmute_copy(&block) };
    let columns = transpose_words(rows);
    // SAFETY: the same; the elements are those of the block, as they were.
    unsafe { std::mem::transmute_copy(&columns) }
}

#[cfg(target_arch = "x86_64")]
#[inline]
#[target_feature(enable = "avx2")]
fn transpose_words(rows: [std::arch::x86_64::__m256i; BLOCK]) -> [std::arch::x86_64::__m256i; BLOCK] {
    use std::arch::x86_64::{
        _mm256_permute2x128_si256, _mm256_unpackhi_epi32, _mm256_unpackhi_epi64, _mm256_unpacklo_epi32,
        _mm256_unpacklo_epi64,
    };
    let [r0, r1, r2, r3, r4, r5, r6, r7] = rows;
    // Four rows in each half of a register: elements 0, 1, 2, 3 of the half of each.
    let of_four = |a, b, c, d| {
        let (low, high) = (_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
        let (next_low, next_high) = (_mm256_unpacklo_epi32(c, d), _mm256_unpackhi_epi32(c, d));
        [
            _mm256_unpacklo_epi64(low, next_low),
            _mm256_unpackhi_epi64(low, next_low),
            _mm256_unpacklo_epi64(high, next_high),
            _mm256_unpackhi_epi64(high, next_high),
        ]
    };
    let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (of_four(r0, r1, r2, r3), of_four(r4, r5, r6, r7));
    let lower = |a, b| _mm256_permute2x128_si256::<0x20>(a, b);
    let upper = |a, b| _mm256_permute2x128_si256::<0x31>(a, b);
    [
        lower(a0, b0),
        lower(a1, b1),
        lower(a2, b2),
        lower(a3, b3),
        upper(a0, b0),
        upper(a1, b1),
        upper(a2, b2),
        upper(a3, b3),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_become_rows_in_every_form() {
        let block: [[u32; BLOCK]; BLOCK] = std::array::from_fn(|r| std::array::from_fn(|c| (10 * r + c) as u32));
        let expected: [[u32; BLOCK]; BLOCK] = std::array::from_fn(|r| std::array::from_fn(|c| (10 * c + r) as u32));
        assert_eq!(transpose_plain(block), expected);
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the line above found the feature.
            unsafe {
                assert_eq!(transpose_avx2(block), expected);
                assert_eq!(transpose_avx2(block.map(|row| row.map(f64::from))), expected.map(|row| row.map(f64::from)));
            }
        }
    }
}
