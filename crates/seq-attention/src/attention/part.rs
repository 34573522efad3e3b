//! How pairs of query and key sequences are cut into tasks.

use std::ops::Range;

use crate::groups::{Group, groups};

/// The rows of one task.
pub(super) struct Part {
    pub sequences: Range<usize>,
    pub queries: Range<usize>,
    pub keys: Range<usize>,
}

/// Cuts the sequences into tasks by the sum of their rows; empty sequences at the ends may be in none.
pub(super) fn parts(query_offsets: &[u32], key_offsets: &[u32]) -> Vec<Part> {
    let rows: Vec<u32> = query_offsets.iter().zip(key_offsets).map(|(queries, keys)| queries + keys).collect();
    let part = |group: &Group| {
        let sequences = group.sequences[0].index..group.sequences[group.sequences.len() - 1].index + 1;
        let of = |offsets: &[u32]| offsets[sequences.start] as usize..offsets[sequences.end] as usize;
        Part { queries: of(query_offsets), keys: of(key_offsets), sequences }
    };
    groups(&rows).iter().map(part).collect()
}

/// One sequence: its rows inside the part.
pub(super) struct Pair {
    pub index: usize,
    pub queries: Range<usize>,
    pub keys: Range<usize>,
}

impl Part {
    /// The sequences that have queries and keys; for others attention gives zero.
    pub(super) fn pairs(&self, query_offsets: &[u32], key_offsets: &[u32]) -> Vec<Pair> {
        let rows = |offsets: &[u32], index: usize, from: usize| {
            offsets[index] as usize - from..offsets[index + 1] as usize - from
        };
        let pair = |index| Pair {
            index,
            queries: rows(query_offsets, index, self.queries.start),
            keys: rows(key_offsets, index, self.keys.start),
        };
        self.sequences.clone().map(pair).filter(|pair| !pair.queries.is_empty() && !pair.keys.is_empty()).collect()
    }
}
