//! Prepared distances, fast and exact, against the definitions, and what must not change a bit of them.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod oracle;

use oracle::{Community, METRICS, assert_close, communities, condensed, definition};
use proptest::prelude::*;
use seq_table::SampleCounts;
use seq_unifrac::{
    Job, Pairs, PhylogeneticSpace, Precision, PrepareOptions, PreparedDistances, SpaceOptions, TreeMetric, Variance,
};

const PLAIN: PrepareOptions =
    PrepareOptions { variance: Variance::Ignored, precision: Precision::Fast, pairs: Pairs::Within, threads: 1 };

fn prepared(community: &Community, metric: TreeMetric, options: PrepareOptions) -> PreparedDistances {
    let space = PhylogeneticSpace::new(&community.tree(), &community.tips, SpaceOptions::default()).unwrap();
    let (offsets, features, counts) = community.sparse();
    let table = SampleCounts::new(&offsets, &features, &counts, community.tips.len()).unwrap();
    PreparedDistances::new(&space, &table, metric, options).unwrap()
}

fn distances(community: &Community, metric: TreeMetric, options: PrepareOptions) -> Vec<f64> {
    let prepared = prepared(community, metric, options);
    prepared.rows(0..prepared.row_count(), &Job::new()).unwrap()
}

/// The largest distance that an unnormalised metric could have, or 1.
fn range_of(community: &Community, metric: TreeMetric) -> f64 {
    match metric {
        TreeMetric::UnweightedUnnormalized | TreeMetric::WeightedUnnormalized => community.lengths[1..].iter().sum(),
        _ => 1.0,
    }
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn for_any_community_both_precisions_keep_their_word(community in communities(true)) {
        for metric in METRICS {
            for variance in [Variance::Ignored, Variance::Adjusted] {
                let want = definition(&community, metric, variance);
                for (precision, tolerance) in [(Precision::Fast, 1e-6), (Precision::Exact, 1e-12)] {
                    let got = distances(&community, metric, PrepareOptions { variance, precision, ..PLAIN });
                    assert_close(&got, &want, tolerance * range_of(&community, metric), tolerance);
                }
            }
        }
    }

    #[test]
    fn for_any_fractional_counts_the_fast_precision_keeps_its_word(community in communities(false)) {
        for metric in METRICS {
            let want = definition(&community, metric, Variance::Ignored);
            assert_close(&distances(&community, metric, PLAIN), &want, 1e-6 * range_of(&community, metric), 1e-6);
        }
    }

    #[test]
    fn for_any_community_threads_blocks_shapes_and_order_change_no_bit(community in communities(false), rows in 1usize..9) {
        let n = community.counts.len();
        let mut turned = community.clone();
        turned.counts.reverse();
        for metric in METRICS {
            for precision in [Precision::Fast, Precision::Exact] {
                let options = PrepareOptions { precision, ..PLAIN };
                let all = distances(&community, metric, options);
                prop_assert_eq!(bits(&distances(&community, metric, PrepareOptions { threads: 3, ..options })), bits(&all));
                let blocks = prepared(&community, metric, PrepareOptions { threads: 2, ..options });
                let mut joined = Vec::new();
                for start in (0..blocks.row_count()).step_by(rows) {
                    joined.extend(blocks.rows(start..blocks.row_count().min(start + rows), &Job::new()).unwrap());
                }
                prop_assert_eq!(bits(&joined), bits(&all));
                let square = distances(&community, metric, PrepareOptions { pairs: Pairs::Square, ..options });
                let reversed = distances(&turned, metric, options);
                let between = distances(&community, metric, PrepareOptions { pairs: Pairs::Between { rows: n / 3 }, ..options });
                for i in 0..n {
                    prop_assert_eq!(square[i * n + i].to_bits(), 0);
                    for j in i + 1..n {
                        let want = all[condensed(n, i, j)].to_bits();
                        prop_assert_eq!(square[i * n + j].to_bits(), want);
                        prop_assert_eq!(square[j * n + i].to_bits(), want);
                        prop_assert_eq!(reversed[condensed(n, n - 1 - j, n - 1 - i)].to_bits(), want);
                        if i < n / 3 && j >= n / 3 {
                            prop_assert_eq!(between[i * (n - n / 3) + j - n / 3].to_bits(), want);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn for_any_community_equal_samples_are_exactly_0_apart_and_no_distance_is_above_1(community in communities(false)) {
        let n = community.counts.len();
        for metric in METRICS {
            let all = distances(&community, metric, PLAIN);
            for i in 0..n {
                for j in i + 1..n {
                    let distance = all[condensed(n, i, j)];
                    prop_assert!(distance >= 0.0 && distance <= range_of(&community, metric) * 2.0);
                    if range_of(&community, metric) == 1.0 {
                        prop_assert!(distance <= 1.0);
                    }
                    if community.counts[i] == community.counts[j] {
                        prop_assert_eq!(distance.to_bits(), 0);
                    }
                }
            }
        }
    }

    #[test]
    fn for_any_community_the_triangle_inequality_holds_where_it_should(community in communities(true)) {
        let n = community.counts.len();
        for metric in [TreeMetric::Unweighted, TreeMetric::WeightedUnnormalized] {
            let all = distances(&community, metric, PrepareOptions { pairs: Pairs::Square, ..PLAIN });
            let slack = 1e-6 * range_of(&community, metric);
            for i in 0..n {
                for j in 0..n {
                    for k in 0..n {
                        prop_assert!(all[i * n + j] <= all[i * n + k] + all[k * n + j] + slack);
                    }
                }
            }
        }
    }

    #[test]
    fn for_any_community_alpha_1_is_weighted_normalized_to_the_bit(community in communities(true)) {
        let weighted = distances(&community, TreeMetric::WeightedNormalized, PLAIN);
        let alpha_1 = distances(&community, TreeMetric::Generalized { alpha: 1.0 }, PLAIN);
        prop_assert_eq!(bits(&alpha_1), bits(&weighted));
    }
}

#[test]
fn samples_of_little_length_stay_precise_beside_large_ones() {
    // In 32 bits of the large sample's scale, the small ones would be a few units.
    let parents = vec![seq_table::NO_NODE, 0, 1, 1, 0];
    let lengths = vec![0.0, 1e-9, 3e-9, 1e-9, 1e3];
    let counts = vec![vec![1.0, 0.0, 0.0], vec![2.0, 1.0, 0.0], vec![0.0, 0.0, 9.0], vec![0.0, 3.0, 0.0]];
    let community = Community { parents, lengths, tips: vec![2, 3, 4], counts };
    for metric in METRICS {
        let want = definition(&community, metric, Variance::Ignored);
        assert_close(
            &distances(&community, metric, PLAIN),
            &want,
            1e-6 * want.iter().fold(0.0, |a, b| f64::max(a, *b)),
            1e-6,
        );
        if !matches!(metric, TreeMetric::UnweightedUnnormalized | TreeMetric::WeightedUnnormalized) {
            assert_close(&distances(&community, metric, PLAIN), &want, 1e-6, 1e-6);
        }
    }
}

/// A comb of tips below branches of next to no length, as programs give to those they are unsure of, beside a few long ones.
fn unsure(tips: u32, short: f64, samples: u32) -> Community {
    let (mut parents, mut lengths) = (vec![seq_table::NO_NODE, 0], vec![0.0, 1.0]);
    let mut tip_nodes = vec![1];
    let mut last = 0;
    for tip in 0..tips {
        let node = parents.len() as u32;
        parents.extend([last, node]);
        lengths.extend([short, if tip % 50 == 0 { 0.01 } else { short }]);
        tip_nodes.push(node + 1);
        last = node;
    }
    let count = |sample: u32, tip: u32| {
        f64::from((tip * 7 + sample * 11) % (5 + sample) * u32::from(!(tip + sample).is_multiple_of(3)))
    };
    let counts = (0..samples).map(|sample| (0..=tips).map(|tip| count(sample, tip)).collect()).collect();
    Community { parents, lengths, tips: tip_nodes, counts }
}

#[test]
fn branches_of_next_to_no_length_spoil_no_distance() {
    // The second is rounded to nothing nearly everywhere, and too much to be left out.
    for short in [1e-11, 1e-9, 5e-9] {
        let community = unsure(3000, short, 4);
        for metric in METRICS.into_iter().chain([0.1, 0.3, 0.9].map(|alpha| TreeMetric::Generalized { alpha })) {
            let want = definition(&community, metric, Variance::Ignored);
            assert_close(&distances(&community, metric, PLAIN), &want, 1e-6 * range_of(&community, metric), 1e-6);
        }
    }
}

#[test]
fn no_sample_one_sample_and_empty_samples_are_fine() {
    let community = |counts: Vec<Vec<f64>>| Community {
        parents: vec![seq_table::NO_NODE, 0, 0],
        lengths: vec![0.0, 1.0, 3.0],
        tips: vec![1, 2],
        counts,
    };
    for metric in METRICS {
        assert_eq!(distances(&community(vec![]), metric, PLAIN), [] as [f64; 0]);
        assert_eq!(distances(&community(vec![vec![1.0, 0.0]]), metric, PLAIN), [] as [f64; 0]);
        let empty = distances(&community(vec![vec![0.0, 0.0]; 3]), metric, PLAIN);
        assert_eq!(empty, [0.0; 3]);
        let one = distances(&community(vec![vec![0.0, 0.0], vec![1.0, 0.0]]), metric, PLAIN);
        assert_eq!(one, [1.0]);
    }
}
