//! Variance-adjusted UniFrac: each branch is divided by the standard deviation that chance would give it.
//!
//! With `m_b` the counts of both samples below a branch and `m` all their counts, each term is divided by
//! `v = sqrt(m_b (m - m_b))`; generalised, `s` becomes `s / v`. A branch with all counts of both samples below has no variance
//! and is left out. That is decided by tips: with fractional counts, `m - m_b` may come out as rounding noise.

use seq_table::SampleCounts;

use crate::UnifracError;
use crate::job::Job;
use crate::kernel::Kernel;
use crate::merge::merge;
use crate::pairs::Block;
use crate::sample_branches::SampleBranches;
use crate::shared_weight::fraction;
use crate::space::PhylogeneticSpace;
use crate::tiles::{LANES, Tile, fill};
use crate::tree_distances::TreeMetric;
use crate::workers::Workers;

/// Chang et al. 2011, doi:10.1186/1471-2105-12-118.
pub(crate) fn exact(space: &PhylogeneticSpace, table: &SampleCounts<'_>, metric: TreeMetric) -> Box<dyn Kernel<f64>> {
    let (term, exponent, divides): (Term, f64, bool) = match metric {
        TreeMetric::Unweighted => (presence, 0.0, true),
        TreeMetric::UnweightedUnnormalized => (presence, 0.0, false),
        TreeMetric::WeightedNormalized => (abundance, 0.0, true),
        TreeMetric::WeightedUnnormalized => (abundance, 0.0, false),
        TreeMetric::Generalized { alpha } => (powered, alpha, true),
    };
    let (lengths, branches) = (space.lengths.clone(), SampleBranches::new(space, table));
    Box::new(Adjusted { lengths, branches, term, exponent, divides })
}

/// Parts of numerator and denominator from `v`, both abundances and the exponent.
type Term = fn(f64, f64, f64, f64) -> (f64, f64);

fn presence(v: f64, p: f64, q: f64, _: f64) -> (f64, f64) {
    (if (p > 0.0) == (q > 0.0) { 0.0 } else { 1.0 / v }, 1.0 / v)
}

fn abundance(v: f64, p: f64, q: f64, _: f64) -> (f64, f64) {
    ((p - q).abs() / v, (p + q) / v)
}

fn powered(v: f64, p: f64, q: f64, alpha: f64) -> (f64, f64) {
    let whole = ((p + q) / v).powf(alpha);
    (whole * ((p - q).abs() / (p + q)), whole)
}

struct Adjusted {
    lengths: Vec<f64>,
    branches: SampleBranches,
    term: Term,
    exponent: f64,
    divides: bool,
}

impl Kernel<f64> for Adjusted {
    fn sample_count(&self) -> usize {
        self.branches.totals.len()
    }

    fn block(&self, block: &Block, workers: &Workers, job: &Job) -> Result<Vec<f64>, UnifracError> {
        let work = |_: &mut (), tile: &mut Tile<'_, f64>| {
            for column in tile.columns.clone() {
                for lane in 0..tile.lanes_of(column) {
                    tile.set(lane, column, self.distance(tile.lanes.start + lane, column));
                }
            }
        };
        fill(block, LANES, workers, job, || (), work)
    }
}

impl Adjusted {
    fn distance(&self, i: usize, j: usize) -> f64 {
        let (difference, whole) = self.sums(i, j);
        if self.divides { fraction(difference, whole) } else { difference }
    }

    /// Sums of `L term(v, p_i, p_j)` over all branches of two samples that have a variance.
    fn sums(&self, i: usize, j: usize) -> (f64, f64) {
        let SampleBranches { counts, totals, tips, tip_totals } = &self.branches;
        let ((a_nodes, a_counts), (b_nodes, b_counts)) = (counts.sample(i), counts.sample(j));
        let (a_total, b_total) = (totals[i], totals[j]);
        let all = a_total + b_total;
        let (mut differences, mut wholes) = (0.0, 0.0);
        merge(a_nodes, b_nodes, |node, at_a, at_b| {
            let (a, a_tips) = at_a.map_or((0.0, 0), |at| (a_counts[at], tips[i][at]));
            let (b, b_tips) = at_b.map_or((0.0, 0), |at| (b_counts[at], tips[j][at]));
            let below = a + b;
            let v = (below * (all - below)).sqrt();
            if (a_tips == tip_totals[i] && b_tips == tip_totals[j]) || v == 0.0 {
                return;
            }
            let (difference, whole) = (self.term)(v, fraction(a, a_total), fraction(b, b_total), self.exponent);
            differences += self.lengths[node as usize] * difference;
            wholes += self.lengths[node as usize] * whole;
        });
        (differences, wholes)
    }
}
