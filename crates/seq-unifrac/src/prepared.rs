//! Distances of a whole job, prepared once and computed by rows: in 32 bits, or exactly. Knows no file.

use std::ops::Range;

use seq_table::SampleCounts;

use crate::UnifracError;
use crate::abundance;
use crate::job::Job;
use crate::kernel::Kernel;
use crate::pairs::{Block, Pairs};
use crate::presence::{self, PresenceMetric};
use crate::sample_tips::SampleTips;
use crate::space::PhylogeneticSpace;
use crate::tree_distances::{TreeMetric, Variance, check, exact};
use crate::variance_adjusted;
use crate::workers::Workers;

/// How precise distances are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// Whole numbers of 32 bits: an error below 1e-6 of the distance's range, in an eighth of the time or less. Distances
    /// are the same bits for any threads, blocks and order of samples, but may change in the last bits with the choice of
    /// samples, as the largest one sets the unit. Where 32 bits are too few (samples that cover far less of the tree than
    /// others do, fractional counts with variance adjustment), it is as [`Precision::Exact`].
    #[default]
    Fast,
    /// An error below 1e-12.
    Exact,
}

/// What is wanted, and by how many threads.
#[derive(Debug, Clone, Copy)]
pub struct PrepareOptions {
    /// Whether branches are divided by their variance.
    pub variance: Variance,
    /// How precise the distances are.
    pub precision: Precision,
    /// Which pairs there are.
    pub pairs: Pairs,
    /// Worker threads; 0 means one per core, 1 that all is done where it is called.
    pub threads: usize,
}

/// Distances between the samples of a table, ready to be computed row by row.
///
/// Holds a list of branches per sample for measures of abundance (8 bytes per branch and sample in 32 bits, 12 or more
/// exactly), a list of tips for those of presence, and nothing that grows with the square of the samples.
pub struct PreparedDistances {
    kernel: Precise,
    pairs: Pairs,
    workers: Workers,
}

enum Precise {
    Single(Box<dyn Kernel<f32>>),
    Double(Box<dyn Kernel<f64>>),
}

impl PreparedDistances {
    /// Prepares the samples of a table.
    ///
    /// # Errors
    /// `THREADS_UNAVAILABLE`, `PARAMETER_OUT_OF_RANGE` for alpha, `OPTION_INVALID` for variance adjustment of counts as they are.
    pub fn new(
        space: &PhylogeneticSpace,
        table: &SampleCounts<'_>,
        metric: TreeMetric,
        options: PrepareOptions,
    ) -> Result<Self, UnifracError> {
        let PrepareOptions { variance, precision, pairs, threads } = options;
        check(space, metric, variance)?;
        let workers = Workers::new(threads)?;
        let exact = |table: &SampleCounts<'_>| exact(space, table, metric, variance, pairs);
        let by_presence =
            |metric| presence::in_32_bits(space, &SampleTips::with_counts(space, table, &workers).0, metric, pairs);
        let fast = match metric {
            _ if precision == Precision::Exact => None,
            _ if variance == Variance::Adjusted => variance_adjusted::in_32_bits(space, table, metric),
            TreeMetric::Unweighted => by_presence(PresenceMetric::Unweighted),
            TreeMetric::UnweightedUnnormalized => by_presence(PresenceMetric::UnweightedUnnormalized),
            _ => abundance::in_32_bits(space, table, metric, exact, &workers)?,
        };
        let kernel = fast.map_or_else(|| Precise::Double(exact(table)), Precise::Single);
        Ok(Self { kernel, pairs, workers })
    }

    /// Number of samples.
    pub fn sample_count(&self) -> usize {
        match &self.kernel {
            Precise::Single(kernel) => kernel.sample_count(),
            Precise::Double(kernel) => kernel.sample_count(),
        }
    }

    /// Number of rows; those of [`Pairs::Within`] get shorter, and the last sample has none.
    pub fn row_count(&self) -> usize {
        self.pairs.rows(self.sample_count())
    }

    /// Number of distances in all.
    pub fn pair_count(&self) -> usize {
        self.pairs.count(self.sample_count())
    }

    /// Distances of some rows as 64-bit floats; rows beyond the last are none.
    ///
    /// # Errors
    /// `CANCELLED`.
    pub fn rows(&self, rows: Range<usize>, job: &Job) -> Result<Vec<f64>, UnifracError> {
        match &self.kernel {
            Precise::Single(kernel) => Ok(widened(&self.compute(kernel.as_ref(), rows, job)?)),
            Precise::Double(kernel) => self.compute(kernel.as_ref(), rows, job),
        }
    }

    /// Distances of some rows as 32-bit floats; rows beyond the last are none.
    ///
    /// # Errors
    /// `CANCELLED`.
    pub fn rows_in_32_bits(&self, rows: Range<usize>, job: &Job) -> Result<Vec<f32>, UnifracError> {
        match &self.kernel {
            Precise::Single(kernel) => self.compute(kernel.as_ref(), rows, job),
            Precise::Double(kernel) => {
                Ok(self.compute(kernel.as_ref(), rows, job)?.into_iter().map(|distance| distance as f32).collect())
            }
        }
    }

    fn compute<D>(&self, kernel: &dyn Kernel<D>, rows: Range<usize>, job: &Job) -> Result<Vec<D>, UnifracError> {
        let rows = rows.start.min(self.row_count())..rows.end.min(self.row_count());
        let block = Block { pairs: self.pairs, samples: self.sample_count(), rows };
        job.begin(block.count() as u64);
        kernel.block(&block, &self.workers, job)
    }
}

fn widened(distances: &[f32]) -> Vec<f64> {
    distances.iter().map(|&distance| f64::from(distance)).collect()
}
