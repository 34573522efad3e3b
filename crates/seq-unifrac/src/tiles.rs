//! Cuts a matrix of pairs into tiles of a few rows and works them off on several threads. Knows no metric.
//!
//! A tile owns whole rows of the result, which are contiguous in condensed form too, so threads never share memory.

use std::ops::Range;

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use crate::UnifracError;
use crate::job::Job;
use crate::pairs::{Block, Pairs};
use crate::workers::Workers;

/// Rows of a tile in most kernels; one vector operation of a kernel spans them.
pub(crate) const LANES: usize = 16;

/// A few rows of the result.
pub(crate) struct Tile<'o, D> {
    /// Samples that are the rows.
    pub lanes: Range<usize>,
    /// Samples that some of the rows are compared with; each row only with those from its own first on.
    pub columns: Range<usize>,
    pairs: Pairs,
    /// Where column 0 of each row would be in `out`; may wrap below zero.
    origins: Vec<usize>,
    out: &'o mut [D],
}

impl<'o, D> Tile<'o, D> {
    fn new(block: &Block, lanes: Range<usize>, out: &'o mut [D]) -> Self {
        let Block { pairs, samples, .. } = *block;
        let mut origins = Vec::with_capacity(lanes.len());
        let mut start = 0usize;
        for row in lanes.clone() {
            let first = pairs.first_column(row);
            origins.push(start.wrapping_sub(first));
            start += samples - first;
        }
        debug_assert_eq!(start, out.len());
        let columns = pairs.first_column(lanes.start)..samples;
        Self { lanes, columns, pairs, origins, out }
    }

    /// How many of the rows are compared with a column.
    #[inline(always)]
    pub fn lanes_of(&self, column: usize) -> usize {
        match self.pairs {
            Pairs::Within => self.lanes.len().min(column - self.lanes.start),
            Pairs::Between { .. } | Pairs::Square => self.lanes.len(),
        }
    }

    /// Sets the distance of a row, counted within the tile, to a sample it is compared with.
    #[inline(always)]
    pub fn set(&mut self, lane: usize, column: usize, distance: D) {
        self.out[self.origins[lane].wrapping_add(column)] = distance;
    }

    pub fn first_column(&self, lane: usize) -> usize {
        self.pairs.first_column(self.lanes.start + lane)
    }

    /// Sets every sample 0 apart from itself: kernels count no branch that a single sample has.
    fn clear_diagonal(&mut self)
    where
        D: Default,
    {
        if self.pairs == Pairs::Square {
            (0..self.lanes.len()).for_each(|lane| self.set(lane, self.lanes.start + lane, D::default()));
        }
    }
}

/// Computes a block tile by tile: `work` gets a tile of at most `lanes` rows and the scratch memory of its thread, made by
/// `scratch`.
pub(crate) fn fill<D: Copy + Default + Send, S>(
    block: &Block,
    lanes: usize,
    workers: &Workers,
    job: &Job,
    scratch: impl Fn() -> S + Sync + Send,
    work: impl Fn(&mut S, &mut Tile<'_, D>) + Sync + Send,
) -> Result<Vec<D>, UnifracError> {
    job.check()?;
    let mut matrix = vec![D::default(); block.count()];
    let tiles = cut(block, lanes, &mut matrix);
    let step = |memory: &mut S, mut tile: Tile<'_, D>| -> Result<(), UnifracError> {
        job.check()?;
        work(memory, &mut tile);
        tile.clear_diagonal();
        job.advance(tile.out.len() as u64);
        Ok(())
    };
    match workers.pool.as_ref().filter(|_| tiles.len() > 1) {
        None => {
            let mut memory = scratch();
            tiles.into_iter().try_for_each(|tile| step(&mut memory, tile))?;
        }
        Some(pool) => {
            // One tile at a time: the first ones of a triangle are the largest.
            let all = tiles.into_par_iter().with_max_len(1);
            pool.install(|| all.try_for_each_init(&scratch, step))?;
        }
    }
    job.check()?;
    Ok(matrix)
}

fn cut<'o, D>(block: &Block, lanes: usize, matrix: &'o mut [D]) -> Vec<Tile<'o, D>> {
    let Range { start, end } = block.rows;
    let mut tiles = Vec::with_capacity(block.rows.len().div_ceil(lanes));
    let mut rest = matrix;
    for first in (start..end).step_by(lanes) {
        let rows = first..end.min(first + lanes);
        let (out, after) = rest.split_at_mut(block.pairs.count_of_rows(block.samples, &rows));
        rest = after;
        tiles.push(Tile::new(block, rows, out));
    }
    tiles
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes row * 1000 + column into every cell.
    fn labelled(block: &Block, lanes: usize, threads: usize) -> Vec<f64> {
        let work = |_: &mut (), tile: &mut Tile<'_, f64>| {
            for column in tile.columns.clone() {
                for lane in 0..tile.lanes_of(column) {
                    assert!(column >= tile.first_column(lane));
                    tile.set(lane, column, ((tile.lanes.start + lane) * 1000 + column) as f64);
                }
            }
        };
        fill(block, lanes, &Workers::new(threads).unwrap(), &Job::new(), || (), work).unwrap()
    }

    #[test]
    fn every_cell_is_written_where_it_belongs_whatever_threads_lanes_and_blocks() {
        for samples in [0, 1, 2, 15, 16, 17, 33, 50] {
            let rows = samples.min(20);
            for pairs in [Pairs::Within, Pairs::Square, Pairs::Between { rows: 0 }, Pairs::Between { rows }] {
                let label = move |row, column| if row == column { 0.0 } else { (row * 1000 + column) as f64 };
                let cells = |row| (pairs.first_column(row)..samples).map(move |column| label(row, column));
                let wanted: Vec<f64> = (0..pairs.rows(samples)).flat_map(cells).collect();
                let whole = Block::whole(pairs, samples);
                assert_eq!(pairs.count(samples), wanted.len());
                assert_eq!(labelled(&whole, 16, 1), wanted);
                assert_eq!(labelled(&whole, 64, 3), wanted);
                for rows_per_block in [1, 7, 40] {
                    let mut joined = Vec::new();
                    for start in (0..pairs.rows(samples)).step_by(rows_per_block) {
                        let rows = start..pairs.rows(samples).min(start + rows_per_block);
                        let block = Block { pairs, samples, rows };
                        for row in block.rows.clone() {
                            for column in pairs.first_column(row)..samples {
                                let whole = wanted[pairs.position(samples, row, column)];
                                assert_eq!(whole, wanted[joined.len() + block.position(row, column)]);
                            }
                        }
                        joined.extend(labelled(&block, 4, 2));
                    }
                    assert_eq!(joined, wanted);
                }
            }
        }
    }

    #[test]
    fn counts_pairs_and_stops_when_asked() {
        let (job, two) = (Job::new(), Workers::new(2).unwrap());
        fill(&Block::whole(Pairs::Within, 40), 16, &two, &job, || (), |_, _: &mut Tile<'_, f32>| ()).unwrap();
        assert_eq!(job.done(), 780);
        let (job, one) = (Job::new(), Workers::new(1).unwrap());
        let work = |_: &mut (), _: &mut Tile<'_, f64>| job.cancel();
        let cancelled = fill(&Block::whole(Pairs::Within, 400), 16, &one, &job, || (), work);
        assert_eq!(cancelled.unwrap_err().code(), "CANCELLED");
        assert!(job.done() < 400 * 399 / 2);
    }
}
