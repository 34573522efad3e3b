//! Weighted and generalised UniFrac in 32 bits: prepares the terms, and finds the samples that 32 bits are too few for.

use seq_table::SampleCounts;

use crate::UnifracError;
use crate::branch_split::{BranchSplit, SampleList, cheapest_threshold};
use crate::branch_teams::TeamBuilder;
use crate::branch_walk::{BranchMemory, BranchWalk};
use crate::fitting::{COVERED, exponent_for, needed, too_little};
use crate::fixed::{Fixed, times_power_of_two};
use crate::induced_tree::InducedTree;
use crate::kernel::{Kernel, Refined};
use crate::power::Power;
use crate::sample_tips::SampleTips;
use crate::selected_counts::SelectedCounts;
use crate::shared_minimum::SharedMinimum;
use crate::space::PhylogeneticSpace;
use crate::square_root::SquareRoot;
use crate::term::Term;
use crate::term_kernel::TermKernel;
use crate::tree_distances::TreeMetric;
use crate::weighted::Normalization;
use crate::workers::Workers;

/// Bits that a sample's total may take: two of them are added, and a term of a pair is rounded as a signed number.
const WEIGHTED_BITS: i32 = 31;
const GENERALIZED_BITS: i32 = 30;

/// The kernel of a metric, or nothing for one of presence, or where all samples cover next to nothing of the tree.
pub(crate) fn in_32_bits(
    space: &PhylogeneticSpace,
    table: &SampleCounts<'_>,
    metric: TreeMetric,
    exact: impl Fn(&SampleCounts<'_>) -> Box<dyn Kernel<f64>>,
    workers: &Workers,
) -> Result<Option<Box<dyn Kernel<f32>>>, UnifracError> {
    let shares = SampleShares::new(space, table, workers);
    let weighted = |normalization| {
        let exponent = exponent_for(shares.largest_weighted(), WEIGHTED_BITS);
        let unit = times_power_of_two(1.0, -exponent) as f32;
        shares.kernel::<_, 4>(SharedMinimum { normalization, unit }, exponent, workers)
    };
    let (coarse, little) = match metric {
        // Samples that cover next to nothing of the tree.
        _ if shares.largest_covered() < COVERED => return Ok(None),
        TreeMetric::WeightedNormalized => weighted(Normalization::Normalized),
        TreeMetric::WeightedUnnormalized => weighted(Normalization::Unnormalized),
        TreeMetric::Generalized { alpha: 1.0 } => weighted(Normalization::Normalized),
        TreeMetric::Generalized { alpha: 0.5 } => shares.generalized(SquareRoot, workers),
        TreeMetric::Generalized { alpha } => shares.generalized(Power { alpha: alpha as f32 }, workers),
        TreeMetric::Unweighted | TreeMetric::UnweightedUnnormalized => return Ok(None),
    };
    if little.is_empty() {
        return Ok(Some(coarse));
    }
    let selected = SelectedCounts::new(table, &little);
    let fine = exact(&selected.table(space.feature_count())?);
    Ok(Some(Box::new(Refined { coarse, chosen: little, fine, convert: |distance| distance as f32 })))
}

/// What part of each sample each of its tips has, or how many reads where the space wants these, on the tree that all samples span.
struct SampleShares<'s> {
    space: &'s PhylogeneticSpace,
    tree: InducedTree,
    samples: SampleTips,
    shares: Vec<f64>,
}

impl<'s> SampleShares<'s> {
    fn new(space: &'s PhylogeneticSpace, table: &SampleCounts<'_>, workers: &Workers) -> Self {
        let (samples, mut shares) = SampleTips::with_counts(space, table, workers);
        let relative = if space.absolute_counts { 0 } else { samples.sample_count() };
        for sample in 0..relative {
            let counts = &mut shares[samples.range(sample)];
            let total = counts.iter().fold(0.0, |sum, count| sum + count);
            counts.iter_mut().for_each(|count| *count /= total);
        }
        Self { space, tree: InducedTree::new(space, &samples), samples, shares }
    }

    /// The largest length that a sample covers, in units of the tree's fixed point.
    fn largest_covered(&self) -> u64 {
        self.samples.covered(&self.space.distances.narrow).into_iter().max().unwrap_or(0)
    }

    /// The largest `sum L p` of a sample; the length below a tip's share is the way from the root to it.
    fn largest_weighted(&self) -> f64 {
        let narrow = &self.space.distances.narrow;
        let total = |sample: usize| -> f64 {
            let tips = self.samples.nodes(sample).iter().zip(&self.shares[self.samples.range(sample)]);
            tips.map(|(&tip, share)| share * narrow.sums[tip as usize].to_f64()).sum()
        };
        let largest = (0..self.samples.sample_count()).map(total).fold(0.0, f64::max);
        times_power_of_two(largest, -narrow.exponent)
    }

    /// The kernel of a term of generalised UniFrac, in units in which the largest total of a sample just fits; see
    /// [`SampleShares::kernel`].
    fn generalized<T: Term>(&self, term: T, workers: &Workers) -> (Box<dyn Kernel<f32>>, Vec<usize>) {
        let lengths = self.lengths(0);
        let total = |memory: &mut BranchMemory, sample| {
            let mut total = 0.0;
            self.walk(sample, memory).visit(|node, share| total += term.unrounded(lengths[node as usize], share));
            total
        };
        let totals = workers.map(self.samples.sample_count(), BranchMemory::default, total);
        let largest = totals.into_iter().fold(0.0, f64::max);
        self.kernel::<T, 1>(term, exponent_for(largest, GENERALIZED_BITS), workers)
    }

    /// The branches of a sample, with its share below each.
    fn walk<'w>(&'w self, sample: usize, memory: &'w mut BranchMemory) -> BranchWalk<'w> {
        BranchWalk::new(&self.tree, &self.samples, sample, &self.shares[self.samples.range(sample)], memory)
    }

    /// Lengths of the induced tree, times `2^exponent`.
    fn lengths(&self, exponent: i32) -> Vec<f64> {
        let sums = &self.space.distances.narrow.sums;
        let from_narrow = exponent - self.space.distances.narrow.exponent;
        let length = |(&node, &parent): (&u32, &u32)| {
            let above = self.tree.nodes.get(parent as usize).map_or(sums[node as usize], |&above| sums[above as usize]);
            times_power_of_two((sums[node as usize] - above).to_f64(), from_narrow)
        };
        self.tree.nodes.iter().zip(&self.tree.parents).map(length).collect()
    }

    /// The kernel of a term, and the samples whose distances from each other may be off by more than a millionth.
    fn kernel<T: Term, const TEAM: usize>(
        &self,
        term: T,
        exponent: i32,
        workers: &Workers,
    ) -> (Box<dyn Kernel<f32>>, Vec<usize>) {
        let counts = self.tree.sample_counts(&self.samples);
        let samples = self.samples.sample_count();
        let split = BranchSplit::new(&self.lengths(exponent), &counts, cheapest_threshold(samples, T::LANE_STEP));
        let scratch = || (BranchMemory::default(), TeamBuilder::new(split.dense_lengths.len()));
        let team = |(memory, builder): &mut (BranchMemory, TeamBuilder<TEAM>), team: usize| {
            let list = |member: usize| {
                let walk = self.walk(team * TEAM + member, memory);
                split.list(term, walk, |branch, weight| builder.set(member, branch, weight))
            };
            let mut lists: Vec<SampleList> = (0..TEAM.min(samples - team * TEAM)).map(list).collect();
            let dense = builder.finish();
            split.add_dense_totals(term, &dense, &mut lists);
            (lists, dense)
        };
        let (lists, teams): (Vec<_>, Vec<_>) = workers.map(samples.div_ceil(TEAM), scratch, team).into_iter().unzip();
        let lists: Vec<SampleList> = lists.into_iter().flatten().collect();
        let size = |list: &SampleList| (list.totals.all, needed(list.branch_count, list.uncertain));
        let sizes: Vec<(u32, f64)> = lists.iter().map(size).collect();
        (Box::new(TermKernel { term, split, lists, teams }), too_little(&sizes))
    }
}
