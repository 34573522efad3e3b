//! Which distances between samples are wanted, and where each stands in the result. Knows no metric.

use std::ops::Range;

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
    /// Each sample with each, itself included: the full square, row by row.
    Square,
}

impl Pairs {
    /// Number of distances between `samples` samples.
    pub fn count(self, samples: usize) -> usize {
        self.count_of_rows(samples, &(0..self.rows(samples)))
    }

    /// Number of distances in some rows.
    pub fn count_of_rows(self, samples: usize, rows: &Range<usize>) -> usize {
        match self {
            Self::Within => self.row_start(samples, rows.end) - self.row_start(samples, rows.start),
            Self::Between { rows: all } => rows.len() * (samples - all),
            Self::Square => rows.len() * samples,
        }
    }

    /// Place of a pair among the distances; in condensed form the row is the smaller number.
    pub fn position(self, samples: usize, row: usize, column: usize) -> usize {
        self.row_start(samples, row) + column - self.first_column(row)
    }

    /// Number of distances in the rows before one.
    pub(crate) fn row_start(self, samples: usize, row: usize) -> usize {
        match self {
            // One of `row` and `row + 1` is even, and a row beyond the last pair is never asked for more than once.
            Self::Within => row * samples - row * (row + 1) / 2,
            Self::Between { rows } => row * (samples - rows),
            Self::Square => row * samples,
        }
    }

    /// Number of rows that have any pair.
    pub fn rows(self, samples: usize) -> usize {
        match self {
            // The last sample has no pair that an earlier one has not.
            Self::Within => samples.saturating_sub(1),
            Self::Between { rows } => rows,
            Self::Square => samples,
        }
    }

    /// The first sample that a row is compared with.
    pub(crate) fn first_column(self, row: usize) -> usize {
        match self {
            Self::Within => row + 1,
            Self::Between { rows } => rows,
            Self::Square => 0,
        }
    }

    /// Tiles of so many lanes that all rows are cut into.
    pub(crate) fn tile_count(self, samples: usize, lanes: usize) -> usize {
        self.rows(samples).div_ceil(lanes)
    }
}

/// Some rows of the distances between a number of samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    pub pairs: Pairs,
    pub samples: usize,
    pub rows: Range<usize>,
}

impl Block {
    /// All rows.
    pub fn whole(pairs: Pairs, samples: usize) -> Self {
        Self { pairs, samples, rows: 0..pairs.rows(samples) }
    }

    /// Number of distances.
    pub fn count(&self) -> usize {
        self.pairs.count_of_rows(self.samples, &self.rows)
    }

    /// Place of a pair among the distances of the block.
    pub fn position(&self, row: usize, column: usize) -> usize {
        self.pairs.position(self.samples, row, column) - self.pairs.row_start(self.samples, self.rows.start)
    }
}
