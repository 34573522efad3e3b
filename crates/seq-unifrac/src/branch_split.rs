//! Splits the branches of a tree by how many samples have them, and lists those of each sample. Knows no term but its weight.
//!
//! Dense branches are worked on lane by lane, sparse ones pair by pair; a branch of one sample alone is in its totals only.

use seq_table::NO_NODE;

use crate::branch_walk::BranchWalk;
use crate::lanes::{LaneLoop, Lanes, One, run_in_lanes};
use crate::term::{Term, Totals};

/// Dense branches in a chunk: few enough that their lanes stay in the second-level cache.
pub(crate) const CHUNK: usize = 256;

/// Marks the number of a sparse branch.
const SPARSE: u32 = 1 << 31;

/// Where the branches of an induced tree went.
pub(crate) struct BranchSplit {
    /// Number of each node's branch among the dense ones, or among the sparse ones with [`SPARSE`], or [`NO_NODE`].
    numbers: Vec<u32>,
    /// Scaled length of each node's branch.
    lengths: Vec<f64>,
    /// Scaled lengths of the dense branches.
    pub dense_lengths: Vec<f32>,
    /// Scaled lengths of the sparse branches.
    pub sparse_lengths: Vec<f32>,
}

impl BranchSplit {
    /// Branches that more than `threshold` samples have are dense; those that at least two have are sparse.
    pub fn new(lengths: Vec<f64>, counts: &[u32], threshold: u32) -> Self {
        let (mut dense_lengths, mut sparse_lengths) = (Vec::new(), Vec::new());
        let number = |(node, (&count, &length)): (usize, (&u32, &f64))| match count {
            _ if node == 0 || length == 0.0 => NO_NODE,
            count if count > threshold => {
                dense_lengths.push(length as f32);
                dense_lengths.len() as u32 - 1
            }
            0 | 1 => NO_NODE,
            _ => {
                sparse_lengths.push(length as f32);
                (sparse_lengths.len() as u32 - 1) | SPARSE
            }
        };
        let numbers = counts.iter().zip(&lengths).enumerate().map(number).collect();
        Self { numbers, lengths, dense_lengths, sparse_lengths }
    }

    /// Number of dense chunks.
    pub fn chunk_count(&self) -> usize {
        self.dense_lengths.len().div_ceil(CHUNK)
    }

    /// Lists the branches of the sample that `walk` has visited.
    pub fn list<T: Term>(&self, term: T, walk: &BranchWalk) -> SampleList {
        run_in_lanes(Listing { split: self, term, walk })
    }
}

struct Listing<'w, T> {
    split: &'w BranchSplit,
    term: T,
    walk: &'w BranchWalk,
}

impl<T: Term> LaneLoop for Listing<'_, T> {
    type Output = SampleList;

    #[inline(always)]
    fn run<L: Lanes>(self) -> SampleList {
        let Self { split, term, walk } = self;
        let mut list = SampleList { starts: vec![0; split.chunk_count() + 1], ..SampleList::default() };
        list.places.reserve_exact(walk.nodes.len());
        list.weights.reserve_exact(walk.nodes.len());
        for (&node, &share) in walk.nodes.iter().zip(&walk.sums) {
            let (number, length) = (split.numbers[node as usize], split.lengths[node as usize]);
            let weight = term.weight(length, share);
            list.branch_count += u32::from(length > 0.0);
            if number < SPARSE {
                list.starts[number as usize / CHUNK + 1] += 1;
                list.places.push((number as usize % CHUNK) as u16);
                list.weights.push(weight);
                continue;
            }
            list.totals.sparse = list.totals.sparse.wrapping_add(term.alone::<One>(weight, length as f32));
            if number != NO_NODE {
                list.sparse.push((number - SPARSE, weight));
            }
        }
        for chunk in 1..list.starts.len() {
            list.starts[chunk] += list.starts[chunk - 1];
        }
        list.places.shrink_to_fit();
        list.weights.shrink_to_fit();
        list.totals.all = list.totals.sparse.wrapping_add(total_alone(term, &list, &split.dense_lengths));
        list
    }
}

/// What a sample adds alone on all its dense branches.
#[inline(always)]
fn total_alone<T: Term>(term: T, list: &SampleList, lengths: &[f32]) -> u32 {
    let mut sum = 0u32;
    for chunk in 0..list.starts.len() - 1 {
        let (places, weights) = list.chunk(chunk);
        let lengths = &lengths[chunk * CHUNK..];
        for (&place, &weight) in places.iter().zip(weights) {
            sum = sum.wrapping_add(term.alone::<One>(weight, lengths[place as usize]));
        }
    }
    sum
}

/// Weights of one sample on its branches.
#[derive(Default)]
pub(crate) struct SampleList {
    /// Start of each chunk in `places`, and their length at the end.
    starts: Vec<u32>,
    /// Dense branches, as places in their chunks.
    places: Vec<u16>,
    /// Weights on dense branches.
    weights: Vec<u32>,
    /// Sparse branches with weights.
    pub sparse: Vec<(u32, u32)>,
    pub totals: Totals,
    /// Branches of positive length.
    pub branch_count: u32,
}

impl SampleList {
    /// Places and weights in a chunk.
    #[inline(always)]
    pub fn chunk(&self, chunk: usize) -> (&[u16], &[u32]) {
        let range = self.starts[chunk] as usize..self.starts[chunk + 1] as usize;
        (&self.places[range.clone()], &self.weights[range])
    }
}

/// Measured costs in nanoseconds; only their ratios matter, and only for speed.
const PAIR_UPDATE: f64 = 2.0;
const LISTED: f64 = 4.0;

/// The number of samples up to which a branch is cheaper pair by pair. `lane_step` is the cost of one branch of one column
/// for 16 rows, in nanoseconds.
pub(crate) fn cheapest_threshold(samples: usize, lane_step: f64) -> u32 {
    // A branch of n samples: n columns with half of all rows each, against n / 2 pairs of each of its n samples.
    let per_column = lane_step * samples as f64 / 32.0;
    let threshold = 2.0 * (per_column - LISTED) / PAIR_UPDATE;
    threshold.max(1.0) as u32
}
