//! The matrix whose eigenvectors are principal axes, and its products with vectors. It is never held as a whole.

use std::ops::Range;

use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use crate::UnifracError;
use crate::condensed::Condensed;
use crate::job::Job;
use crate::wide::{Loop, run_wide};

/// Columns of a block of vectors; one vector operation spans some of them.
pub(super) const WIDTH: usize = 16;
/// Rows of the matrix that are held at a time.
const ROWS: usize = 8;
/// Columns of the matrix that are held at a time.
const COLUMNS: usize = 512;

/// `-d^2 / 2`.
#[inline(always)]
pub(super) fn square(distance: f64) -> f64 {
    -0.5 * (distance * distance)
}

/// Mean of `-d^2 / 2` over every row.
pub(super) fn row_means(distances: Condensed<'_>) -> Vec<f64> {
    let mut sums = vec![0.0; distances.samples()];
    for row in 0..distances.samples() {
        let mut sum = sums[row];
        for (column, distance) in (row + 1..).zip(distances.after(row)) {
            let square = square(*distance);
            sums[column] += square;
            sum += square;
        }
        sums[row] = sum;
    }
    sums.iter().map(|sum| sum / distances.samples() as f64).collect()
}

/// Vectors as long as there are samples: per sample, [`WIDTH`] numbers of as many vectors.
pub(super) type Block = Vec<[f64; WIDTH]>;

/// Takes the mean of each vector away.
pub(super) fn centre(block: &mut Block) {
    let mut sums = [0.0; WIDTH];
    for row in &*block {
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    let count = block.len() as f64;
    for row in block {
        row.iter_mut().zip(&sums).for_each(|(value, sum)| *value -= sum / count);
    }
}

/// The products of the centred matrix with some vectors. Must run where rayon has its threads; each number is summed in the
/// order of the samples, by one thread.
pub(super) fn products(distances: Condensed<'_>, blocks: &[Block], job: &Job) -> Result<Vec<Block>, UnifracError> {
    let samples = distances.samples();
    let centred: Vec<Block> = blocks
        .iter()
        .map(|block| {
            let mut block = block.clone();
            centre(&mut block);
            block
        })
        .collect();
    // Row by row all blocks side by side, so that rows can be given to threads.
    let mut sums = vec![[0.0; WIDTH]; samples * blocks.len()];
    sums.par_chunks_mut(ROWS * blocks.len().max(1)).enumerate().try_for_each(|(chunk, sums)| {
        job.check()?;
        let first = chunk * ROWS;
        let rows = first..samples.min(first + ROWS);
        let mut squares = vec![0.0; ROWS * COLUMNS];
        for start in (0..samples).step_by(COLUMNS) {
            let columns = start..samples.min(start + COLUMNS);
            fetch(distances, rows.clone(), columns.clone(), &mut squares);
            run_wide(Multiply { squares: &squares, rows: rows.len(), columns, blocks: &centred, sums });
        }
        job.advance((rows.len() * samples) as u64);
        Ok::<(), UnifracError>(())
    })?;
    let mut results: Vec<Block> =
        (0..blocks.len()).map(|at| sums.iter().skip(at).step_by(blocks.len()).copied().collect()).collect();
    results.iter_mut().for_each(centre);
    Ok(results)
}

/// A part of the matrix `-d^2 / 2`, row by row.
fn fetch(distances: Condensed<'_>, rows: Range<usize>, columns: Range<usize>, squares: &mut [f64]) {
    // Columns left of all rows: their distances to the rows lie side by side.
    let left = columns.start..columns.end.min(rows.start);
    for column in left.clone() {
        let from = &distances.after(column)[rows.start - column - 1..];
        for (row, distance) in from[..rows.len()].iter().enumerate() {
            squares[row * COLUMNS + (column - columns.start)] = square(*distance);
        }
    }
    for (at, row) in rows.clone().enumerate() {
        let out = &mut squares[at * COLUMNS..][..columns.len()];
        for column in left.end.max(columns.start)..columns.end.min(row) {
            out[column - columns.start] = square(distances.after(column)[row - column - 1]);
        }
        if columns.contains(&row) {
            out[row - columns.start] = 0.0;
        }
        let right = columns.start.max(row + 1)..columns.end;
        if !right.is_empty() {
            let from = &distances.after(row)[right.start - row - 1..][..right.len()];
            let out = &mut out[right.start - columns.start..];
            out.iter_mut().zip(from).for_each(|(out, distance)| *out = square(*distance));
        }
    }
}

struct Multiply<'a> {
    squares: &'a [f64],
    rows: usize,
    columns: Range<usize>,
    blocks: &'a [Block],
    sums: &'a mut [[f64; WIDTH]],
}

impl Loop for Multiply<'_> {
    #[inline(always)]
    fn run(self) {
        let Self { squares, rows, columns, blocks, sums } = self;
        for (at, block) in blocks.iter().enumerate() {
            let vectors = &block[columns.clone()];
            for row in 0..rows {
                let squares = &squares[row * COLUMNS..][..vectors.len()];
                let sum = &mut sums[row * blocks.len() + at];
                let mut held = *sum;
                for (square, vector) in squares.iter().zip(vectors) {
                    for lane in 0..WIDTH {
                        held[lane] += square * vector[lane];
                    }
                }
                *sum = held;
            }
        }
    }
}
