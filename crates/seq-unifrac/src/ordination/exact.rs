//! All principal axes, by a full decomposition of the centred matrix.

use faer::{Mat, Side};

use super::{Axes, gower};
use crate::UnifracError;
use crate::condensed::Condensed;
use crate::job::Job;

/// All eigenvalues, and the vectors of the largest.
pub(super) fn axes(distances: Condensed<'_>, dimensions: usize, job: &Job) -> Result<Axes, UnifracError> {
    let samples = distances.samples();
    job.check()?;
    // One step for centring, one for the decomposition, which cannot be looked into.
    let step = (samples * samples) as u64;
    job.begin(2 * step);
    let means = gower::row_means(distances);
    let grand = means.iter().sum::<f64>() / samples as f64;
    let mut centred = Mat::<f64>::zeros(samples, samples);
    for row in 0..samples {
        // The lower triangle, which is all that is read.
        centred[(row, row)] = grand - 2.0 * means[row];
        for (column, distance) in (row + 1..).zip(distances.after(row)) {
            centred[(column, row)] = gower::square(*distance) - means[row] - means[column] + grand;
        }
    }
    job.check()?;
    job.advance(step);
    let decomposed = centred.self_adjoint_eigen(Side::Lower).map_err(|_| UnifracError::NotConverged)?;
    job.check()?;
    job.advance(step);
    // They come in rising order.
    let values = decomposed.S().column_vector();
    let eigenvalues = (0..samples).rev().map(|at| values[at]).collect();
    let vectors = decomposed.U();
    let vector = |axis: usize| (0..samples).map(|row| vectors[(row, samples - 1 - axis)]).collect();
    Ok(Axes { eigenvalues, vectors: (0..dimensions).map(vector).collect() })
}
