//! Philox 4x32-10 for runs of consecutive positions, several counters at a time.
//!
//! Gives the words of [`seq_tensor::philox::Stream::word`]; that file says what the numbers are.

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
/// Words that one batch gives.
pub(crate) const BATCH: usize = 4 * COUNTERS;

const LOW: u64 = 0xFFFF_FFFF;

/// The words of blocks `block .. block + 8`.
///
/// The state is held in 64-bit lanes of which only the low halves count: a widening product then
/// needs no rearrangement, and what is left in the high halves is ignored by the next one.
#[inline(always)]
pub(crate) fn batch(source: WordSource, block: u32) -> [u32; BATCH] {
    let mut c0: [u64; COUNTERS] = std::array::from_fn(|i| u64::from(block.wrapping_add(i as u32)));
    let mut c1 = [u64::from(source.sequence); COUNTERS];
    let mut c2 = [u64::from(source.site); COUNTERS];
    let mut c3 = [u64::from(source.step); COUNTERS];
    let (mut k0, mut k1) = (source.seed as u32, (source.seed >> 32) as u32);
    for _ in 0..10 {
        for i in 0..COUNTERS {
            let p0 = (c0[i] & LOW) * 0xD251_1F53;
            let p1 = (c2[i] & LOW) * 0xCD9E_8D57;
            c0[i] = (p1 >> 32) ^ c1[i] ^ u64::from(k0);
            c1[i] = p1;
            c2[i] = (p0 >> 32) ^ c3[i] ^ u64::from(k1);
            c3[i] = p0;
        }
        k0 = k0.wrapping_add(0x9E37_79B9);
        k1 = k1.wrapping_add(0xBB67_AE85);
    }
    let mut words = [0; BATCH];
    for (i, words) in words.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        *words = [c0[i] as u32, c1[i] as u32, c2[i] as u32, c3[i] as u32];
    }
    words
}

/// Calls `work(range, words)` for consecutive ranges of `0..len`; `words` belong to positions
/// `start + range` of the stream.
#[inline(always)]
pub(crate) fn for_each_batch(
    source: WordSource,
    start: u64,
    len: usize,
    mut work: impl FnMut(std::ops::Range<usize>, &[u32]),
) {
    let mut block = start / 4;
    let mut skipped = (start % 4) as usize;
    let mut done = 0;
    while done < len {
        let words = batch(source, block as u32);
        let count = (BATCH - skipped).min(len - done);
        work(done..done + count, &words[skipped..skipped + count]);
        done += count;
        skipped = 0;
        block += COUNTERS as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seq_tensor::philox::Stream;

    #[test]
    fn words_are_those_of_the_plain_stream_from_any_start() {
        let source = WordSource { seed: 0x1234_5678_9ABC_DEF0, site: 1025, step: 77, sequence: 0xFFFF_0001 };
        let stream = Stream::new(source.seed, source.site, source.step);
        for start in [0u64, 1, 3, 4, 29, 1_000_003] {
            for len in [0, 1, 31, 32, 33, 200] {
                let mut found = vec![0; len];
                for_each_batch(source, start, len, |range, words| found[range].copy_from_slice(words));
                let expected: Vec<u32> =
                    (0..len).map(|i| stream.word(source.sequence, start as u32 + i as u32)).collect();
                assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn positions_beyond_32_bits_use_the_block_number() {
        let source = WordSource { seed: 5, site: 2, step: 3, sequence: 4 };
        let start = 4 * 0xFFFF_FFF0u64;
        let mut found = [0; 4];
        for_each_batch(source, start, 4, |range, words| found[range].copy_from_slice(words));
        assert_eq!(found, Stream::new(5, 2, 3).block(4, 0xFFFF_FFF0));
    }
}
