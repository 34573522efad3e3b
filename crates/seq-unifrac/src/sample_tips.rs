//! Which tips each sample has, in the order of the tree. Knows no distances.

use seq_table::{SampleCounts, SampleFeatures};

use crate::fixed::{Fixed, RootDistances};
use crate::space::{NO_TIP, PhylogeneticSpace};

/// Ranks of the tips present in each sample, rising and distinct. Features that the tree lacks are left out.
pub struct SampleTips {
    offsets: Vec<usize>,
    ranks: Vec<u32>,
}

impl SampleTips {
    /// Every listed feature is present.
    pub fn of_features(space: &PhylogeneticSpace, table: &SampleFeatures<'_>) -> Self {
        Self::collect(space, table.sample_count(), |sample| table.sample(sample).iter().copied())
    }

    /// A feature is present in a sample if its count is above 0.
    pub fn of_counts(space: &PhylogeneticSpace, table: &SampleCounts<'_>) -> Self {
        let present = |sample| table.sample(sample).filter(|&(_, count)| count > 0.0).map(|(feature, _)| feature);
        Self::collect(space, table.sample_count(), present)
    }

    fn collect<I: Iterator<Item = u32>>(
        space: &PhylogeneticSpace,
        sample_count: usize,
        present: impl Fn(usize) -> I,
    ) -> Self {
        let mut tips = Self { offsets: vec![0], ranks: Vec::new() };
        let mut sample_ranks = Vec::new();
        for sample in 0..sample_count {
            let ranks = present(sample).map(|feature| space.feature_ranks[feature as usize]);
            sample_ranks.clear();
            sample_ranks.extend(ranks.filter(|&rank| rank != NO_TIP));
            sample_ranks.sort_unstable();
            sample_ranks.dedup();
            tips.ranks.extend_from_slice(&sample_ranks);
            tips.offsets.push(tips.ranks.len());
        }
        tips
    }

    /// Some of the samples, in the given order.
    pub(crate) fn select(&self, chosen: &[usize]) -> Self {
        let mut tips = Self { offsets: vec![0], ranks: Vec::new() };
        for &sample in chosen {
            tips.ranks.extend_from_slice(self.sample(sample));
            tips.offsets.push(tips.ranks.len());
        }
        tips
    }

    /// Number of samples.
    pub fn sample_count(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether a sample has no tip.
    pub fn is_empty(&self, sample: usize) -> bool {
        self.offsets[sample] == self.offsets[sample + 1]
    }

    pub(crate) fn sample(&self, sample: usize) -> &[u32] {
        &self.ranks[self.offsets[sample]..self.offsets[sample + 1]]
    }

    pub(crate) fn all(&self) -> &[u32] {
        &self.ranks
    }

    /// Calls `visit` with the node of every tip of a sample and 1, and with the lowest common ancestor of every two
    /// neighbours and -1.
    ///
    /// For any sum over paths from the root, these add up to the sum over all branches that have one of the tips below,
    /// each counted once: a branch with `k` of the tips below is part of `k` paths and of `k - 1` ancestors'.
    pub(crate) fn for_each_path(&self, space: &PhylogeneticSpace, sample: usize, mut visit: impl FnMut(u32, i32)) {
        let ranks = self.sample(sample);
        for (at, &rank) in ranks.iter().enumerate() {
            visit(space.tip_nodes[rank as usize], 1);
            if let Some(&next) = ranks.get(at + 1) {
                visit(space.ancestor(rank, next), -1);
            }
        }
    }

    /// Sum of the branch lengths that each sample covers.
    pub(crate) fn covered<F: Fixed>(&self, space: &PhylogeneticSpace, distances: &RootDistances<F>) -> Vec<F> {
        let covered = |sample| {
            let mut sum = F::default();
            self.for_each_path(space, sample, |node, sign| {
                let path = distances.sums[node as usize];
                sum = if sign > 0 { sum.plus(path) } else { sum.minus(path) };
            });
            sum
        };
        (0..self.sample_count()).map(covered).collect()
    }

    /// Number of branches of positive length that each sample covers.
    pub(crate) fn branch_counts(&self, space: &PhylogeneticSpace) -> Vec<u64> {
        let count = |sample| {
            let mut count = 0i64;
            self.for_each_path(space, sample, |node, sign| {
                count += i64::from(sign) * i64::from(space.distances.branches(node));
            });
            count.unsigned_abs()
        };
        (0..self.sample_count()).map(count).collect()
    }
}
