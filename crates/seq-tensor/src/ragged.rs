//! Packed sequences: the offsets that cut one long axis into sequences.

use crate::error::{Result, TensorError};

/// Checks `offsets`: they start at 0, never fall and end at `total`.
///
/// Sequence number `i` owns positions `offsets[i]..offsets[i + 1]`; it may be empty.
///
/// # Errors
/// `TENSOR_VALUE` naming the first offset that breaks the rule.
pub fn check_offsets(op: &'static str, offsets: &[u32], total: usize) -> Result<()> {
    let fail = |problem: String| Err(TensorError::Value { op, problem });
    match (offsets.first(), offsets.last()) {
        (Some(0), Some(&last)) if last as usize == total => {}
        (Some(0), Some(&last)) => {
            return fail(format!("the last offset must be the number of positions, {total}, got {last}"));
        }
        (Some(first), _) => return fail(format!("the first offset must be 0, got {first}")),
        (None, _) => return fail("offsets must hold at least one number, got none".into()),
    }
    match offsets.windows(2).position(|pair| pair[1] < pair[0]) {
        Some(i) => {
            fail(format!("offsets must not fall, but sequence {i} runs from {} to {}", offsets[i], offsets[i + 1]))
        }
        None => Ok(()),
    }
}

/// The range of positions of each sequence.
pub fn ranges(offsets: &[u32]) -> impl ExactSizeIterator<Item = std::ops::Range<usize>> + '_ {
    (1..offsets.len()).map(|i| offsets[i - 1] as usize..offsets[i] as usize)
}

/// Checks that every sequence has an id.
///
/// # Errors
/// `TENSOR_VALUE` with both numbers.
pub fn check_sequence_ids(op: &'static str, offsets: &[u32], sequence_ids: &[u32]) -> Result<()> {
    let count = offsets.len().saturating_sub(1);
    if sequence_ids.len() == count {
        return Ok(());
    }
    let problem = format!("{count} sequences need as many sequence ids, got {}", sequence_ids.len());
    Err(TensorError::Value { op, problem })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_offsets_pass_and_each_kind_of_bad_ones_is_told() {
        assert!(check_offsets("t", &[0, 3, 3, 7], 7).is_ok());
        assert!(check_offsets("t", &[0], 0).is_ok());
        for (offsets, words) in [
            (&[][..], "at least one"),
            (&[1, 7], "first offset must be 0"),
            (&[0, 6], "number of positions, 7, got 6"),
            (&[0, 5, 3, 7], "sequence 1 runs from 5 to 3"),
        ] {
            let error = check_offsets("t", offsets, 7).unwrap_err();
            assert_eq!(error.code(), "TENSOR_VALUE");
            assert!(error.to_string().contains(words), "{error}");
        }
        assert_eq!(ranges(&[0, 3, 3, 7]).collect::<Vec<_>>(), [0..3, 3..3, 3..7]);
    }

    #[test]
    fn every_sequence_needs_an_id() {
        assert!(check_sequence_ids("t", &[0, 3, 7], &[4, 9]).is_ok());
        assert_eq!(check_sequence_ids("t", &[0, 3, 7], &[4]).unwrap_err().code(), "TENSOR_VALUE");
    }
}
