//! Distances that need no tree: Bray-Curtis, Jaccard, Aitchison, Hellinger, Euclidean.

use seq_table::SampleCounts;

use crate::UnifracError;
use crate::aitchison::aitchison_distances;
use crate::euclidean::euclidean_distances;
use crate::job::Job;
use crate::pairs::Pairs;
use crate::shared_weight::{fraction, shared_weight_distances};
use crate::weight_lists::WeightLists;

/// Which distance; `c` is the count of a feature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CommunityMetric {
    /// `sum |c_i - c_j| / sum (c_i + c_j)` of the counts as they are.
    BrayCurtis,
    /// Features that one sample has alone, as a part of those that either has.
    Jaccard,
    /// `1 - sum min(c_i, c_j) / sum max(c_i, c_j)`, also called Ruzicka.
    JaccardAbundance,
    /// Euclidean distance of centred logarithms of `c + pseudocount`.
    Aitchison {
        /// Added to every count, zeros included; above 0.
        pseudocount: f64,
    },
    /// Euclidean distance of the roots of relative abundances.
    Hellinger,
    /// Euclidean distance of relative abundances.
    EuclideanRelative,
}

/// Distances between samples by their features alone; a pair with nothing to divide by is 0 apart.
///
/// The result is the same, bit for bit, for any number of threads and any order or selection of samples.
///
/// # Errors
/// `CANCELLED`, `THREADS_UNAVAILABLE`, `PARAMETER_OUT_OF_RANGE` for the pseudocount.
pub fn community_distances(
    table: &SampleCounts<'_>,
    feature_count: usize,
    metric: CommunityMetric,
    pairs: Pairs,
    threads: usize,
    job: &Job,
) -> Result<Vec<f64>, UnifracError> {
    let counts = feature_counts(table, feature_count);
    match metric {
        CommunityMetric::BrayCurtis => {
            shared_weight_distances(counts, pairs, threads, job, |a, b, shared| fraction(a + b - 2.0 * shared, a + b))
        }
        CommunityMetric::Jaccard => {
            let present = counts.map(|_, _| 1.0);
            shared_weight_distances(present, pairs, threads, job, jaccard)
        }
        CommunityMetric::JaccardAbundance => shared_weight_distances(counts, pairs, threads, job, jaccard),
        CommunityMetric::Aitchison { pseudocount } => {
            if !(pseudocount > 0.0 && pseudocount.is_finite()) {
                let range = "a finite number above 0";
                return Err(UnifracError::ParameterOutOfRange { name: "pseudocount", value: pseudocount, range });
            }
            aitchison_distances(&counts, feature_count, pseudocount, pairs, threads, job)
        }
        CommunityMetric::Hellinger => {
            let roots = relative(&counts).map(|_, part| part.sqrt());
            euclidean_distances(&roots, &vec![0.0; roots.sample_count()], feature_count, pairs, threads, job)
        }
        CommunityMetric::EuclideanRelative => {
            let parts = relative(&counts);
            euclidean_distances(&parts, &vec![0.0; parts.sample_count()], feature_count, pairs, threads, job)
        }
    }
}

fn jaccard(a: f64, b: f64, shared: f64) -> f64 {
    fraction(a + b - 2.0 * shared, a + b - shared)
}

/// The part of each sample's reads that each feature has.
fn relative(counts: &WeightLists) -> WeightLists {
    let mut parts = WeightLists::new(counts.place_count());
    for (sample, total) in counts.totals().into_iter().enumerate() {
        let (features, counts) = counts.sample(sample);
        features.iter().zip(counts).for_each(|(&feature, &count)| parts.push(feature, count / total));
        parts.close();
    }
    parts
}

/// Counts above 0 by feature, rising.
fn feature_counts(table: &SampleCounts<'_>, feature_count: usize) -> WeightLists {
    let mut lists = WeightLists::new(feature_count);
    let mut entries: Vec<(u32, f64)> = Vec::new();
    for sample in 0..table.sample_count() {
        entries.clear();
        entries.extend(table.sample(sample).filter(|&(_, count)| count > 0.0));
        entries.sort_by_key(|&(feature, _)| feature);
        for same in entries.chunk_by(|a, b| a.0 == b.0) {
            lists.push(same[0].0, same.iter().map(|&(_, count)| count).sum());
        }
        lists.close();
    }
    lists
}
