//! The largest principal axes from products of the centred matrix with random vectors.
//!
//! Halko, Martinsson, Shkolnisky & Tygert 2011, doi:10.1137/100804139: the space spanned by `B G`, `B^3 G` and `B^5 G`, with
//! random `G`, holds the largest axes almost entirely; within it, the small matrix `Q' B Q` is decomposed exactly. Unlike singular
//! values, that keeps the signs of eigenvalues.

use faer::{Mat, Side};

use super::Axes;
use super::gower::{Block, WIDTH, products};
use crate::UnifracError;
use crate::condensed::Condensed;
use crate::job::Job;
use crate::random_words::{Draws, RandomWords};
use crate::workers::with_threads;

/// Random vectors beyond the wanted axes.
const EXTRA: usize = 10;
/// Powers of the matrix that are spanned: 1, 3, 5.
const POWERS: usize = 3;

/// Whether the method fits: the space must be smaller than the whole.
pub(super) fn axes(
    distances: Condensed<'_>,
    dimensions: usize,
    words: RandomWords<'_>,
    threads: usize,
    job: &Job,
) -> Result<Axes, UnifracError> {
    let samples = distances.samples();
    let blocks = (dimensions + EXTRA).div_ceil(WIDTH);
    job.begin((2 * POWERS * samples * samples) as u64);
    with_threads(threads, || {
        let mut last = products(distances, &random_blocks(samples, blocks, words), job)?;
        let mut spanned = unit_columns(&last, samples);
        for _ in 1..POWERS {
            let once = products(distances, &unit_blocks(&last), job)?;
            last = products(distances, &once, job)?;
            spanned.extend(unit_columns(&last, samples));
        }
        // More vectors than samples span no more than all.
        spanned.truncate(samples);
        within(distances, dimensions, &orthonormal(&spanned, samples), job)
    })?
}

/// Normal numbers; each vector is a sequence of its own.
fn random_blocks(samples: usize, blocks: usize, words: RandomWords<'_>) -> Vec<Block> {
    let block = |at: usize| {
        let mut block = vec![[0.0; WIDTH]; samples];
        for lane in 0..WIDTH {
            let mut draws = Draws::new(words, (at * WIDTH + lane) as u32);
            block.iter_mut().for_each(|row| row[lane] = draws.normal());
        }
        block
    };
    (0..blocks).map(block).collect()
}

/// The largest axes within a space, given by orthonormal columns.
fn within(distances: Condensed<'_>, dimensions: usize, basis: &Mat<f64>, job: &Job) -> Result<Axes, UnifracError> {
    let (samples, width) = (basis.nrows(), basis.ncols());
    let images = products(distances, &as_blocks(basis), job)?;
    let image = Mat::from_fn(samples, width, |row, column| images[column / WIDTH][row][column % WIDTH]);
    let small = basis.transpose() * &image;
    let symmetric = Mat::from_fn(width, width, |row, column| (small[(row, column)] + small[(column, row)]) / 2.0);
    let decomposed = symmetric.self_adjoint_eigen(Side::Lower).map_err(|_| UnifracError::NotConverged)?;
    let values = decomposed.S().column_vector();
    let count = dimensions.min(width);
    let coefficients = Mat::from_fn(width, count, |row, axis| decomposed.U()[(row, width - 1 - axis)]);
    let vectors = basis * &coefficients;
    let vector = |axis: usize| (0..samples).map(|row| vectors[(row, axis)]).collect();
    Ok(Axes { eigenvalues: (0..width).rev().map(|at| values[at]).collect(), vectors: (0..count).map(vector).collect() })
}

fn orthonormal(columns: &[Vec<f64>], samples: usize) -> Mat<f64> {
    Mat::from_fn(samples, columns.len(), |row, column| columns[column][row]).qr().compute_thin_Q()
}

fn as_blocks(basis: &Mat<f64>) -> Vec<Block> {
    let value = |row: usize, column: usize| if column < basis.ncols() { basis[(row, column)] } else { 0.0 };
    let block =
        |at: usize| (0..basis.nrows()).map(|row| std::array::from_fn(|lane| value(row, at * WIDTH + lane))).collect();
    (0..basis.ncols().div_ceil(WIDTH)).map(block).collect()
}

/// Length of each vector of a block.
fn lengths(block: &Block) -> [f64; WIDTH] {
    let mut sums = [0.0f64; WIDTH];
    for row in block {
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value * value);
    }
    sums.map(f64::sqrt)
}

/// Vectors of length 1; powers of the matrix would soon be too large or too small for floats.
fn unit_blocks(blocks: &[Block]) -> Vec<Block> {
    let unit = |block: &Block| {
        let lengths = lengths(block);
        let scaled = |row: &[f64; WIDTH]| std::array::from_fn(|lane| scaled_by(row[lane], lengths[lane]));
        block.iter().map(scaled).collect()
    };
    blocks.iter().map(unit).collect()
}

fn scaled_by(value: f64, length: f64) -> f64 {
    if length > 0.0 { value / length } else { 0.0 }
}

fn unit_columns(blocks: &[Block], samples: usize) -> Vec<Vec<f64>> {
    let units = unit_blocks(blocks);
    let column = |at: usize| (0..samples).map(|row| units[at / WIDTH][row][at % WIDTH]).collect();
    (0..blocks.len() * WIDTH).map(column).collect()
}
