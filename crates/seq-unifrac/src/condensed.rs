//! Distances in condensed form: the rows of the upper triangle one after the other. Knows no metric.

use crate::UnifracError;

/// Distances between every two of some samples.
#[derive(Debug, Clone, Copy)]
pub struct Condensed<'a> {
    distances: &'a [f64],
    samples: usize,
}

impl<'a> Condensed<'a> {
    /// Takes the distances of `samples` samples.
    ///
    /// # Errors
    /// `DISTANCES_INVALID` if there are not N(N-1)/2 of them, or one is not a finite number >= 0.
    pub fn new(distances: &'a [f64], samples: usize) -> Result<Self, UnifracError> {
        let wanted = samples * samples.saturating_sub(1) / 2;
        if distances.len() != wanted {
            let found = format!("{samples} samples have {wanted} distances, not {}", distances.len());
            return Err(UnifracError::DistancesInvalid { found });
        }
        if let Some(at) = distances.iter().position(|distance| !(distance.is_finite() && *distance >= 0.0)) {
            let found = format!("number {at} is {}; distances are finite and >= 0", distances[at]);
            return Err(UnifracError::DistancesInvalid { found });
        }
        Ok(Self { distances, samples })
    }

    /// Number of samples.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// Distances of a sample to all that come after it.
    #[inline(always)]
    pub(crate) fn after(&self, row: usize) -> &'a [f64] {
        let start = row * self.samples - row * (row + 1) / 2;
        &self.distances[start..start + (self.samples - row - 1)]
    }

    /// Other distances between the same samples.
    pub(crate) fn with<'b>(&self, distances: &'b [f64]) -> Condensed<'b> {
        Condensed { distances, samples: self.samples }
    }

    /// A power of two, and the distances divided by it, if the largest is so small or large that its square would lose
    /// digits; else 1 and nothing.
    pub(crate) fn in_moderate_unit(&self) -> (f64, Option<Vec<f64>>) {
        let largest = self.distances.iter().copied().fold(0.0, f64::max);
        if largest == 0.0 || (1e-100..=1e100).contains(&largest) {
            return (1.0, None);
        }
        let unit = largest.log2().floor().max(-1022.0).exp2();
        (unit, Some(self.distances.iter().map(|distance| distance / unit).collect()))
    }

    /// Half of the sum of all squares, by row and then over the rows: the same sum whoever asks.
    pub(crate) fn sum_of_squares(&self) -> f64 {
        (0..self.samples).map(|row| self.after(row).iter().map(|distance| distance * distance).sum::<f64>()).sum()
    }
}
