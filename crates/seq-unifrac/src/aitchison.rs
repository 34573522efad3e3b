//! Aitchison distance: Euclidean distance of centred log-ratios.
//!
//! Adding one number to all logarithms of a sample changes no log-ratio, so logarithms are taken of `c / pseudocount + 1`,
//! which is 0 for an absent feature: features that neither sample has all differ by the same, the difference of the means.

use crate::UnifracError;
use crate::euclidean::euclidean_distances;
use crate::job::Job;
use crate::pairs::Pairs;
use crate::weight_lists::WeightLists;

/// Aitchison 1986, The statistical analysis of compositional data.
pub(crate) fn aitchison_distances(
    counts: &WeightLists,
    feature_count: usize,
    pseudocount: f64,
    pairs: Pairs,
    threads: usize,
    job: &Job,
) -> Result<Vec<f64>, UnifracError> {
    let logs = counts.map(|_, count| (count / pseudocount).ln_1p());
    let means: Vec<f64> = logs.totals().into_iter().map(|total| total / feature_count.max(1) as f64).collect();
    euclidean_distances(&logs, &means, feature_count, pairs, threads, job)
}
