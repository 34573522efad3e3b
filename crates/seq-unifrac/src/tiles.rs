//! Cuts a matrix of pairs into tiles of a few rows and works them off on several threads. Knows no metric.
//!
//! A tile owns whole rows of the result, which are contiguous in condensed form too, so threads never share memory.

use std::ops::Range;

use rayon::ThreadPoolBuilder;
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use crate::UnifracError;
use crate::job::Job;

/// Rows of a tile; one vector operation of a kernel spans them.
pub(crate) const LANES: usize = 16;

/// Which pairs of samples are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pairs {
    /// Every two samples: condensed form, the rows of the upper triangle one after the other.
    Within,
    /// Each of the first samples with each of the rest: a full matrix, row by row.
    Between {
        /// How many of the samples are rows.
        rows: usize,
    },
}

impl Pairs {
    /// Number of distances between `samples` samples.
    pub fn count(self, samples: usize) -> usize {
        match self {
            Self::Within => samples * samples.saturating_sub(1) / 2,
            Self::Between { rows } => rows * (samples - rows),
        }
    }

    /// Place of a pair among the distances; the row is the smaller number.
    pub fn position(self, samples: usize, row: usize, column: usize) -> usize {
        match self {
            Self::Within => row * samples - row * (row + 1) / 2 + (column - row - 1),
            Self::Between { rows } => row * (samples - rows) + (column - rows),
        }
    }

    /// Number of rows that have any pair.
    pub(crate) fn rows(self, samples: usize) -> usize {
        match self {
            // The last sample has no pair that an earlier one has not.
            Self::Within => samples.saturating_sub(1),
            Self::Between { rows } => rows,
        }
    }

    /// The samples that some row of a tile is compared with.
    fn columns(self, lanes: &Range<usize>, samples: usize) -> Range<usize> {
        match self {
            Self::Within => lanes.start + 1..samples,
            Self::Between { rows } => rows..samples,
        }
    }

    /// The first sample that a row is compared with.
    pub(crate) fn first_column(self, row: usize) -> usize {
        match self {
            Self::Within => row + 1,
            Self::Between { rows } => rows,
        }
    }

    pub(crate) fn tile_count(self, samples: usize) -> usize {
        self.rows(samples).div_ceil(LANES)
    }
}

/// A few rows of the result.
pub(crate) struct Tile<'o> {
    /// Samples that are the rows, at most [`LANES`].
    pub lanes: Range<usize>,
    /// Samples that some of the rows are compared with; each row only with those from its own first on.
    pub columns: Range<usize>,
    pairs: Pairs,
    /// Where column 0 of each row would be in `out`; may wrap below zero.
    origins: [usize; LANES],
    out: &'o mut [f64],
}

impl<'o> Tile<'o> {
    fn new(pairs: Pairs, lanes: Range<usize>, samples: usize, out: &'o mut [f64]) -> Self {
        let mut origins = [0usize; LANES];
        let mut start = 0usize;
        for (lane, row) in lanes.clone().enumerate() {
            let first = pairs.first_column(row);
            origins[lane] = start.wrapping_sub(first);
            start += samples - first;
        }
        debug_assert_eq!(start, out.len());
        let columns = pairs.columns(&lanes, samples);
        Self { lanes, columns, pairs, origins, out }
    }

    /// How many of the rows are compared with a column.
    #[inline(always)]
    pub fn lanes_of(&self, column: usize) -> usize {
        match self.pairs {
            Pairs::Within => self.lanes.len().min(column - self.lanes.start),
            Pairs::Between { .. } => self.lanes.len(),
        }
    }

    /// Sets the distance of a row, counted within the tile, to a sample it is compared with.
    #[inline(always)]
    pub fn set(&mut self, lane: usize, column: usize, distance: f64) {
        self.out[self.origins[lane].wrapping_add(column)] = distance;
    }

    pub fn first_column(&self, lane: usize) -> usize {
        self.pairs.first_column(self.lanes.start + lane)
    }
}

/// Fills a matrix tile by tile: `work` gets a tile and the scratch memory of its thread, made by `scratch`. One thread or
/// one tile runs where it was called; 0 threads means one per core.
pub(crate) fn fill<S: Send>(
    pairs: Pairs,
    samples: usize,
    threads: usize,
    job: &Job,
    scratch: impl Fn() -> S + Sync + Send,
    work: impl Fn(&mut S, &mut Tile<'_>) + Sync + Send,
) -> Result<Vec<f64>, UnifracError> {
    let mut matrix = vec![0.0; pairs.count(samples)];
    job.begin(matrix.len() as u64);
    let tiles = cut(pairs, samples, &mut matrix);
    let step = |memory: &mut S, mut tile: Tile<'_>| -> Result<(), UnifracError> {
        job.check()?;
        work(memory, &mut tile);
        job.advance(tile.out.len() as u64);
        Ok(())
    };
    if threads == 1 || tiles.len() == 1 {
        let mut memory = scratch();
        tiles.into_iter().try_for_each(|tile| step(&mut memory, tile))?;
    } else {
        let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(|i| format!("seq-unifrac-{i}")).build();
        let pool = pool.map_err(|error| UnifracError::ThreadsUnavailable { threads, reason: error.to_string() })?;
        // One tile at a time: the first ones of a triangle are the largest.
        let all = tiles.into_par_iter().with_max_len(1);
        pool.install(|| all.try_for_each_init(&scratch, step))?;
    }
    job.check()?;
    Ok(matrix)
}

fn cut(pairs: Pairs, samples: usize, matrix: &mut [f64]) -> Vec<Tile<'_>> {
    let rows = pairs.rows(samples);
    let mut tiles = Vec::with_capacity(pairs.tile_count(samples));
    let mut rest = matrix;
    for start in (0..rows).step_by(LANES) {
        let lanes = start..rows.min(start + LANES);
        let len = lanes.clone().map(|row| samples - pairs.first_column(row)).sum();
        let (out, after) = rest.split_at_mut(len);
        rest = after;
        tiles.push(Tile::new(pairs, lanes, samples, out));
    }
    tiles
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes row * 1000 + column into every cell.
    fn labelled(pairs: Pairs, samples: usize, threads: usize) -> Vec<f64> {
        let work = |_: &mut (), tile: &mut Tile<'_>| {
            for column in tile.columns.clone() {
                for lane in 0..tile.lanes_of(column) {
                    assert!(column >= tile.first_column(lane));
                    tile.set(lane, column, ((tile.lanes.start + lane) * 1000 + column) as f64);
                }
            }
        };
        fill(pairs, samples, threads, &Job::new(), || (), work).unwrap()
    }

    #[test]
    fn every_cell_is_written_where_it_belongs_by_any_number_of_threads() {
        for samples in [0, 1, 2, 15, 16, 17, 33, 50] {
            let within: Vec<f64> =
                (0..samples).flat_map(|i| (i + 1..samples).map(move |j| (i * 1000 + j) as f64)).collect();
            for rows in [0, 1, 16, 20] {
                let rows = rows.min(samples);
                let between: Vec<f64> =
                    (0..rows).flat_map(|i| (rows..samples).map(move |j| (i * 1000 + j) as f64)).collect();
                assert_eq!(labelled(Pairs::Between { rows }, samples, 2), between);
            }
            assert_eq!(labelled(Pairs::Within, samples, 1), within);
            assert_eq!(labelled(Pairs::Within, samples, 3), within);
        }
    }

    #[test]
    fn counts_pairs_and_stops_when_asked() {
        let job = Job::new();
        fill(Pairs::Within, 40, 2, &job, || (), |_, _| ()).unwrap();
        assert_eq!((job.done(), job.total()), (780, 780));
        let job = Job::new();
        let cancelled = fill(Pairs::Within, 400, 1, &job, || (), |_, _| job.cancel());
        assert_eq!(cancelled.unwrap_err().code(), "CANCELLED");
        assert!(job.done() < job.total());
    }
}
