//! What a prepared distance is to the rest of the crate: something that computes rows. Knows no metric.

use crate::UnifracError;
use crate::job::Job;
use crate::pairs::{Block, Pairs};
use crate::workers::Workers;

/// Distances between a list of samples, prepared so that any rows of them can be computed at any time.
pub(crate) trait Kernel<D>: Send + Sync {
    /// Number of samples.
    fn sample_count(&self) -> usize;

    /// The distances of a block; the same bits whatever the block and the workers are.
    fn block(&self, block: &Block, workers: &Workers, job: &Job) -> Result<Vec<D>, UnifracError>;

    /// All distances, by threads made for it.
    fn whole(&self, pairs: Pairs, threads: usize, job: &Job) -> Result<Vec<D>, UnifracError> {
        let block = Block::whole(pairs, self.sample_count());
        job.begin(block.count() as u64);
        self.block(&block, &Workers::new(threads)?, job)
    }
}

/// A kernel that is good enough for most pairs, with one that is better for pairs within a subset of the samples.
pub(crate) struct Refined<D, E> {
    pub coarse: Box<dyn Kernel<D>>,
    /// The samples of the subset, rising.
    pub chosen: Vec<usize>,
    /// Over the subset alone.
    pub fine: Box<dyn Kernel<E>>,
    pub convert: fn(E) -> D,
}

impl<D: Send + Sync, E: Copy + Send + Sync> Kernel<D> for Refined<D, E> {
    fn sample_count(&self) -> usize {
        self.coarse.sample_count()
    }

    fn block(&self, block: &Block, workers: &Workers, job: &Job) -> Result<Vec<D>, UnifracError> {
        let mut matrix = self.coarse.block(block, workers, job)?;
        let chosen_below = |sample: usize| self.chosen.partition_point(|&chosen| chosen < sample);
        let pairs = match block.pairs {
            Pairs::Between { rows } => Pairs::Between { rows: chosen_below(rows) },
            same => same,
        };
        let samples = self.chosen.len();
        let last = chosen_below(block.rows.end).min(pairs.rows(samples));
        let rows = chosen_below(block.rows.start).min(last)..last;
        let part = Block { pairs, samples, rows };
        job.begin(part.count() as u64);
        let finer = self.fine.block(&part, workers, job)?;
        for row in part.rows.clone() {
            for column in pairs.first_column(row)..samples {
                let place = block.position(self.chosen[row], self.chosen[column]);
                matrix[place] = (self.convert)(finer[part.position(row, column)]);
            }
        }
        Ok(matrix)
    }
}
