//! Splits the branches of a tree by how many samples have them, and finds those of each sample. Knows no term but its weight.
//!
//! Dense branches are worked on lane by lane, sparse ones pair by pair; a branch of one sample alone is in its totals only.

use seq_table::NO_NODE;

use crate::branch_teams::BranchTeam;
use crate::branch_walk::BranchWalk;
use crate::lanes::{LaneLoop, Lanes, One, run_in_lanes};
use crate::term::{Term, Totals};

/// Dense branches in a chunk: few enough that their lanes stay in the second-level cache.
pub(crate) const CHUNK: usize = 256;

/// Units up to which a term counts as small: many of them may be equal, and then are all rounded alike.
const SMALL: f64 = 16.0;

/// Marks the number of a sparse branch.
const SPARSE: u32 = 1 << 31;

/// The branch above a node.
#[derive(Clone, Copy)]
struct Branch {
    /// Scaled.
    length: f64,
    /// Its number among the dense branches, or among the sparse ones with [`SPARSE`], or [`NO_NODE`].
    number: u32,
}

/// Where the branches of an induced tree went.
pub(crate) struct BranchSplit {
    /// One for every node.
    branches: Vec<Branch>,
    /// Scaled lengths of the dense branches.
    pub dense_lengths: Vec<f32>,
    /// Scaled lengths of the sparse branches.
    pub sparse_lengths: Vec<f32>,
}

impl BranchSplit {
    /// Branches that more than `threshold` samples have are dense; those that at least two have are sparse.
    pub fn new(lengths: &[f64], counts: &[u32], threshold: u32) -> Self {
        let (mut dense_lengths, mut sparse_lengths) = (Vec::new(), Vec::new());
        let branch = |(node, (&count, &length)): (usize, (&u32, &f64))| {
            let number = match count {
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
            Branch { length, number }
        };
        let branches = counts.iter().zip(lengths).enumerate().map(branch).collect();
        Self { branches, dense_lengths, sparse_lengths }
    }

    /// Number of dense chunks.
    pub fn chunk_count(&self) -> usize {
        self.dense_lengths.len().div_ceil(CHUNK)
    }

    /// Lists the branches of a sample and gives each dense one with its weight to `dense`; falling, both. What the sample has on
    /// those is not in its totals yet.
    pub fn list<T: Term>(&self, term: T, walk: BranchWalk<'_>, dense: impl FnMut(u32, u32)) -> SampleList {
        run_in_lanes(Listing { split: self, term, walk, dense })
    }

    /// Completes the totals of the members of a team.
    pub fn add_dense_totals<T: Term, const TEAM: usize>(
        &self,
        term: T,
        team: &BranchTeam<TEAM>,
        members: &mut [SampleList],
    ) {
        run_in_lanes(DenseTotals { split: self, term, team, members });
    }
}

struct Listing<'w, T, D> {
    split: &'w BranchSplit,
    term: T,
    walk: BranchWalk<'w>,
    dense: D,
}

impl<T: Term, D: FnMut(u32, u32)> LaneLoop for Listing<'_, T, D> {
    type Output = SampleList;

    #[inline(always)]
    fn run<L: Lanes>(self) -> SampleList {
        let Self { split, term, walk, mut dense } = self;
        let mut list = SampleList::default();
        walk.visit(|node, share| {
            let Branch { length, number } = split.branches[node as usize];
            let weight = term.weight(length, share);
            list.branch_count += u32::from(length > 0.0);
            // Programs that build trees give next to no length to branches that they are unsure of, half of all at times.
            if length * share.min(1.0) < SMALL {
                list.uncertain += term.unrounded(length, share).min(0.5);
            }
            if weight == 0 {
                return;
            }
            if number < SPARSE {
                return dense(number, weight);
            }
            list.totals.sparse = list.totals.sparse.wrapping_add(term.alone::<One>(weight, length as f32));
            if number != NO_NODE {
                list.sparse.push((number - SPARSE, weight));
            }
        });
        list.totals.all = list.totals.sparse;
        list
    }
}

struct DenseTotals<'l, T, const TEAM: usize> {
    split: &'l BranchSplit,
    term: T,
    team: &'l BranchTeam<TEAM>,
    members: &'l mut [SampleList],
}

impl<T: Term, const TEAM: usize> LaneLoop for DenseTotals<'_, T, TEAM> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let mut sums = [0u32; TEAM];
        for (chunk, lengths) in self.split.dense_lengths.chunks(CHUNK).enumerate() {
            let (places, weights) = self.team.chunk(chunk);
            for (&place, weights) in places.iter().zip(weights) {
                for (sum, &weight) in sums.iter_mut().zip(weights) {
                    *sum = sum.wrapping_add(self.term.alone::<One>(weight, lengths[place as usize]));
                }
            }
        }
        for (member, sum) in self.members.iter_mut().zip(sums) {
            member.totals.all = member.totals.all.wrapping_add(sum);
        }
    }
}

/// What one sample has, but for its weights on dense branches.
#[derive(Default)]
pub(crate) struct SampleList {
    /// Sparse branches with weights, falling.
    pub sparse: Vec<(u32, u32)>,
    pub totals: Totals,
    /// Branches of positive length.
    pub branch_count: u32,
    /// By how much rounding may change what short branches add in all, should it go in one direction with each of them.
    pub uncertain: f64,
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
