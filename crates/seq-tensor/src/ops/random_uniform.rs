//! `random_uniform`: numbers in [0, 1) for every position of packed sequences; not recorded.

use crate::error::Result;
use crate::philox::Stream;
use crate::ragged::{check_offsets, check_sequence_ids, ranges};

/// One number in [0, 1) per position, which depends on the stream, the sequence's id and the position in
/// it, but not on how sequences are packed.
///
/// # Errors
/// `TENSOR_VALUE` if offsets do not rise from 0 or ids are missing.
pub fn random_uniform(stream: Stream, offsets: &[u32], sequence_ids: &[u32]) -> Result<Vec<f64>> {
    const OP: &str = "random_uniform";
    check_offsets(OP, offsets, offsets.last().map_or(0, |&last| last as usize))?;
    check_sequence_ids(OP, offsets, sequence_ids)?;
    let sequences = ranges(offsets).zip(sequence_ids);
    Ok(sequences.flat_map(|(range, &id)| (0..range.len() as u32).map(move |i| stream.uniform(id, i))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::code;

    #[test]
    fn a_sequence_gets_the_same_numbers_in_any_packing() {
        let stream = Stream::new(9, 4, 2);
        let together = random_uniform(stream, &[0, 3, 3, 8], &[7, 1, 5]).unwrap();
        let alone = random_uniform(stream, &[0, 5], &[5]).unwrap();
        assert_eq!(together[3..], alone);
        assert!(together.iter().all(|u| (0.0..1.0).contains(u)));
        let longer = random_uniform(stream, &[0, 9], &[5]).unwrap();
        assert_eq!(longer[..5], alone);
        assert_ne!(random_uniform(Stream::new(9, 4, 3), &[0, 5], &[5]).unwrap(), alone);
        assert!(random_uniform(stream, &[0], &[]).unwrap().is_empty());
    }

    #[test]
    fn offsets_and_ids_are_checked() {
        let stream = Stream::new(9, 4, 2);
        assert_eq!(code(random_uniform(stream, &[0, 3, 2], &[1, 2])), "TENSOR_VALUE");
        assert_eq!(code(random_uniform(stream, &[0, 3], &[1, 2])), "TENSOR_VALUE");
    }
}
