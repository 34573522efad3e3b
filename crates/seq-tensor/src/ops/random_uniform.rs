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
