//! How a packed batch is cut into tasks: by sequences, never inside one.
//!
//! The cut depends on the offsets alone. Short neighbours share a task so that matrix products have
//! enough rows; each row of a product is computed alike whatever stands beside it.

use std::ops::Range;
use std::sync::Mutex;

use seq_tensor::ragged::ranges;

/// A task takes sequences until it has this many rows.
const ROWS_PER_GROUP: usize = 128;
/// Gradients of parameters are summed in at most this many parts.
const MOST_SHARDS: usize = 16;
/// Parts of large models are fewer, so that all together stay below this many numbers, but not below four.
const SHARD_ELEMENTS: usize = 1 << 26;

/// One sequence of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sequence {
    /// Number of the sequence in the batch.
    pub index: usize,
    /// Its rows, counted from the group's first.
    pub rows: Range<usize>,
}

/// Consecutive sequences that one task works on; none of them is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Group {
    /// Rows of the batch.
    pub rows: Range<usize>,
    pub sequences: Vec<Sequence>,
}

impl Group {
    /// Rows of the batch that belong to one of the group's sequences.
    pub(crate) fn rows_of(&self, sequence: &Sequence) -> Range<usize> {
        self.rows.start + sequence.rows.start..self.rows.start + sequence.rows.end
    }

    pub(crate) fn longest(&self) -> usize {
        self.sequences.iter().map(|sequence| sequence.rows.len()).max().unwrap_or(0)
    }
}

/// Cuts a batch into groups; empty sequences are in none.
pub(crate) fn groups(offsets: &[u32]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (index, rows) in ranges(offsets).enumerate().filter(|(_, rows)| !rows.is_empty()) {
        match groups.last_mut() {
            Some(group) if group.rows.len() + rows.len() <= ROWS_PER_GROUP => {
                group.sequences.push(Sequence { index, rows: group.rows.len()..group.rows.len() + rows.len() });
                group.rows.end = rows.end;
            }
            _ => groups.push(Group { sequences: vec![Sequence { index, rows: 0..rows.len() }], rows }),
        }
    }
    groups
}

/// How many partial sums the gradients of `parameter_count` numbers have: a function of shapes only.
pub(crate) fn shard_count(group_count: usize, parameter_count: usize) -> usize {
    let affordable = (SHARD_ELEMENTS / parameter_count.max(1)).max(4);
    group_count.min(MOST_SHARDS).min(affordable)
}

/// Cuts `data` with `width` numbers per row into the rows of each group; a task locks its own piece.
pub(crate) fn split_rows<'a, T>(mut data: &'a mut [T], groups: &[Group], width: usize) -> Vec<Mutex<&'a mut [T]>> {
    let mut pieces = Vec::with_capacity(groups.len());
    for group in groups {
        let (piece, rest) = data.split_at_mut(group.rows.len() * width);
        pieces.push(Mutex::new(piece));
        data = rest;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_cover_all_rows_once_and_never_cut_a_sequence() {
        let groups = groups(&[0, 0, 3, 100, 100, 140, 500, 501, 502, 502]);
        let rows: Vec<_> = groups.iter().map(|group| group.rows.clone()).collect();
        assert_eq!(rows, [0..100, 100..140, 140..500, 500..502]);
        let indices: Vec<Vec<usize>> =
            groups.iter().map(|group| group.sequences.iter().map(|sequence| sequence.index).collect()).collect();
        assert_eq!(indices, [vec![1, 2], vec![4], vec![5], vec![6, 7]]);
        assert_eq!(groups[0].sequences[1].rows, 3..100);
        assert_eq!(groups[2].longest(), 360);
    }

    #[test]
    fn an_empty_batch_has_no_groups() {
        assert!(groups(&[0]).is_empty());
        assert!(groups(&[0, 0, 0]).is_empty());
    }

    #[test]
    fn shards_are_bounded_by_work_and_by_memory() {
        assert_eq!(shard_count(3, 1000), 3);
        assert_eq!(shard_count(100, 1000), 16);
        assert_eq!(shard_count(100, 100 << 20), 4);
        assert_eq!(shard_count(0, 0), 0);
    }
}
