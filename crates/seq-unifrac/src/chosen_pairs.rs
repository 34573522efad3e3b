//! Distances of chosen pairs of samples, by any metric that can compare some samples with some others.
//!
//! Rows with few partners are taken together, so that what a metric prepares for a block pays off; what a block has beyond the
//! chosen pairs is thrown away. As no distance depends on which other samples are there, the bits are those of the whole matrix.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use seq_table::SampleCounts;

use crate::UnifracError;
use crate::job::Job;
use crate::pairs::Pairs;
use crate::tiles::LANES;
use crate::workers::with_threads;

/// Partners that make a row a block of its own.
const ENOUGH: usize = 64;

/// A wanted distance: the samples, the lower first, and its place in the result.
#[derive(Clone, Copy)]
struct Wanted {
    row: u32,
    column: u32,
    place: usize,
}

/// Distances of `pairs`, two sample numbers each, in their order; a sample and itself are 0 apart.
///
/// `distances` gives the distances of a table by the metric; it is called with [`Pairs::Between`] on parts of the table, from
/// several threads.
///
/// # Errors
/// `PAIRS_INVALID` for an odd number of entries or a sample that the table does not have; `CANCELLED`, `THREADS_UNAVAILABLE`,
/// and those of `distances`.
pub fn chosen_pairs(
    table: &SampleCounts<'_>,
    feature_count: usize,
    pairs: &[u32],
    threads: usize,
    job: &Job,
    distances: impl Fn(&SampleCounts<'_>, Pairs) -> Result<Vec<f64>, UnifracError> + Sync,
) -> Result<Vec<f64>, UnifracError> {
    let wanted = wanted(pairs, table.sample_count())?;
    let blocks = blocks(&wanted);
    job.begin(wanted.len() as u64);
    let block = |range: Range<usize>| -> Result<Vec<(usize, f64)>, UnifracError> {
        job.check()?;
        let found = block_distances(table, feature_count, &wanted[range], &distances)?;
        job.advance(found.len() as u64);
        Ok(found)
    };
    let found: Vec<Vec<(usize, f64)>> =
        with_threads(threads, || blocks.into_par_iter().map(block).collect::<Result<_, _>>())??;
    let mut result = vec![0.0; pairs.len() / 2];
    found.into_iter().flatten().for_each(|(place, distance)| result[place] = distance);
    Ok(result)
}

/// Pairs of different samples, sorted.
fn wanted(pairs: &[u32], samples: usize) -> Result<Vec<Wanted>, UnifracError> {
    let (both, odd) = pairs.as_chunks::<2>();
    if !odd.is_empty() {
        let found = format!("{} sample numbers are no whole number of pairs", pairs.len());
        return Err(UnifracError::PairsInvalid { found });
    }
    if let Some(&outside) = pairs.iter().find(|&&sample| sample as usize >= samples) {
        let found = format!("there is no sample {outside}; the table has {samples}");
        return Err(UnifracError::PairsInvalid { found });
    }
    let one = |(place, &[a, b]): (usize, &[u32; 2])| Wanted { row: a.min(b), column: a.max(b), place };
    let mut wanted: Vec<Wanted> = both.iter().enumerate().map(one).filter(|pair| pair.row != pair.column).collect();
    wanted.sort_unstable_by_key(|pair| (pair.row, pair.column, pair.place));
    Ok(wanted)
}

/// Cuts sorted pairs into blocks: whole rows, together until they are many pairs or a tile.
fn blocks(wanted: &[Wanted]) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let (mut start, mut end, mut rows) = (0, 0, 0);
    for row in wanted.chunk_by(|a, b| a.row == b.row) {
        if rows == LANES || end - start + row.len() > ENOUGH && rows > 0 {
            blocks.push(start..end);
            (start, rows) = (end, 0);
        }
        end += row.len();
        rows += 1;
    }
    if rows > 0 {
        blocks.push(start..end);
    }
    blocks
}

fn block_distances(
    table: &SampleCounts<'_>,
    feature_count: usize,
    wanted: &[Wanted],
    distances: &impl Fn(&SampleCounts<'_>, Pairs) -> Result<Vec<f64>, UnifracError>,
) -> Result<Vec<(usize, f64)>, UnifracError> {
    let numbered = |samples: BTreeMap<u32, usize>| -> BTreeMap<u32, usize> {
        samples.into_keys().enumerate().map(|(number, sample)| (sample, number)).collect()
    };
    let rows = numbered(wanted.iter().map(|pair| (pair.row, 0)).collect());
    let columns = numbered(wanted.iter().map(|pair| (pair.column, 0)).collect());
    let (mut offsets, mut features, mut counts) = (vec![0u32], Vec::new(), Vec::new());
    for &sample in rows.keys().chain(columns.keys()) {
        for (feature, count) in table.sample(sample as usize) {
            features.push(feature);
            counts.push(count);
        }
        let end = u32::try_from(features.len()).map_err(|_| UnifracError::PairsInvalid {
            found: "the samples of a few pairs have more than 4294967295 entries".to_owned(),
        })?;
        offsets.push(end);
    }
    let part = SampleCounts::new(&offsets, &features, &counts, feature_count)?;
    let found = distances(&part, Pairs::Between { rows: rows.len() })?;
    let at = |pair: &Wanted| rows[&pair.row] * columns.len() + columns[&pair.column];
    Ok(wanted.iter().map(|pair| (pair.place, found[at(pair)])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CommunityMetric, community_distances};
    use seq_testing::random::Random;

    /// Offsets, features and counts of random samples, some of them empty.
    fn table(samples: usize, features: usize) -> (Vec<u32>, Vec<u32>, Vec<f64>) {
        let mut random = Random::new(3);
        let (mut offsets, mut list, mut counts) = (vec![0], Vec::new(), Vec::new());
        for sample in 0..samples {
            for feature in 0..features {
                if sample % 7 != 3 && random.below(3) == 0 {
                    list.push(feature as u32);
                    counts.push(1.0 + random.below(9) as f64);
                }
            }
            offsets.push(list.len() as u32);
        }
        (offsets, list, counts)
    }

    #[test]
    fn chosen_pairs_have_the_bits_of_the_whole_matrix_in_any_order_with_any_threads() {
        let (offsets, features, counts) = table(90, 30);
        let table = SampleCounts::new(&offsets, &features, &counts, 30).unwrap();
        for metric in [CommunityMetric::BrayCurtis, CommunityMetric::Aitchison { pseudocount: 0.5 }] {
            let job = Job::new();
            let whole = community_distances(&table, 30, metric, Pairs::Within, 1, &job).unwrap();
            let mut random = Random::new(4);
            let few: Vec<u32> = (0..200).map(|_| random.below(90) as u32).collect();
            // One row with every partner, and every row with one.
            let many: Vec<u32> = (0..90).flat_map(|other| [other, 5, other, (other * 31 + 7) % 90]).collect();
            for pairs in [few, many, vec![], vec![3, 3, 10, 10]] {
                for threads in [1, 3] {
                    let job = Job::new();
                    let each = |part: &SampleCounts<'_>, between| {
                        community_distances(part, 30, metric, between, 1, &Job::new())
                    };
                    let found = chosen_pairs(&table, 30, &pairs, threads, &job, each).unwrap();
                    let wanted: Vec<f64> = pairs
                        .chunks(2)
                        .map(|pair| (pair[0].min(pair[1]) as usize, pair[0].max(pair[1]) as usize))
                        .map(|(i, j)| if i == j { 0.0 } else { whole[Pairs::Within.position(90, i, j)] })
                        .collect();
                    assert_eq!(found, wanted);
                    assert_eq!(job.done(), job.total());
                }
            }
        }
    }

    #[test]
    fn refuses_halves_of_pairs_and_unknown_samples() {
        let (offsets, features, counts) = table(4, 5);
        let table = SampleCounts::new(&offsets, &features, &counts, 5).unwrap();
        let message = |pairs: &[u32]| {
            let error = chosen_pairs(&table, 5, pairs, 1, &Job::new(), |_, _| Ok(vec![])).unwrap_err();
            assert_eq!(error.code(), "PAIRS_INVALID");
            error.to_string()
        };
        assert!(message(&[0, 1, 2]).contains("3 sample numbers"));
        assert!(message(&[0, 4]).contains("no sample 4"));
    }
}
