//! Philox 4x32-10 for runs of consecutive positions, several counters at a time.
//!
//! Gives the words of [`seq_tensor::philox::Stream::word`]; that file says what the numbers are.

use std::ops::Range;

use crate::arithmetic::Arithmetic;

/// Which stream of words, and of which sequence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WordSource {
    pub seed: u64,
    pub site: u32,
    pub step: u32,
    pub sequence: u32,
}

/// Counters that are computed side by side.
const COUNTERS: usize = 8;
/// Words that they give.
pub(crate) const BATCH: usize = 4 * COUNTERS;
/// Batches that are made before they are used.
const BATCHES: usize = 16;

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: usize = 10;

/// The words of blocks `block .. block + 8`, one counter after the other.
pub(crate) fn batch_plain(source: WordSource, block: u32, words: &mut [u32; BATCH]) {
    let key = [source.seed as u32, (source.seed >> 32) as u32];
    for (i, words) in (0..).zip(words.as_chunks_mut::<4>().0) {
        *words = seq_tensor::philox::philox([block.wrapping_add(i), source.sequence, source.site, source.step], key);
    }
}

/// The same with eight counters in the lanes of vectors.
///
/// Each 32-bit number of the state sits in a 64-bit lane of which only the low half counts: a widening
/// product then needs no rearrangement, and ignores what the last one left in the high half.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
pub(crate) fn batch_avx2(source: WordSource, block: u32, words: &mut [u32; BATCH]) {
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx2")]
    #[inline]
    fn all(word: u32) -> __m256i {
        _mm256_set1_epi64x(i64::from(word))
    }

    let b: [i64; COUNTERS] = std::array::from_fn(|i| i64::from(block.wrapping_add(i as u32)));
    let rest = [all(source.sequence), all(source.site), all(source.step)];
    let mut state = [
        [_mm256_setr_epi64x(b[0], b[1], b[2], b[3]), rest[0], rest[1], rest[2]],
        [_mm256_setr_epi64x(b[4], b[5], b[6], b[7]), rest[0], rest[1], rest[2]],
    ];
    let (m0, m1) = (all(MULTIPLIERS[0]), all(MULTIPLIERS[1]));
    let (mut k0, mut k1) = (source.seed as u32, (source.seed >> 32) as u32);
    for _ in 0..ROUNDS {
        let (key0, key1) = (all(k0), all(k1));
        for c in &mut state {
            let p0 = _mm256_mul_epu32(c[0], m0);
            let p1 = _mm256_mul_epu32(c[2], m1);
            c[0] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64::<32>(p1), c[1]), key0);
            c[2] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64::<32>(p0), c[3]), key1);
            c[1] = p1;
            c[3] = p0;
        }
        k0 = k0.wrapping_add(WEYL[0]);
        k1 = k1.wrapping_add(WEYL[1]);
    }
    for (c, words) in state.iter().zip(words.as_chunks_mut::<{ BATCH / 2 }>().0) {
        // Words 0 and 1 of each counter in one lane, words 2 and 3 in another, then lane beside lane.
        let first = _mm256_blend_epi32::<0b1010_1010>(c[0], _mm256_slli_epi64::<32>(c[1]));
        let second = _mm256_blend_epi32::<0b1010_1010>(c[2], _mm256_slli_epi64::<32>(c[3]));
        let even = _mm256_unpacklo_epi64(first, second);
        let odd = _mm256_unpackhi_epi64(first, second);
        let (low, high) = words.split_at_mut(BATCH / 4);
        // SAFETY: each half has eight words, the size of a vector; unaligned stores are asked for.
        unsafe {
            _mm256_storeu_si256(low.as_mut_ptr().cast(), _mm256_permute2x128_si256::<0x20>(even, odd));
            _mm256_storeu_si256(high.as_mut_ptr().cast(), _mm256_permute2x128_si256::<0x31>(even, odd));
        }
    }
}

/// Consecutive batches with vectors of 512 bits.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2")]
#[inline]
pub(crate) fn batches_avx512(source: WordSource, block: u32, words: &mut [[u32; BATCH]]) {
    let (fours, rest) = words.as_chunks_mut::<4>();
    let from_rest = block.wrapping_add((4 * fours.len() * COUNTERS) as u32);
    for (i, four) in (0..).zip(fours) {
        some_avx512(source, block.wrapping_add(4 * i * COUNTERS as u32), four);
    }
    for (i, one) in (0..).zip(rest) {
        some_avx512(source, from_rest.wrapping_add(i * COUNTERS as u32), std::array::from_mut(one));
    }
}

/// `N` batches side by side, which hides how long a product takes.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2")]
#[inline]
fn some_avx512<const N: usize>(source: WordSource, block: u32, words: &mut [[u32; BATCH]; N]) {
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx512f")]
    #[inline]
    fn all(word: u32) -> __m512i {
        _mm512_set1_epi64(i64::from(word))
    }

    // Counters are 32 bits wide: what a sum carries beyond them lies where no product looks.
    let counters = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
    let mut state = [[all(0), all(source.sequence), all(source.site), all(source.step)]; N];
    for (batch, c) in (0..).zip(&mut state) {
        c[0] = _mm512_add_epi64(all(block.wrapping_add(batch * COUNTERS as u32)), counters);
    }
    let (m0, m1) = (all(MULTIPLIERS[0]), all(MULTIPLIERS[1]));
    let (mut k0, mut k1) = (source.seed as u32, (source.seed >> 32) as u32);
    for _ in 0..ROUNDS {
        let (key0, key1) = (all(k0), all(k1));
        for [c0, c1, c2, c3] in &mut state {
            let (p0, p1) = (_mm512_mul_epu32(*c0, m0), _mm512_mul_epu32(*c2, m1));
            // One instruction for the exclusive or of three.
            *c0 = _mm512_ternarylogic_epi64::<0x96>(_mm512_srli_epi64::<32>(p1), *c1, key0);
            *c2 = _mm512_ternarylogic_epi64::<0x96>(_mm512_srli_epi64::<32>(p0), *c3, key1);
            (*c1, *c3) = (p1, p0);
        }
        k0 = k0.wrapping_add(WEYL[0]);
        k1 = k1.wrapping_add(WEYL[1]);
    }
    for ([c0, c1, c2, c3], words) in state.into_iter().zip(words) {
        // Words 0 and 1 of each counter in one lane, words 2 and 3 in another, then lane beside lane.
        let first = _mm512_mask_blend_epi32(0xAAAA, c0, _mm512_slli_epi64::<32>(c1));
        let second = _mm512_mask_blend_epi32(0xAAAA, c2, _mm512_slli_epi64::<32>(c3));
        let low = _mm512_permutex2var_epi64(first, _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11), second);
        let high = _mm512_permutex2var_epi64(first, _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15), second);
        let (low_words, high_words) = words.split_at_mut(BATCH / 2);
        // SAFETY: each half has sixteen words, the size of a vector; unaligned stores are asked for.
        unsafe {
            _mm512_storeu_si512(low_words.as_mut_ptr().cast(), low);
            _mm512_storeu_si512(high_words.as_mut_ptr().cast(), high);
        }
    }
}

/// Calls `work(range, words)` for consecutive ranges of `0..len`; `words` belong to positions
/// `start + range` of the stream.
#[inline(always)]
pub(crate) fn for_each_run<A: Arithmetic>(
    source: WordSource,
    start: u64,
    len: usize,
    mut work: impl FnMut(Range<usize>, &[u32]),
) {
    let mut words = [[0; BATCH]; BATCHES];
    let mut block = start / 4;
    let mut skipped = (start % 4) as usize;
    let mut done = 0;
    while done < len {
        let count = (BATCHES * BATCH - skipped).min(len - done);
        let batches = (skipped + count).div_ceil(BATCH);
        A::random_words(source, block as u32, &mut words[..batches]);
        block += (batches * COUNTERS) as u64;
        work(done..done + count, &words.as_flattened()[skipped..skipped + count]);
        done += count;
        skipped = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::vectorised;
    use seq_tensor::philox::Stream;

    vectorised! {
        fn collect<T, A>(source: WordSource, start: u64, found: &mut [u32], _precision: T) {
            for_each_run::<A>(source, start, found.len(), |range, words| found[range].copy_from_slice(words));
        }
    }

    #[test]
    fn words_are_those_of_the_plain_stream_from_any_start() {
        let source = WordSource { seed: 0x1234_5678_9ABC_DEF0, site: 1025, step: 77, sequence: 0xFFFF_0001 };
        let stream = Stream::new(source.seed, source.site, source.step);
        for start in [0u64, 1, 3, 4, 29, 1_000_003] {
            for len in [0, 1, 31, 32, 33, 200, 511, 512, 513, 2000] {
                let mut found = vec![0; len];
                collect(source, start, &mut found, 0f32);
                let expected: Vec<u32> =
                    (0..len).map(|i| stream.word(source.sequence, start as u32 + i as u32)).collect();
                assert_eq!(found, expected);
            }
        }
    }

    /// The widest loops alone would hide the others on a processor that has them.
    #[test]
    #[cfg(target_arch = "x86_64")]
    fn every_instruction_set_gives_the_plain_words() {
        use crate::arithmetic::{has_avx2_and_fma, has_avx512};
        let source = WordSource { seed: 0xFEDC_BA98_7654_3210, site: 7, step: 8, sequence: 9 };
        for block in [0, 1, 1000, 0xFFFF_FFFC] {
            let (mut plain, mut wide) = ([0; BATCH], [0; BATCH]);
            batch_plain(source, block, &mut plain);
            if has_avx2_and_fma() {
                // SAFETY: the line above found the feature.
                unsafe { batch_avx2(source, block, &mut wide) };
                assert_eq!(wide, plain);
            }
            if has_avx512() {
                let mut many = [[0; BATCH]; 7];
                // SAFETY: the line above found the features.
                unsafe { batches_avx512(source, block, &mut many) };
                for (i, wide) in (0..).zip(many) {
                    batch_plain(source, block.wrapping_add(8 * i), &mut plain);
                    assert_eq!(wide, plain, "batch {i}");
                }
            }
        }
    }

    #[test]
    fn positions_beyond_32_bits_use_the_block_number() {
        let source = WordSource { seed: 5, site: 2, step: 3, sequence: 4 };
        let mut found = [0; 4];
        collect(source, 4 * 0xFFFF_FFF0, &mut found, 0f32);
        assert_eq!(found, Stream::new(5, 2, 3).block(4, 0xFFFF_FFF0));
    }

    #[test]
    fn plain_batches_are_those_of_the_plain_stream() {
        let source = WordSource { seed: 0xFEDC_BA98_7654_3210, site: 7, step: 8, sequence: 9 };
        let mut words = [0; BATCH];
        batch_plain(source, 0xFFFF_FFFC, &mut words);
        let stream = Stream::new(source.seed, 7, 8);
        let expected: Vec<u32> = (0..8u32).flat_map(|i| stream.block(9, 0xFFFF_FFFCu32.wrapping_add(i))).collect();
        assert_eq!(words, *expected);
    }
}
