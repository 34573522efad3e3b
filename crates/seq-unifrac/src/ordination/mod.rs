//! Principal coordinates: places in few dimensions whose distances are those of a matrix as nearly as can be.
//!
//! With `A = -d^2 / 2` and `B` the matrix `A` with the mean of every row and column taken away, the axes are the eigenvectors of
//! `B`, each as long as the root of its eigenvalue. Gower 1966, doi:10.1093/biomet/53.3-4.325.

mod exact;
mod gower;
mod randomized;

use crate::UnifracError;
use crate::condensed::Condensed;
use crate::job::Job;
use crate::random_words::RandomWords;

/// How eigenvectors are found.
#[derive(Clone, Copy)]
pub enum PcoaMethod<'a> {
    /// All of them, by a full decomposition: memory for three full matrices, time with the cube of the samples.
    Exact,
    /// The largest ones, from products of the matrix with random vectors.
    Randomized {
        /// Random words of a seed.
        words: RandomWords<'a>,
    },
}

/// Places of samples along principal axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Ordination {
    /// Number of axes.
    pub dimensions: usize,
    /// Place of every sample on every axis, sample by sample. Along each axis, the place farthest from 0 is positive; of
    /// several, the first.
    pub coordinates: Vec<f64>,
    /// Eigenvalue of each axis, falling; a negative one is given as 0, with all places at 0.
    pub eigenvalues: Vec<f64>,
    /// Part of the variation that each axis explains: its eigenvalue divided by the sum of all. As in scikit-bio that is the sum
    /// of those above 0 where every axis was asked for, and else the trace, from which negative ones are taken away.
    pub proportion_explained: Vec<f64>,
    /// How many eigenvalues are below 0, as distances give that fit into no Euclidean space; of those that were computed.
    pub negative_count: usize,
    /// The smallest eigenvalue, of those that were computed.
    pub smallest_eigenvalue: f64,
}

/// Eigenvalues this much smaller than the largest are rounding noise and taken as 0.
const NOISE: f64 = 1e-10;

/// Principal coordinates of a distance matrix, along the `dimensions` axes of largest eigenvalue.
///
/// The result is the same, bit for bit, for any number of threads.
///
/// # Errors
/// `PARAMETER_OUT_OF_RANGE` unless there are from 1 to N dimensions; `CANCELLED`, `THREADS_UNAVAILABLE`,
/// `NOT_CONVERGED`.
pub fn pcoa(
    distances: Condensed<'_>,
    dimensions: usize,
    method: PcoaMethod<'_>,
    threads: usize,
    job: &Job,
) -> Result<Ordination, UnifracError> {
    let samples = distances.samples();
    if dimensions == 0 || dimensions > samples {
        let range = "a whole number from 1 to the number of samples";
        return Err(UnifracError::ParameterOutOfRange { name: "dimensions", value: dimensions as f64, range });
    }
    let (unit, in_unit) = distances.in_moderate_unit();
    let distances = in_unit.as_ref().map_or(distances, |held| distances.with(held));
    let axes = match method {
        PcoaMethod::Exact => exact::axes(distances, dimensions, job)?,
        PcoaMethod::Randomized { words } => randomized::axes(distances, dimensions, words, threads, job)?,
    };
    let found = scaled(axes, samples, dimensions, distances.sum_of_squares() / samples as f64);
    in_unit_of_matrix(found, unit)
}

/// Places in the unit of the matrix; refused if squares of them are too large for floats.
fn in_unit_of_matrix(mut found: Ordination, unit: f64) -> Result<Ordination, UnifracError> {
    let square = unit * unit;
    found.coordinates.iter_mut().for_each(|place| *place *= unit);
    found.eigenvalues.iter_mut().for_each(|value| *value *= square);
    found.smallest_eigenvalue *= square;
    let is_finite = found.eigenvalues.iter().chain([&found.smallest_eigenvalue]).all(|value| value.is_finite());
    if is_finite { Ok(found) } else { Err(UnifracError::NotConverged) }
}

/// Eigenvalues and eigenvectors of the centred matrix.
struct Axes {
    /// Falling; all that were computed.
    eigenvalues: Vec<f64>,
    /// Per axis, the unit vector; at least as many as dimensions are wanted.
    vectors: Vec<Vec<f64>>,
}

fn scaled(axes: Axes, samples: usize, dimensions: usize, trace: f64) -> Ordination {
    let largest = axes.eigenvalues.first().map_or(0.0, |value| value.abs());
    let cleaned: Vec<f64> =
        axes.eigenvalues.iter().map(|&value| if value.abs() <= NOISE * largest { 0.0 } else { value }).collect();
    let smallest_eigenvalue = cleaned.iter().copied().fold(0.0, f64::min);
    let negative_count = cleaned.iter().filter(|&&value| value < 0.0).count();
    let whole = if dimensions == samples { cleaned.iter().map(|&value| value.max(0.0)).sum() } else { trace };
    let eigenvalues: Vec<f64> = cleaned[..dimensions].iter().map(|&value| value.max(0.0)).collect();
    let mut coordinates = vec![0.0; samples * dimensions];
    for (axis, (vector, &value)) in axes.vectors.iter().zip(&eigenvalues).enumerate() {
        let scale = value.sqrt() * sign_of_farthest(vector);
        for (place, component) in coordinates[axis..].iter_mut().step_by(dimensions).zip(vector) {
            // Adding 0 turns -0 into 0.
            *place = component * scale + 0.0;
        }
    }
    let part = |value: &f64| if whole > 0.0 { value / whole } else { 0.0 };
    let proportion_explained = eigenvalues.iter().map(part).collect();
    Ordination { dimensions, coordinates, eigenvalues, proportion_explained, negative_count, smallest_eigenvalue }
}

fn sign_of_farthest(vector: &[f64]) -> f64 {
    let mut farthest = 0.0f64;
    for &component in vector {
        if component.abs() > farthest.abs() {
            farthest = component;
        }
    }
    if farthest < 0.0 { -1.0 } else { 1.0 }
}

#[cfg(test)]
mod tests;
