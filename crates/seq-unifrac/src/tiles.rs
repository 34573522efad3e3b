//! Cuts a matrix of pairs into tiles of a few rows and works them off on several threads. Knows no metric.
//!
//! A tile owns whole rows of the result, which are contiguous in condensed form too, so threads never share memory. Only of a
//! whole square each pair is computed once, and set on both sides of the diagonal.

use std::ops::Range;

use rayon::iter::{ParallelBridge, ParallelIterator};

use crate::UnifracError;
use crate::job::Job;
use crate::pairs::{Block, Pairs};
use crate::symmetric_cells::SymmetricCells;
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
    cells: Cells<'o, D>,
}

/// Where distances go.
enum Cells<'o, D> {
    /// Rows of the tile alone, and where column 0 of each would be among them; may wrap below zero.
    Own { origins: Vec<usize>, out: &'o mut [D] },
    /// The whole square, which all tiles share.
    Square(&'o SymmetricCells<'o, D>),
}

impl<'o, D: Copy> Tile<'o, D> {
    fn of_rows(block: &Block, lanes: Range<usize>, out: &'o mut [D]) -> Self {
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
        Self { lanes, columns, pairs, cells: Cells::Own { origins, out } }
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
        match &mut self.cells {
            Cells::Own { origins, out } => out[origins[lane].wrapping_add(column)] = distance,
            // SAFETY: every row is in one tile, which one thread has, and is compared with later samples only, so that no
            // other tile has this pair.
            Cells::Square(square) => unsafe { square.set(self.lanes.start + lane, column, distance) },
        }
    }

    /// Sets the distances of the rows to a sample that all or some are compared with; what is left over is not used.
    #[inline(always)]
    pub fn set_column(&mut self, column: usize, distances: &[D]) {
        let count = self.lanes_of(column);
        match &mut self.cells {
            Cells::Own { origins, out } => {
                for (origin, &distance) in origins[..count].iter().zip(distances) {
                    out[origin.wrapping_add(column)] = distance;
                }
            }
            // SAFETY: as for `set`.
            Cells::Square(square) => unsafe { square.set_run(self.lanes.start, column, &distances[..count]) },
        }
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

    /// Cells of the matrix that the tile sets, those of the diagonal included.
    fn cell_count(&self) -> usize {
        match &self.cells {
            Cells::Own { out, .. } => out.len(),
            Cells::Square(_) => self.lanes.clone().map(|row| 2 * (self.columns.end - row - 1) + 1).sum(),
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
    let step = |memory: &mut S, mut tile: Tile<'_, D>| -> Result<(), UnifracError> {
        job.check()?;
        work(memory, &mut tile);
        tile.clear_diagonal();
        job.advance(tile.cell_count() as u64);
        Ok(())
    };
    let run = |tiles: Vec<Tile<'_, D>>| match workers.pool.as_ref().filter(|_| tiles.len() > 1) {
        None => {
            let mut memory = scratch();
            tiles.into_iter().try_for_each(|tile| step(&mut memory, tile))
        }
        Some(pool) => {
            // One tile at a time and in order: the first ones of a triangle are the largest.
            pool.install(|| tiles.into_iter().par_bridge().try_for_each_init(&scratch, step))
        }
    };
    if block.pairs == Pairs::Square && *block == Block::whole(block.pairs, block.samples) {
        let square = SymmetricCells::new(&mut matrix, block.samples);
        run(cut_square(block.samples, lanes, &square))?;
    } else {
        run(cut(block, lanes, &mut matrix))?;
    }
    job.check()?;
    Ok(matrix)
}

fn cut_square<'o, D>(samples: usize, lanes: usize, square: &'o SymmetricCells<'o, D>) -> Vec<Tile<'o, D>> {
    let tile = |first: usize| Tile {
        lanes: first..samples.min(first + lanes),
        columns: first + 1..samples,
        pairs: Pairs::Within,
        cells: Cells::Square(square),
    };
    (0..samples).step_by(lanes).map(tile).collect()
}

fn cut<'o, D: Copy>(block: &Block, lanes: usize, matrix: &'o mut [D]) -> Vec<Tile<'o, D>> {
    let Range { start, end } = block.rows;
    let mut tiles = Vec::with_capacity(block.rows.len().div_ceil(lanes));
    let mut rest = matrix;
    for first in (start..end).step_by(lanes) {
        let rows = first..end.min(first + lanes);
        let (out, after) = rest.split_at_mut(block.pairs.count_of_rows(block.samples, &rows));
        rest = after;
        tiles.push(Tile::of_rows(block, rows, out));
    }
    tiles
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes its label into every cell.
    fn labelled(block: &Block, lanes: usize, threads: usize) -> Vec<f64> {
        let work = |_: &mut (), tile: &mut Tile<'_, f64>| {
            for column in tile.columns.clone() {
                let distance = |row| label(block.pairs, row, column);
                if column % 2 == 0 {
                    tile.set_column(column, &tile.lanes.clone().map(distance).collect::<Vec<f64>>());
                    continue;
                }
                for lane in 0..tile.lanes_of(column) {
                    assert!(column >= tile.first_column(lane));
                    tile.set(lane, column, distance(tile.lanes.start + lane));
                }
            }
        };
        let job = Job::new();
        let matrix = fill(block, lanes, &Workers::new(threads).unwrap(), &job, || (), work).unwrap();
        assert_eq!(job.done(), block.count() as u64);
        matrix
    }

    /// The same for both orders, as distances are, where both are asked for.
    fn label(pairs: Pairs, row: usize, column: usize) -> f64 {
        match pairs {
            Pairs::Between { .. } => (row * 1000 + column) as f64,
            _ if row == column => 0.0,
            _ => (row.min(column) * 1000 + row.max(column)) as f64,
        }
    }

    #[test]
    fn every_cell_is_written_where_it_belongs_whatever_threads_lanes_and_blocks() {
        for samples in [0, 1, 2, 15, 16, 17, 33, 50] {
            let rows = samples.min(20);
            for pairs in [Pairs::Within, Pairs::Square, Pairs::Between { rows: 0 }, Pairs::Between { rows }] {
                let cells = |row| (pairs.first_column(row)..samples).map(move |column| label(pairs, row, column));
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
